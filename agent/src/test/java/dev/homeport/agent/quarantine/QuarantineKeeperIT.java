package dev.homeport.agent.quarantine;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.config.QuarantineConfig;
import dev.homeport.agent.quarantine.ClockReadings.Witness;
import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.DiskSpace;
import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.PurgePlan;
import dev.homeport.quarantine.ServiceAccount;
import dev.homeport.quarantine.SetAside;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.fields.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The keeper on a real server. */
class QuarantineKeeperIT {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final ProjectId P1 = new ProjectId("p1");
    private static final Account KEEPER = Account.withRandomPassword("homeport_guard");

    @TempDir private static Path directory;
    private static MariaDbServer server;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<PurgePlan.Purge> purged = new ArrayList<>();
    private final List<HeldTable> madeAgain = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private final QuarantineNews told =
            new QuarantineNews(C1, purged::add, incidents::add, Clock.systemUTC());
    private final QuarantineKeeper.Listener news =
            new QuarantineKeeper.Listener() {
                @Override
                public void onPurged(PurgePlan.Purge purge) {
                    told.onPurged(purge);
                }

                @Override
                public void onMadeAgain(HeldTable table) {
                    madeAgain.add(table);
                    told.onMadeAgain(table);
                }
            };
    private DiskSpace disk = DiskSpace.UNKNOWN;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startPrimary(MariaDbSettings.in(directory));
        server.execute(
                "CREATE DATABASE p1",
                "CREATE USER homeport_guard@'%' IDENTIFIED BY '" + KEEPER.password() + "'");
        server.execute(
                ServiceAccount.grants(Family.MARIADB, "homeport_guard@'%'").toArray(String[]::new));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static JdbcQuarantine quarantine() {
        return new JdbcQuarantine(source()::getConnection);
    }

    private static AccountSource source() {
        var config =
                new QuarantineConfig(
                        KEEPER.user(),
                        new Secret(KEEPER.password()),
                        Duration.ofSeconds(30),
                        Map.of());
        var instance = new Instance(new InstanceId("c1-1"), "127.0.0.1", server.port());
        return new AccountSource(instance, any -> AccountLink.DEFAULT, config.account());
    }

    /** The same on a server whose clock is ahead. */
    private static JdbcQuarantine quarantine(Duration ahead) {
        return new JdbcQuarantine(
                () -> {
                    Connection connection = source().getConnection();
                    try (Statement statement = connection.createStatement()) {
                        statement.execute(
                                "SET SESSION timestamp = UNIX_TIMESTAMP() + " + ahead.toSeconds());
                    }
                    return connection;
                });
    }

    /** So much later, by all clocks. */
    private QuarantineKeeper keeper(boolean leads, Duration later) {
        return keeper(leads, new MovingClocks(later));
    }

    private QuarantineKeeper keeper(boolean leads, MovingClocks clocks) {
        return keeper(leads, clocks, clocks.all());
    }

    private QuarantineKeeper keeper(boolean leads, MovingClocks clocks, PurgeClocks all) {
        return new QuarantineKeeper(
                C1,
                FakeFleetSource.of(
                        aFleet().with(aCluster("c1").withPrimary("c1-1", server.port())).build()),
                () -> leads,
                instance -> quarantine(clocks.ahead(Witness.INSTANCE)),
                instance -> disk,
                news,
                new QuarantineMeters(registry),
                all);
    }

    private static Deed deed() {
        return new Deed(
                StatementClass.DROP_TABLE,
                P1,
                Optional.empty(),
                "app",
                "127.0.0.1",
                "r1",
                0,
                Instant.now(),
                Duration.ofHours(1),
                "");
    }

    /** Drops the table as a guarded session would. */
    private static void drop(String table) throws Exception {
        try (JdbcQuarantine quarantine = quarantine()) {
            SetAside aside =
                    quarantine.begin(
                            deed(),
                            new Intention.DropTables(List.of(new TableName("p1", table)), true),
                            Duration.ofSeconds(5));
            server.execute("DROP TABLE p1." + table);
            quarantine.finish(aside);
        }
    }

    private static List<String> held() throws Exception {
        try (JdbcQuarantine quarantine = quarantine()) {
            return quarantine.list(P1).stream().map(one -> one.table().table()).toList();
        }
    }

    @Test
    void letsGoOfWhatWasKeptLongEnoughLittleByLittle() throws Exception {
        // Given
        for (int i = 0; i <= QuarantineKeeper.MOST_AT_ONCE; i++) {
            server.execute("CREATE TABLE p1.a%d (i INT)".formatted(i));
            drop("a" + i);
        }
        keeper(true, Duration.ZERO).round();
        assertThat(held()).hasSize(QuarantineKeeper.MOST_AT_ONCE + 1);

        // When
        boolean isMore = keeper(true, Duration.ofHours(2)).round();

        // Then
        assertThat(isMore).isTrue();
        assertThat(held()).containsExactly("a" + QuarantineKeeper.MOST_AT_ONCE);
        keeper(false, Duration.ofHours(2)).round();
        assertThat(held()).hasSize(1);
        assertThat(keeper(true, Duration.ofHours(2)).round()).isFalse();
        assertThat(held()).isEmpty();
    }

    @Test
    void whatWasDroppedByRuleIsKeptLongerIfItsNameIsTakenAgain() throws Exception {
        // Given: kept for an hour, where three days are usual
        server.execute(
                "CREATE TABLE p1.e (i INT)",
                "INSERT INTO p1.e VALUES (1)",
                "CREATE TABLE p1.f (i INT)");
        drop("e");
        drop("f");
        server.execute("CREATE TABLE p1.e (i INT)", "CREATE TABLE p1.f (i INT)");

        // When: an hour later nothing but the empty one goes
        keeper(true, Duration.ofHours(2)).round();
        keeper(true, Duration.ofHours(2)).round();
        keeper(true, Duration.ofHours(2)).round();

        // Then
        assertThat(held()).containsExactly("e");
        assertThat(madeAgain).map(one -> one.table().toString()).containsExactly("p1.e");
        assertThat(incidents)
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.kind()).isEqualTo(IncidentKind.SUSPICIOUS_DROP);
                            assertThat(one.limit()).isEqualTo(IncidentLimit.ALERT);
                            assertThat(one.scope().projects()).containsExactly(P1);
                        });

        // When
        keeper(true, Duration.ofHours(73)).round();

        // Then
        assertThat(held()).isEmpty();
        server.execute("DROP TABLE p1.e", "DROP TABLE p1.f");
    }

    @Test
    void aFullDiskTakesTheOldestBeforeItsTimeAndIsTold() throws Exception {
        // Given
        server.execute("CREATE TABLE p1.c (i INT)", "CREATE TABLE p1.d (i INT)");
        drop("c");
        drop("d");
        disk = new DiskSpace(100 << 20, 90 << 20);
        keeper(true, Duration.ZERO).round();
        assertThat(held()).containsExactly("c", "d");

        // When
        disk = new DiskSpace(100 << 20, (10 << 20) - 1);
        keeper(true, Duration.ZERO).round();

        // Then
        assertThat(held()).containsExactly("d");
        assertThat(purged)
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.reason()).isEqualTo(PurgePlan.Reason.DISK);
                            assertThat(one.table().table().table()).isEqualTo("c");
                        });
        keeper(true, Duration.ofHours(2)).round();
    }

    @ParameterizedTest
    @EnumSource(Witness.class)
    void aClockThatJumpsLetsGoOfNothing(Witness jumping) throws Exception {
        // Given: kept for an hour
        server.execute("CREATE TABLE p1.g (i INT)");
        drop("g");
        var clocks = new MovingClocks(Duration.ZERO);
        QuarantineKeeper keeper = keeper(true, clocks);
        keeper.round();
        double before = clocksApart();

        // When
        clocks.jump(Set.of(jumping), Duration.ofHours(73));
        keeper.round();

        // Then
        assertThat(held()).containsExactly("g");
        assertThat(before).isLessThan(60);
        assertThat(clocksApart()).isBetween(72.9 * 3600, 73.1 * 3600);

        // When its time is over by every other clock too
        clocks.jump(EnumSet.complementOf(EnumSet.of(jumping)), Duration.ofMinutes(61));
        keeper.round();

        // Then
        assertThat(held()).isEmpty();
        assertThat(purged).isEmpty();
    }

    @Test
    void aMachineThatHoldsEverythingAndJumpsLetsGoOfNothing() throws Exception {
        // Given: the agent, the server and ZooKeeper go by one clock
        server.execute("CREATE TABLE p1.h (i INT)");
        drop("h");
        var clocks = new MovingClocks(Duration.ZERO);
        QuarantineKeeper keeper = keeper(true, clocks);
        keeper.round();

        // When
        clocks.jump(
                EnumSet.complementOf(EnumSet.of(Witness.AGENT_SINCE_START)), Duration.ofHours(73));
        keeper.round();

        // Then
        assertThat(held()).containsExactly("h");

        // When an hour passes
        clocks.jump(EnumSet.of(Witness.AGENT_SINCE_START), Duration.ofMinutes(61));
        keeper.round();

        // Then
        assertThat(held()).isEmpty();
    }

    @Test
    void whileZooKeeperDoesNotSayTheTimeNothingGoes() throws Exception {
        // Given
        server.execute("CREATE TABLE p1.k (i INT)");
        drop("k");
        var later = new MovingClocks(Duration.ofHours(2));
        var clocks =
                new PurgeClocks(
                        later.wall(),
                        () -> {
                            throw new TopologyException(Reason.UNAVAILABLE, "ZooKeeper is away");
                        });

        // When
        keeper(true, later, clocks).round();

        // Then
        assertThat(held()).containsExactly("k");
        assertThat(registry.get("agent.quarantine.failures").counter().count()).isEqualTo(1);
        keeper(true, later).round();
        assertThat(held()).isEmpty();
    }

    private double clocksApart() {
        return registry.get("agent.quarantine.clocks.apart").gauge().value();
    }

    /** Clocks that a test moves, each by itself; that of the server is a real one's, moved. */
    private static final class MovingClocks {
        private final Map<Witness, Duration> ahead = new EnumMap<>(Witness.class);

        MovingClocks(Duration all) {
            for (Witness one : Witness.values()) {
                ahead.put(one, all);
            }
        }

        void jump(Set<Witness> witnesses, Duration by) {
            witnesses.forEach(one -> ahead.merge(one, by, Duration::plus));
        }

        Duration ahead(Witness one) {
            return ahead.get(one);
        }

        private Instant of(Witness one) {
            return Instant.now().plus(ahead.get(one));
        }

        PurgeClocks all() {
            Duration atStart = ahead(Witness.AGENT_SINCE_START);
            return new PurgeClocks(
                    wall(),
                    () -> of(Witness.ZOOKEEPER),
                    () ->
                            System.nanoTime()
                                    + ahead(Witness.AGENT_SINCE_START).minus(atStart).toNanos());
        }

        private Clock wall() {
            return ((InstantSource) () -> of(Witness.AGENT)).withZone(ZoneOffset.UTC);
        }
    }

    @Test
    void disksOfThisMachineAreMeasured() {
        var disks = new LocalDisks(Map.of(new InstanceId("c1-1"), directory));
        assertThat(disks.of(new InstanceId("c1-1")).freeBytes()).isPositive();
        assertThat(disks.of(new InstanceId("c1-2"))).isEqualTo(DiskSpace.UNKNOWN);
    }

    @Test
    void failsWithoutTheServerAndSaysSo() {
        // Given
        var keeper =
                new QuarantineKeeper(
                        C1,
                        FakeFleetSource.of(
                                aFleet().with(aCluster("c1").withPrimary("c1-1", 1)).build()),
                        () -> true,
                        instance ->
                                new JdbcQuarantine(
                                        () -> {
                                            throw new SQLException("no server here");
                                        }),
                        new LocalDisks(Map.of())::of,
                        news,
                        new QuarantineMeters(registry),
                        new MovingClocks(Duration.ZERO).all());

        // When
        keeper.round();

        // Then
        assertThat(registry.get("agent.quarantine.failures").counter().count()).isEqualTo(1);
    }
}
