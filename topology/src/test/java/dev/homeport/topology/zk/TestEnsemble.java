package dev.homeport.topology.zk;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooKeeper;

/** A ZooKeeper server in this process, and everything that was opened on it. */
final class TestEnsemble {
    private static final Duration SESSION = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static {
        // Nothing here outlives a crash of the machine, and a disk that is slow to sync would make
        // every write wait. Read when the server's classes are loaded.
        System.setProperty("zookeeper.forceSync", "no");
    }

    private final TestingServer server;
    private final List<ZooKeeperFleet> fleets = new ArrayList<>();
    private ZooKeeper operator;

    TestEnsemble() throws Exception {
        server = new TestingServer(freePort(), true);
    }

    ZooKeeperConfig config(Optional<Path> digestFile) {
        return new ZooKeeperConfig(
                server.getConnectString() + "/prod/homeport",
                digestFile,
                SESSION,
                Duration.ofSeconds(2));
    }

    ZooKeeperFleet open() throws IOException {
        return open(Optional.empty(), Optional.empty());
    }

    ZooKeeperFleet open(Optional<Path> digestFile, Optional<Path> snapshotFile) throws IOException {
        ZooKeeperFleet fleet =
                ZooKeeperFleet.open(config(digestFile), snapshotFile, Clock.systemUTC());
        fleets.add(fleet);
        return fleet;
    }

    /** What a person does with zkCli: a client of its own inside the chroot. */
    ZooKeeper operator() throws IOException {
        if (operator == null) {
            operator =
                    new ZooKeeper(
                            server.getConnectString() + "/prod/homeport",
                            30_000,
                            TestEnsemble::ignore);
        }
        return operator;
    }

    /**
     * A fleet that was opened makes the znodes that every fleet has beside, this one at the end.
     */
    void awaitParents() {
        await().atMost(PATIENCE).until(() -> operator().exists(ZnodePaths.ELECTION, false) != null);
    }

    void set(String path, String json) throws KeeperException, InterruptedException, IOException {
        operator().setData(path, Records.utf8(json), -1);
    }

    void deleteAll(String path) throws KeeperException, InterruptedException, IOException {
        ZKUtil.deleteRecursive(operator(), path);
    }

    void emptyChroot() throws KeeperException, InterruptedException, IOException {
        for (String child : operator().getChildren("/", false)) {
            deleteAll("/" + child);
        }
    }

    void stop() throws IOException {
        server.stop();
    }

    void restart() throws Exception {
        server.restart();
    }

    public void close() throws Exception {
        for (ZooKeeperFleet fleet : fleets) {
            fleet.close();
        }
        if (operator != null) {
            operator.close();
        }
        server.close();
    }

    private static void ignore(WatchedEvent event) {}

    /** Below the range of ephemeral ports, where a client could meet itself. */
    private static int freePort() throws IOException {
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        while (!isFree(port)) {
            port++;
        }
        return port;
    }

    private static boolean isFree(int port) throws IOException {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        }
    }
}
