package dev.homeport.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The probe against a real MySQL. */
final class MySqlProbeIT {
    private static final Account AGENT = Account.withRandomPassword("homeport_agent");
    private static final InstanceId DB1 = new InstanceId("db1");
    private static final Duration LAG_LIMIT = Duration.ofSeconds(10);

    @TempDir static Path directory;

    private static MySqlServer server;
    private static long greeted;
    private static JdbcProbe probe;

    @BeforeAll
    static void startServer() throws IOException {
        assumeTrue(MySqlInstallation.find().isPresent(), MySqlInstallation.MISSING);
        server = MySqlServer.start(directory.resolve("db1"));
        server.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()),
                "GRANT REPLICATION CLIENT ON *.* TO " + AGENT.user());
        // The first login of an account takes its password over RSA, which the probe does not ask
        // for; from then on the server remembers it.
        try (MySqlTestClient client =
                MySqlTestClient.login(server.port(), Login.as(AGENT.user(), AGENT.password()))) {
            greeted = client.greeting().capabilities();
        }
        probe =
                JdbcProbe.of(
                        new Instance(DB1, MySqlServer.HOST, server.port()),
                        any -> AccountLink.DEFAULT,
                        new ProbeConfig(
                                AGENT.user(),
                                new Secret(AGENT.password()),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                3,
                                LAG_LIMIT));
        // The pool waits half a second for its first connection, which is little on a busy machine.
        await().until(() -> !probe.ask().equals(new ProbeResult.Silent("no connection")));
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            probe.close();
            server.close();
        }
    }

    @Test
    void readsWhatAPrimarySays() {
        // When
        InstanceFacts facts = facts();

        // Then
        assertThat(facts.readOnly()).isFalse();
        assertThat(facts.version()).isEqualTo(server.variable("version"));
        assertThat(facts.gtidPosition()).isEqualTo(server.variable("gtid_executed"));
        assertThat(facts.replication()).isEmpty();
    }

    @Test
    void readsTheCapabilitiesAsTheGreetingHasThem() {
        // When
        ServerCapabilities capabilities = facts().capabilities();

        // Then
        assertThat(capabilities).isEqualTo(new ServerCapabilities(greeted));
        assertThat(capabilities.family()).isEqualTo(Family.MYSQL);
        assertThat(capabilities.extendedFlags()).isZero();
        assertThat(capabilities.names())
                .contains("CLIENT_LONG_PASSWORD", "CLIENT_QUERY_ATTRIBUTES");
    }

    @Test
    void isJudgedAsAStrangerInAClusterOfTheOtherFamily() {
        // When
        InstanceStatus status =
                new ProbeJudge(3, LAG_LIMIT)
                        .judge(DB1, Family.MARIADB, ProbeHistory.NONE, probe.ask())
                        .judged()
                        .orElseThrow();

        // Then
        assertThat(status.writable()).isTrue();
        assertThat(status.detail()).isEqualTo("of family mysql, its cluster of family mariadb");
    }

    private static InstanceFacts facts() {
        ProbeResult result = probe.ask();
        assertThat(result).isInstanceOf(ProbeResult.Answered.class);
        return ((ProbeResult.Answered) result).facts();
    }
}
