package dev.homeport.agent.watch.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.config.CanaryConfig;
import dev.homeport.agent.watch.canary.Canary.Outcome;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CanaryIT {
    private static final Account APP = Account.withRandomPassword("app");

    @TempDir static Path directory;

    private static MariaDbServer server;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startPrimary(MariaDbSettings.in(directory));
        server.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(APP.user(), APP.password()),
                "GRANT ALL ON `canary-c1`.* TO " + APP.user());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeTable() {
        server.execute(
                "CREATE OR REPLACE DATABASE `canary-c1`",
                "CREATE TABLE `canary-c1`.homeport_canary"
                        + " (id INT PRIMARY KEY, value BIGINT NOT NULL)");
    }

    private static Canary canary(int port, String password) {
        return new Canary(
                new ClusterId("c1"),
                new CanaryConfig(
                        "127.0.0.1",
                        port,
                        APP.user(),
                        new Secret(password),
                        "canary-c1",
                        TlsMode.PREFERRED,
                        Duration.ofSeconds(1)),
                TlsFiles.NONE,
                () -> true,
                outcome -> {});
    }

    private static Canary canary() {
        return canary(server.port(), APP.password());
    }

    @Test
    void singsWhileItsRowStays() {
        try (Canary canary = canary()) {
            assertThat(canary.look()).isEqualTo(Outcome.SUNG);
            assertThat(canary.look()).isEqualTo(Outcome.SUNG);
        }
    }

    @Test
    void noticesThatItsRowIsGoneOnceAndSingsAgain() {
        try (Canary canary = canary()) {
            canary.look();
            // When
            server.execute("TRUNCATE TABLE `canary-c1`.homeport_canary");
            // Then
            assertThat(canary.look()).isEqualTo(Outcome.ROW_GONE);
            assertThat(canary.look()).isEqualTo(Outcome.SUNG);
        }
    }

    @Test
    void noticesAnOlderValueThanTheOneItWrote() {
        try (Canary canary = canary()) {
            canary.look();
            // When
            server.execute("UPDATE `canary-c1`.homeport_canary SET value = value + 1");
            // Then
            assertThat(canary.look()).isEqualTo(Outcome.ROW_GONE);
        }
    }

    @Test
    void noticesThatItsTableOrSchemaIsGone() {
        try (Canary canary = canary()) {
            canary.look();
            // When
            server.execute("DROP TABLE `canary-c1`.homeport_canary");
            Outcome table = canary.look();
            server.execute("DROP DATABASE `canary-c1`");
            Outcome schema = canary.look();
            // Then
            assertThat(table).isEqualTo(Outcome.TABLE_GONE);
            assertThat(schema).isEqualTo(Outcome.TABLE_GONE);
            assertThat(table.isLoss()).isTrue();
        }
    }

    @Test
    void aWrongPasswordOrNoServerIsNoLoss() {
        try (Canary wrong = canary(server.port(), "wrong");
                Canary nobody = canary(1, APP.password())) {
            assertThat(wrong.look()).isEqualTo(Outcome.REFUSED);
            assertThat(nobody.look()).isEqualTo(Outcome.UNREACHABLE);
            assertThat(Outcome.REFUSED.isLoss()).isFalse();
        }
    }

    @Test
    void whatWasInterruptedIsNotTakenForALoss() throws Exception {
        try (Canary canary = canary()) {
            canary.look();
            // When
            server.process().suspend();
            Outcome hanging = canary.look();
            server.process().resume();
            // Then
            assertThat(hanging).isIn(Outcome.TIMEOUT, Outcome.UNREACHABLE);
            assertThat(canary.look()).isEqualTo(Outcome.SUNG);
        }
    }
}
