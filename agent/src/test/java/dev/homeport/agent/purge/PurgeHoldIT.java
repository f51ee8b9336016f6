package dev.homeport.agent.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.purge.HoldStore.Held;
import dev.homeport.agent.watch.WatchedServer;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.Instance;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two agents, of which one does not know that it was replaced. */
@Timeout(180)
final class PurgeHoldIT {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final String FIRST = "/election/first";
    private static final String SECOND = "/election/second";

    @TempDir Path directory;

    private ZooKeeperServer zookeeper;
    private ZooKeeperFleet fleet;
    private WatchedServer server;
    private HoldStore store;
    private FleetSnapshot picture;
    private SortedMap<String, String> usual;

    @BeforeEach
    void start() throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zk"));
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
        fleet.client().create().forPath(FIRST);
        fleet.client().create().forPath(SECOND);
        server = WatchedServer.start(Kind.MARIADB_10_11, directory.resolve("db"));
        server.server.execute(
                "SET GLOBAL binlog_expire_logs_seconds = 86400",
                "GRANT BINLOG ADMIN ON *.* TO " + server.account.user());
        usual = active();
        store = new HoldStore(fleet.client(), C1);
        picture = picture(Optional.of(IncidentLimit.CONTAIN));
    }

    @AfterEach
    void stop() {
        server.close();
        fleet.close();
        zookeeper.close();
    }

    private PurgeHold agent(String leaderZnode) {
        return agent(leaderZnode, this::dataSource);
    }

    private PurgeHold agent(String leaderZnode, Function<Instance, DataSource> connections) {
        return new PurgeHold(
                C1,
                () -> Optional.of(picture),
                () -> Optional.of(leaderZnode),
                connections,
                fleet.client());
    }

    private DataSource dataSource(Instance instance) {
        return JdbcProbe.dataSource(
                instance,
                any -> AccountLink.DEFAULT,
                new ProbeConfig(
                        server.account.user(),
                        new Secret(server.account.password()),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        3,
                        Duration.ofSeconds(10)));
    }

    /** Of the server, by its own word. */
    private SortedMap<String, String> active() throws SQLException {
        try (Connection connection = server.connect()) {
            return PurgeSettings.active(connection, server.family());
        }
    }

    private FleetSnapshot picture(Optional<IncidentLimit> limit) {
        Fleets fleets =
                Fleets.aFleet()
                        .with(
                                Clusters.aCluster("c1")
                                        .with(server.family())
                                        .withPrimary("db1", "127.0.0.1", server.server.port()));
        limit.map(PurgeHoldIT::incident).ifPresent(fleets::with);
        return fleets.build();
    }

    private static Incident incident(IncidentLimit limit) {
        return new Incident(
                new IncidentId("i1"),
                IncidentKind.DATA_LOSS,
                C1,
                new IncidentScope(Set.of(), List.of(), List.of(), true),
                limit,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty(),
                "",
                2,
                10,
                List.of(),
                Optional.empty());
    }

    @Test
    void whoeverNoLongerLeadsHoldsAndReleasesNothing() throws Exception {
        // Given
        PurgeHold former = agent(FIRST);
        PurgeHold leader = agent(SECOND);
        fleet.client().delete().forPath(FIRST);

        // Then: it holds nothing
        former.round();
        assertThat(store.read().record().isEmpty()).isTrue();
        assertThat(active()).isEqualTo(usual);
        leader.round();
        Held held = store.read();
        assertThat(held.record().instances()).containsEntry("db1", usual);
        assertThat(active()).isEmpty();

        // And it releases nothing
        picture = picture(Optional.empty());
        former.round();
        assertThat(store.read()).isEqualTo(held);
        assertThat(active()).isEmpty();
        leader.round();
        assertThat(store.read().record().isEmpty()).isTrue();
        assertThat(active()).isEqualTo(usual);
    }

    @Test
    void whatIsSwitchedOffByWhoeverWasReplacedMeanwhileIsSwitchedOnAgain() throws Exception {
        // Given: it is replaced, and the incident is closed, just before it reaches the server
        PurgeHold former =
                agent(
                        FIRST,
                        instance ->
                                before(
                                        dataSource(instance),
                                        "SET GLOBAL binlog_expire_logs_seconds = 0",
                                        () -> {
                                            fleet.client().delete().forPath(FIRST);
                                            fleet.client().delete().forPath("/watch/c1/purge");
                                        }));

        // When
        former.round();

        // Then
        assertThat(store.read().record().isEmpty()).isTrue();
        assertThat(active()).isEqualTo(usual);
    }

    @Test
    void nobodyOverwritesWhatAnotherWrote() throws Exception {
        // Given
        Held nothing = store.read();
        HoldRecord one = HoldRecord.NONE.with("db1", new TreeMap<>(usual));
        Held first = store.write(nothing, one, FIRST);
        Held second = store.write(first, one.with("db2", Map.of("x", "1")), FIRST);

        // Then
        assertThat(second).isEqualTo(store.read());
        for (Held stale : List.of(nothing, first)) {
            assertThatThrownBy(() -> store.write(stale, one, FIRST))
                    .isInstanceOf(TopologyException.class);
        }
        assertThatThrownBy(() -> store.write(first, HoldRecord.NONE, FIRST))
                .isInstanceOf(TopologyException.class);
        assertThatThrownBy(() -> store.confirm(first, FIRST)).isInstanceOf(TopologyException.class);
        assertThat(store.read()).isEqualTo(second);
        store.confirm(second, FIRST);
        assertThat(store.write(second, HoldRecord.NONE, FIRST)).isEqualTo(store.read());
    }

    private interface Doing {
        void run() throws Exception;
    }

    /** The data source, where something happens just before that statement. */
    private static DataSource before(DataSource real, String sql, Doing doing) {
        return (DataSource) wrapped(DataSource.class, real, sql, doing);
    }

    private static Object wrapped(Class<?> type, Object real, String sql, Doing doing) {
        return Proxy.newProxyInstance(
                PurgeHoldIT.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    if (arguments != null && sql.equals(arguments[0])) {
                        doing.run();
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        boolean isWrapped =
                                method.getName().equals("getConnection")
                                        || method.getName().equals("createStatement");
                        return isWrapped
                                ? wrapped(method.getReturnType(), result, sql, doing)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
