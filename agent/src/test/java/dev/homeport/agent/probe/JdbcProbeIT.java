package dev.homeport.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JdbcProbeIT {
    private static final Account AGENT = Account.withRandomPassword("homeport_agent");

    @TempDir static Path directory;

    private static MariaDbServer primary;
    private static MariaDbServer replica;

    private final List<JdbcProbe> probes = new ArrayList<>();

    @BeforeAll
    static void startServers() {
        primary = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("primary")));
        replica = MariaDbServer.start(directory.resolve("replica"));
        replica.replicateFrom(primary);
        primary.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()),
                "GRANT REPLICA MONITOR ON *.* TO " + AGENT.user());
        replica.awaitCaughtUpWith(primary);
    }

    @AfterAll
    static void stopServers() {
        replica.close();
        primary.close();
    }

    @AfterEach
    void closeProbes() {
        probes.forEach(JdbcProbe::close);
    }

    @Test
    void readsWhatAPrimarySays() {
        // When
        ProbeResult result = firstAnswer(probe(primary.port(), AGENT));

        // Then
        InstanceFacts facts = facts(result);
        assertThat(facts.readOnly()).isFalse();
        assertThat(facts.serverId()).isEqualTo(primary.port());
        assertThat(facts.version()).contains("MariaDB");
        assertThat(facts.capabilities().family()).isEqualTo(Family.MARIADB);
        assertThat(facts.gtidPosition()).isEqualTo(primary.variable("gtid_current_pos"));
        assertThat(facts.replication()).isEmpty();
        assertThat(facts.galera()).isEmpty();
    }

    @Test
    void readsTheCapabilitiesAsTheGreetingHasThem() throws IOException {
        // Given a greeting of its own, which nothing of the driver has seen
        long greeted;
        try (MySqlTestClient client =
                MySqlTestClient.login(primary.port(), Login.as(AGENT.user(), AGENT.password()))) {
            greeted = client.greeting().capabilities();
        }

        // When
        ServerCapabilities capabilities =
                facts(firstAnswer(probe(primary.port(), AGENT))).capabilities();

        // Then
        assertThat(capabilities).isEqualTo(new ServerCapabilities(greeted));
        // What the driver does not want for itself, and what only MariaDB has.
        assertThat(capabilities.names())
                .contains("CLIENT_LOCAL_FILES", "CLIENT_COMPRESS", "MARIADB_CLIENT_PROGRESS")
                .doesNotContain("CLIENT_LONG_PASSWORD");
    }

    @Test
    void readsWhatAReplicaSays() {
        // Given
        JdbcProbe probe = probe(replica.port(), AGENT);

        // Then
        await().untilAsserted(
                        () ->
                                assertThat(facts(probe.ask()).replication())
                                        .contains(
                                                new InstanceFacts.Replication(
                                                        "127.0.0.1:" + primary.port(),
                                                        true,
                                                        true,
                                                        Optional.of(Duration.ZERO),
                                                        0,
                                                        0)));
        assertThat(facts(probe.ask()).readOnly()).isTrue();
    }

    @Test
    void seesReplicationThreadsStopAndStart() {
        // Given
        JdbcProbe probe = probe(replica.port(), AGENT);

        // When
        replica.execute("STOP SLAVE SQL_THREAD");
        InstanceFacts.Replication stopped = facts(firstAnswer(probe)).replication().orElseThrow();
        replica.execute("STOP SLAVE IO_THREAD");
        InstanceFacts.Replication bothStopped = facts(probe.ask()).replication().orElseThrow();
        replica.execute("START SLAVE");

        // Then
        assertThat(stopped.sqlRunning()).isFalse();
        assertThat(stopped.ioRunning()).isTrue();
        assertThat(bothStopped.ioRunning()).isFalse();
        assertThat(bothStopped.lag()).isEmpty();
    }

    @Test
    void isLockedOutByAWrongPassword() {
        // Given
        JdbcProbe probe = probe(primary.port(), Account.withRandomPassword(AGENT.user()));

        // Then
        assertThat(firstAnswer(probe))
                .isEqualTo(new ProbeResult.LockedOut("access denied (error 1045)"));
    }

    @Test
    void isLockedOutWithoutItsRight() {
        // Given
        Account other = Account.withRandomPassword("no_rights");
        primary.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(other.user(), other.password()));

        // Then
        assertThat(firstAnswer(probe(primary.port(), other)))
                .isEqualTo(
                        new ProbeResult.LockedOut(
                                "the agent's account lacks a right (error 1227)"));
    }

    @Test
    void isLockedOutByAServerThatIsFull() throws Exception {
        // Given
        try (MariaDbServer full =
                MariaDbServer.start(
                        MariaDbSettings.in(directory.resolve("full"))
                                .withOption("max_connections", "10"))) {
            full.execute(
                    "SET GLOBAL read_only = OFF",
                    "CREATE USER app IDENTIFIED BY 'app'",
                    "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()));
            List<Connection> connections = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                connections.add(full.connect(new Account("app", "app"), ""));
            }

            // When
            ProbeResult result = firstAnswer(probe(full.port(), AGENT));

            // Then
            assertThat(result)
                    .isEqualTo(new ProbeResult.LockedOut("too many connections (error 1040)"));
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void callsAPortWhereNobodyListensSilent() {
        assertThat(firstAnswer(probe(FreePorts.next(), AGENT)))
                .isEqualTo(new ProbeResult.Silent("connection refused"));
    }

    @Test
    void callsAServerThatAcceptsAndSaysNothingSilent() throws Exception {
        // Given
        try (ServerSocket mute =
                new ServerSocket(FreePorts.next(), 10, InetAddress.getLoopbackAddress())) {
            JdbcProbe probe = probe(mute.getLocalPort(), AGENT);

            // Then
            assertThat(probe.ask()).isInstanceOf(ProbeResult.Silent.class);
            await().until(() -> probe.ask().equals(new ProbeResult.Silent("no answer in time")));
        }
    }

    @Test
    void callsAHostThatIsNoHostSilent() {
        // Given
        var instance = new Instance(new InstanceId("db1"), "x/?allowLocalInfile=true&y=", 3306);
        JdbcProbe probe = JdbcProbe.of(instance, any -> AccountLink.DEFAULT, config(AGENT));
        probes.add(probe);

        // Then
        assertThat(firstAnswer(probe))
                .isEqualTo(new ProbeResult.Silent("its host name is unknown"));
    }

    @Test
    void noticesAServerThatHangsAndThatGoesOn() {
        // Given
        JdbcProbe probe = probe(replica.port(), AGENT);
        facts(firstAnswer(probe));

        // When
        replica.process().suspend();
        List<ProbeResult> hanging = List.of(probe.ask(), probe.ask());
        replica.process().resume();

        // Then
        assertThat(hanging).allMatch(ProbeResult.Silent.class::isInstance);
        await().until(() -> probe.ask() instanceof ProbeResult.Answered);
    }

    @Test
    void noticesAServerThatIsKilledAndThatIsBack() {
        // Given
        try (MariaDbServer server = MariaDbServer.start(directory.resolve("mortal"))) {
            server.execute(
                    "SET GLOBAL read_only = OFF",
                    "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()),
                    "GRANT REPLICA MONITOR ON *.* TO " + AGENT.user());
            JdbcProbe probe = probe(server.port(), AGENT);
            facts(firstAnswer(probe));

            // When
            server.kill();
            List<ProbeResult> dead = List.of(probe.ask(), probe.ask(), probe.ask());
            server.restart();

            // Then
            assertThat(dead).allMatch(ProbeResult.Silent.class::isInstance);
            assertThat(dead.getLast()).isEqualTo(new ProbeResult.Silent("connection refused"));
            await().until(() -> probe.ask() instanceof ProbeResult.Answered);
        }
    }

    @Test
    void leavesNoAbortedHandshakesBehindAndKeepsItsConnection() {
        // Given
        String query = "SHOW GLOBAL STATUS WHERE Variable_name = '%s'";
        JdbcProbe probe = probe(primary.port(), AGENT);
        facts(firstAnswer(probe));
        List<List<String>> aborted = primary.query(query.formatted("Aborted_connects"));
        int connections = connections(query);

        // When
        for (int i = 0; i < 5; i++) {
            facts(probe.ask());
        }

        // Then
        assertThat(primary.query(query.formatted("Aborted_connects"))).isEqualTo(aborted);
        // Each question to the server by this test is a connection too.
        assertThat(connections(query)).isEqualTo(connections + 2);
    }

    private static int connections(String query) {
        return Integer.parseInt(primary.query(query.formatted("Connections")).getFirst().get(1));
    }

    /** The pool waits half a second for its first connection, which is little on a busy machine. */
    private static ProbeResult firstAnswer(JdbcProbe probe) {
        return await().until(
                        probe::ask,
                        result -> !result.equals(new ProbeResult.Silent("no connection")));
    }

    private static InstanceFacts facts(ProbeResult result) {
        assertThat(result).isInstanceOf(ProbeResult.Answered.class);
        return ((ProbeResult.Answered) result).facts();
    }

    private JdbcProbe probe(int port, Account account) {
        var instance = new Instance(new InstanceId("db1"), "127.0.0.1", port);
        JdbcProbe probe = JdbcProbe.of(instance, any -> AccountLink.DEFAULT, config(account));
        probes.add(probe);
        return probe;
    }

    private static ProbeConfig config(Account account) {
        return new ProbeConfig(
                account.user(),
                new Secret(account.password()),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                3,
                Duration.ofSeconds(10));
    }
}
