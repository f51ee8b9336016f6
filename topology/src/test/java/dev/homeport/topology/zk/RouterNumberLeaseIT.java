package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouterNumberLeaseIT {
    private static final RouterId R1 = new RouterId("r1");
    private static final RouterNumber FIRST = RouterNumber.firstOf(R1);

    @TempDir Path directory;
    private TestEnsemble ensemble;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void holdsTheNumberOfItsIdWhileItsSessionLives() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();

        // When
        RouterNumberLease lease = lease(fleet, R1);

        // Then
        await().until(() -> isHeld(fleet, FIRST));
        assertThat(lease.numbers()).containsExactly(FIRST);
        lease.close();
        fleet.close();
        assertThat(ensemble.operator().exists(ZnodePaths.routerNumber(FIRST), false)).isNull();
    }

    @Test
    void routersWithTheSameFirstNumberGetNumbersOfTheirOwn() throws Exception {
        // Given
        RouterId other =
                IntStream.range(0, 100_000)
                        .mapToObj(i -> new RouterId("other-" + i))
                        .filter(id -> RouterNumber.firstOf(id).equals(FIRST))
                        .findFirst()
                        .orElseThrow();
        ZooKeeperFleet one = ensemble.open();
        ZooKeeperFleet two = ensemble.open();
        lease(one, R1);
        await().until(() -> isHeld(one, FIRST));

        // When
        RouterNumberLease lease = lease(two, other);

        // Then
        await().until(() -> isHeld(two, FIRST.next()));
        await().until(() -> lease.current().equals(FIRST.next()));
    }

    @Test
    void takesItsNumberAgainAfterItsSessionWasLost() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();
        RouterNumberLease lease = lease(fleet, R1);
        await().until(() -> isHeld(fleet, FIRST));
        long session = zk(fleet).getSessionId();

        // When
        zk(fleet).getTestable().injectSessionExpiration();

        // Then
        await().atMost(Duration.ofSeconds(30))
                .until(() -> zk(fleet).getSessionId() != session && isHeld(fleet, FIRST));
        assertThat(lease.numbers()).containsExactly(FIRST);
    }

    @Test
    void takesANewNumberWhenAnotherRouterHasItsOwn() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();
        RouterNumberLease lease = lease(fleet, R1);
        await().until(() -> isHeld(fleet, FIRST));

        // When
        ensemble.deleteAll(ZnodePaths.routerNumber(FIRST));
        hold(FIRST, "{\"v\":1,\"router\":\"r2\"}");
        zk(fleet).getTestable().injectSessionExpiration();

        // Then: what older connections have is still known
        await().atMost(Duration.ofSeconds(30)).until(() -> isHeld(fleet, FIRST.next()));
        await().until(() -> lease.numbers().size() == 2);
        assertThat(lease.numbers()).containsExactly(FIRST.next(), FIRST);
    }

    @Test
    void takesOverTheZnodeOfItsOwnLastSession() throws Exception {
        // Given: restarted before ZooKeeper has noticed
        ZooKeeperFleet fleet = ensemble.open();
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        await().until(() -> exists(ZnodePaths.ROUTER_NUMBERS));
        hold(FIRST, "{\"v\":1,\"router\":\"r1\"}");

        // When
        RouterNumberLease lease = lease(fleet, R1);

        // Then
        await().until(() -> isHeld(fleet, FIRST));
        assertThat(lease.numbers()).containsExactly(FIRST);
    }

    @Test
    void remembersItsNumberWithoutZooKeeper() throws Exception {
        // Given
        ZooKeeperFleet fleet = ensemble.open();
        await().until(() -> exists(ZnodePaths.ROUTER_NUMBERS));
        hold(FIRST, "{\"v\":1,\"router\":\"r2\"}");
        lease(fleet, R1);
        await().until(() -> isHeld(fleet, FIRST.next()));
        await().until(() -> Files.exists(file()));

        // When
        fleet.close();
        ensemble.stop();
        RouterNumberLease later = lease(ensemble.open(), R1);
        RouterNumberLease other = lease(ensemble.open(), new RouterId("r9"));

        // Then
        assertThat(later.numbers()).containsExactly(FIRST.next());
        assertThat(other.numbers()).containsExactly(RouterNumber.firstOf(new RouterId("r9")));
    }

    @Test
    void aDamagedFileCostsNothing() throws Exception {
        // Given
        Files.writeString(file(), "r1 seven\n");

        // When
        RouterNumberLease lease = lease(ensemble.open(), R1);

        // Then
        assertThat(lease.current()).isEqualTo(FIRST);
        await().until(() -> Files.readString(file()).equals("r1 " + FIRST + "\n"));
    }

    private RouterNumberLease lease(ZooKeeperFleet fleet, RouterId router) {
        return fleet.routerNumber(router, Optional.of(directory.resolve("fleet.snapshot")));
    }

    private Path file() {
        return directory.resolve("fleet.snapshot.number");
    }

    /** Somebody else holds it: a session of its own. */
    private void hold(RouterNumber number, String json)
            throws KeeperException, InterruptedException, IOException {
        ensemble.operator()
                .create(
                        ZnodePaths.routerNumber(number),
                        Records.utf8(json),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL);
    }

    private boolean exists(String path) throws Exception {
        return ensemble.operator().exists(path, false) != null;
    }

    private boolean isHeld(ZooKeeperFleet fleet, RouterNumber number) throws Exception {
        var stat = ensemble.operator().exists(ZnodePaths.routerNumber(number), false);
        return stat != null && stat.getEphemeralOwner() == zk(fleet).getSessionId();
    }

    private static ZooKeeper zk(ZooKeeperFleet fleet) throws Exception {
        return fleet.client().getZookeeperClient().getZooKeeper();
    }
}
