package dev.homeport.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EpochTableIT {
    private static final Account AGENT = Account.withRandomPassword("homeport_agent");

    @TempDir static Path directory;

    private static MariaDbServer server;
    private static Instance instance;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startPrimary(MariaDbSettings.in(directory));
        instance = new Instance(new InstanceId("db1"), MariaDbServer.HOST, server.port());
        server.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(AGENT.user(), AGENT.password()));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeTable() {
        server.execute(
                "CREATE OR REPLACE DATABASE homeport",
                "CREATE TABLE homeport.epoch"
                        + " (cluster VARCHAR(63) PRIMARY KEY, epoch BIGINT UNSIGNED NOT NULL)",
                "GRANT SELECT, INSERT, UPDATE ON homeport.epoch TO " + AGENT.user());
    }

    @Test
    void keepsTheHighestEpochOfEachCluster() {
        // Given
        EpochTable c1 = table("c1");
        EpochTable c2 = table("c2");

        // When
        c1.write(instance, 5);
        c1.write(instance, 3);
        c2.write(instance, 2);

        // Then
        assertThat(c1.read(instance)).isEqualTo(5);
        assertThat(c2.read(instance)).isEqualTo(2);
        assertThat(table("c3").read(instance)).isEqualTo(0);
    }

    @Test
    void holdsNothingUpWhereThereIsNoTable() {
        // Given
        EpochTable table = table("c1");

        // When
        server.execute("DROP DATABASE homeport");

        // Then
        assertThatCode(() -> table.write(instance, 5)).doesNotThrowAnyException();
        assertThat(table.read(instance)).isEqualTo(0);
    }

    private static EpochTable table(String cluster) {
        var config =
                new ProbeConfig(
                        AGENT.user(),
                        new Secret(AGENT.password()),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        3,
                        Duration.ofSeconds(10));
        return new EpochTable(
                new ClusterId(cluster),
                one -> JdbcProbe.dataSource(one, any -> AccountLink.DEFAULT, config));
    }
}
