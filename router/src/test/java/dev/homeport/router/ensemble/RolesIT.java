package dev.homeport.router.ensemble;

import static dev.homeport.router.ensemble.Network.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.zookeeper.AclPage;
import dev.homeport.testkit.zookeeper.AclPage.Right;
import dev.homeport.testkit.zookeeper.AclPage.Rights;
import dev.homeport.testkit.zookeeper.MemberSettings;
import dev.homeport.testkit.zookeeper.ZooKeeperEnsemble;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.AclConfig;
import dev.homeport.topology.zk.FleetTree;
import dev.homeport.topology.zk.Versioned;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperConfig.Security;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each role may do exactly what docs/zookeeper.md says of each kind of znode, "Who may do what":
 * the kinds and the rights that are tried are those of its table.
 */
@Timeout(180)
final class RolesIT {
    private static final Map<String, Rights> PAGE = AclPage.read();

    /** Those without anything below. */
    private static final Set<String> RECORDS = Set.of("/placement-policy", "/guard");

    @TempDir private static Path shared;
    private static ZooKeeperEnsemble ensemble;
    private static int tests;

    @TempDir Path directory;
    private final Map<Role, ZooKeeperFleet> fleets = new EnumMap<>(Role.class);
    private final List<AutoCloseable> open = new ArrayList<>();
    private AclConfig roles;
    private String connect;

    private enum Role {
        ROUTERS,
        AGENTS,
        OPERATORS,
        /** Has no identity. */
        WORLD
    }

    @BeforeAll
    static void startServer() {
        ensemble = ZooKeeperEnsemble.start(shared, 1, MemberSettings.PLAIN);
    }

    @AfterAll
    static void stopServer() {
        if (ensemble != null) {
            ensemble.close();
        }
    }

    @BeforeEach
    void nameRoles() throws IOException {
        connect = ensemble.connect() + "/t" + ++tests + "/homeport";
        for (Role role : Role.values()) {
            PrivateDirectories.write(digest(role), "%s:secret-of-%s%n".formatted(role, role));
        }
        roles =
                new AclConfig(
                        List.of(AclConfig.identityOf(digest(Role.ROUTERS))),
                        List.of(AclConfig.identityOf(digest(Role.AGENTS))),
                        List.of(AclConfig.identityOf(digest(Role.OPERATORS))));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void thePageHasEveryKindOfZnode() throws Exception {
        // Given
        Set<String> kinds = new TreeSet<>(Set.of(AclPage.CHROOT));
        for (Field field : ZnodePaths.class.getFields()) {
            kinds.add((String) field.get(null));
        }

        // Then
        assertThat(PAGE.keySet()).containsExactlyInAnyOrderElementsOf(kinds);
    }

    @Test
    void eachRoleMayDoWhatThePageSays() throws Exception {
        // Given
        CuratorFramework operators = client(Role.OPERATORS);
        awaitParents(operators);
        operators.create().forPath(ZnodePaths.WATCH);
        for (String record : RECORDS) {
            operators.create().forPath(record, new byte[0]);
        }

        for (Role role : Role.values()) {
            for (Map.Entry<String, Rights> kind : PAGE.entrySet()) {
                // When / Then
                assertRights(role, kind.getKey(), rights(role, kind.getValue()));
            }
        }
    }

    private static Set<Right> rights(Role role, Rights rights) {
        return switch (role) {
            case ROUTERS -> rights.routers();
            case AGENTS -> rights.agents();
            case OPERATORS -> rights.operators();
            case WORLD -> Set.of();
        };
    }

    private void assertRights(Role role, String kind, Set<Right> rights) throws Exception {
        CuratorFramework client = client(role);
        String who = role + " " + kind;
        assertThat(may(() -> client.getData().forPath(kind)))
                .as(who + " reads")
                .isEqualTo(rights.contains(Right.READ));
        assertThat(may(() -> client.setData().forPath(kind, new byte[0])))
                .as(who + " writes")
                .isEqualTo(rights.contains(Right.WRITE));
        assertThat(mayChangeAcl(client, kind))
                .as(who + " changes the ACL")
                .isEqualTo(rights.contains(Right.ADMIN));
        if (!RECORDS.contains(kind)) {
            assertRightsBelow(role, kind, rights);
        }
    }

    private void assertRightsBelow(Role role, String kind, Set<Right> rights) throws Exception {
        CuratorFramework client = client(role);
        String who = role + " " + kind;
        boolean isChroot = kind.equals(AclPage.CHROOT);
        String made = (isChroot ? "" : kind) + "/made";
        assertThat(may(() -> client.create().forPath(made, new byte[0])))
                .as(who + " creates")
                .isEqualTo(rights.contains(Right.CREATE));
        if (!rights.contains(Right.CREATE)) {
            client(Role.OPERATORS).create().forPath(made, new byte[0]);
        }
        // What stands at the top and is of no kind is for reading only, whoever made it.
        boolean writes = isChroot ? role == Role.OPERATORS : rights.contains(Right.WRITE);
        assertThat(may(() -> client.setData().forPath(made, new byte[0])))
                .as(who + " writes a child")
                .isEqualTo(writes);
        assertThat(may(() -> client.delete().forPath(made)))
                .as(who + " deletes")
                .isEqualTo(rights.contains(Right.DELETE));
        if (!rights.contains(Right.DELETE)) {
            client(Role.OPERATORS).delete().forPath(made);
        }
    }

    @Test
    void everybodyCanDoTheirWork() throws Exception {
        // Given
        ZooKeeperFleet routers = fleet(Role.ROUTERS);
        ZooKeeperFleet agents = fleet(Role.AGENTS);
        awaitParents(client(Role.AGENTS));

        // When
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(
                        () ->
                                routers.writer()
                                                .putCluster(
                                                        Network.cluster(Network.C1),
                                                        OptionalInt.empty())
                                        != null);
        await().atMost(PATIENCE).until(() -> agents.source().current().isPresent());
        agents.client().create().creatingParentsIfNeeded().forPath("/election/c1/latch-1");
        Versioned<Verdict> verdict =
                agents.verdicts()
                        .publish(Network.C1, healthy(), Versioned.ABSENT, "/election/c1/latch-1");
        routers.writer().place(new ProjectId("p1"), Optional.of(Network.C1));

        // Then
        assertThat(verdict.version()).isZero();
        await().atMost(PATIENCE).until(() -> Network.placements(agents).size() == 1);
        await().atMost(PATIENCE)
                .until(
                        () ->
                                routers.source()
                                        .current()
                                        .flatMap(one -> one.cluster(Network.C1))
                                        .filter(one -> one.verdict().epoch() == 1)
                                        .isPresent());
        assertThat(fleet(Role.WORLD).source().current()).isEmpty();
        routers.writer().putCluster(Network.cluster(Network.C2), OptionalInt.empty());
        routers.writer().deleteCluster(Network.C2);
    }

    @Test
    void aTreeOfOneIdentityIsBroughtToRoles() throws Exception {
        // Given
        Path old = directory.resolve("old");
        PrivateDirectories.write(old, "homeport:for-everything\n");
        ZooKeeperFleet before = keep(open(Optional.of(old), Security.NONE));
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(
                        () ->
                                before.writer()
                                                .putCluster(
                                                        Network.cluster(Network.C1),
                                                        OptionalInt.empty())
                                        != null);

        // When
        ZooKeeperConfig all = config(Optional.of(old), Security.NONE.with(roles));
        int znodes;
        try (FleetTree tree = FleetTree.open(all)) {
            znodes = tree.applyAcls();
        }

        // Then
        assertThat(znodes).isGreaterThan(12);
        ZooKeeperFleet routers = fleet(Role.ROUTERS);
        await().atMost(PATIENCE).until(() -> routers.source().current().isPresent());
        routers.writer().place(new ProjectId("p1"), Optional.of(Network.C1));
        assertThat(may(() -> client(Role.AGENTS).setData().forPath("/clusters/c1", new byte[0])))
                .isFalse();
        assertThat(may(() -> before.client().getData().forPath("/clusters/c1"))).isFalse();
        try (FleetTree again = FleetTree.open(config(Role.OPERATORS))) {
            assertThat(again.applyAcls()).isGreaterThanOrEqualTo(znodes);
        }
    }

    private interface Act {
        Object run() throws Exception;
    }

    private static boolean may(Act act) throws Exception {
        try {
            act.run();
            return true;
        } catch (Exception e) {
            if (String.valueOf(e.getMessage()).contains("NoAuth")) {
                return false;
            }
            throw e;
        }
    }

    private boolean mayChangeAcl(CuratorFramework client, String path) throws Exception {
        List<ACL> same = client(Role.OPERATORS).getACL().forPath(path);
        return may(() -> client.setACL().withACL(same).forPath(path));
    }

    private static Verdict healthy() {
        return new Verdict(
                Health.HEALTHY,
                Optional.of(new InstanceId("c1-1")),
                List.of(),
                1,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static void awaitParents(CuratorFramework client) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> client.checkExists().forPath("/election") != null);
    }

    private CuratorFramework client(Role role) throws Exception {
        CuratorFramework client = fleet(role).client();
        assertThat(client.blockUntilConnected(30, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    private ZooKeeperFleet fleet(Role role) throws IOException {
        if (!fleets.containsKey(role)) {
            fleets.put(
                    role,
                    keep(ZooKeeperFleet.open(config(role), Optional.empty(), Clock.systemUTC())));
        }
        return fleets.get(role);
    }

    private ZooKeeperFleet open(Optional<Path> digestFile, Security security) throws IOException {
        return ZooKeeperFleet.open(
                config(digestFile, security), Optional.empty(), Clock.systemUTC());
    }

    private ZooKeeperFleet keep(ZooKeeperFleet fleet) {
        open.add(fleet);
        return fleet;
    }

    private Path digest(Role role) {
        return directory.resolve(role.name());
    }

    private ZooKeeperConfig config(Role role) {
        return role == Role.WORLD
                ? config(Optional.empty(), Security.NONE)
                : config(Optional.of(digest(role)), Security.NONE.with(roles));
    }

    private ZooKeeperConfig config(Optional<Path> digestFile, Security security) {
        return new ZooKeeperConfig(
                connect, digestFile, Duration.ofSeconds(4), Duration.ofSeconds(2), security);
    }
}
