package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.watch.WatchStore.Progress;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ZnodeWatchStoreIT {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final String LEADER = "/election/leader";

    @TempDir Path directory;

    private ZooKeeperServer zookeeper;
    private ZooKeeperFleet fleet;
    private Optional<String> leader = Optional.of(LEADER);

    @BeforeEach
    void start() throws Exception {
        zookeeper = ZooKeeperServer.start(directory);
        fleet =
                ZooKeeperFleet.open(
                        new ZooKeeperConfig(
                                zookeeper.connect() + "/homeport",
                                Optional.empty(),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(3)),
                        Optional.empty(),
                        Clock.systemUTC());
        await().ignoreExceptions()
                .until(() -> fleet.client().checkExists().forPath("/election") != null);
        fleet.client().create().forPath(LEADER);
    }

    @AfterEach
    void stop() {
        fleet.close();
        zookeeper.close();
    }

    private WatchStore store() {
        return new ZnodeWatchStore(fleet.client(), C1, () -> leader);
    }

    private static Progress progress(int resume, int judged) {
        return new Progress(
                position(resume),
                position(judged),
                List.of(new WatchStore.Closed(new IncidentId("i1"), position(resume))));
    }

    private static GtidPosition position(int sequence) {
        return GtidPosition.parse(Family.MARIADB, "0-1-" + sequence + ",7-2-9").orElseThrow();
    }

    @Test
    void keepsHowFarTheWatchHasCome() throws Exception {
        // Given
        assertThat(store().read(Family.MARIADB)).isEmpty();

        // When
        store().write(progress(3, 5));
        store().write(progress(4, 6));

        // Then
        assertThat(store().read(Family.MARIADB)).contains(progress(4, 6));
        assertThat(store().read(Family.MYSQL)).isEmpty();
    }

    @Test
    void onlyTheLeaderWrites() throws Exception {
        // Given
        store().write(progress(3, 5));

        // When
        fleet.client().delete().forPath(LEADER);

        // Then
        assertThatThrownBy(() -> store().write(progress(8, 9)))
                .isInstanceOf(TopologyException.class);
        leader = Optional.empty();
        assertThatThrownBy(() -> store().write(progress(8, 9)))
                .isInstanceOf(TopologyException.class);
        assertThat(store().read(Family.MARIADB)).contains(progress(3, 5));
    }

    @Test
    void whatCannotBeReadIsNone() throws Exception {
        // Given
        store().write(progress(3, 5));

        for (String content :
                new String[] {"", "{", "[]", "{\"family\":\"mariadb\",\"judged\":\"x\"}"}) {
            // When
            fleet.client().setData().forPath("/watch/c1", content.getBytes(StandardCharsets.UTF_8));
            // Then
            assertThat(store().read(Family.MARIADB)).isEmpty();
        }
        store().write(progress(3, 5));
        assertThat(store().read(Family.MARIADB)).contains(progress(3, 5));
    }
}
