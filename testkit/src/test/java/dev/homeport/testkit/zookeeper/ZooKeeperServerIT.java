package dev.homeport.testkit.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ZooKeeperServerIT {
    private static final byte[] CONTENT = {1, 2, 3};

    private final List<ZooKeeper> clients = new ArrayList<>();
    @TempDir private Path directory;

    @AfterEach
    void closeClients() throws Exception {
        for (ZooKeeper client : clients) {
            client.close();
        }
    }

    @Test
    void keepsItsZnodesWhenItIsKilledAndStartedAgain() throws Exception {
        try (ZooKeeperServer server = ZooKeeperServer.start(directory)) {
            // Given
            connect(server)
                    .create("/a", CONTENT, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);

            // When
            server.kill();
            server.restart();

            // Then
            assertThat(connect(server).getData("/a", false, null)).isEqualTo(CONTENT);
        }
    }

    @Test
    void guardsZnodesWithDigestAcls() throws Exception {
        try (ZooKeeperServer server = ZooKeeperServer.start(directory)) {
            // Given
            ZooKeeper owner = connect(server);
            ZooKeeper stranger = connect(server);
            owner.addAuthInfo("digest", "u:p".getBytes(StandardCharsets.UTF_8));
            owner.create("/mine", CONTENT, ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);

            // When / Then
            assertThat(owner.getData("/mine", false, null)).isEqualTo(CONTENT);
            assertThatThrownBy(() -> stranger.getData("/mine", false, null))
                    .isInstanceOf(KeeperException.NoAuthException.class);
        }
    }

    private ZooKeeper connect(ZooKeeperServer server) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client =
                new ZooKeeper(
                        server.connect(),
                        10_000,
                        event -> {
                            if (event.getState() == KeeperState.SyncConnected) {
                                connected.countDown();
                            }
                        });
        clients.add(client);
        assertThat(connected.await(20, TimeUnit.SECONDS)).isTrue();
        return client;
    }
}
