package dev.homeport.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.CanaryConfig;
import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.probe.ProbeResult;
import dev.homeport.agent.watch.WatchedServer.Kind;
import dev.homeport.agent.watch.canary.Canary;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Compression;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All that an agent does with an instance that takes encrypted connections only. */
@Timeout(300)
final class EncryptedInstanceIT {
    @TempDir static Path directory;

    private static TestCertificates certificates;
    private static WatchedServer server;

    @BeforeAll
    static void startServer() {
        certificates = TestCertificates.in(directory.resolve("tls"));
        server =
                WatchedServer.start(
                        Kind.MARIADB_10_11,
                        directory.resolve("db"),
                        ServerTls.offered(certificates.authority(), certificates.server())
                                .requiredOfAll()
                                .options()
                                .entrySet()
                                .stream()
                                .map(one -> one.getKey() + "=" + one.getValue())
                                .toArray(String[]::new));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static AccountLink link(TlsMode mode, Path authority) {
        return AccountLink.of(
                new BackendLink(mode, Optional.empty(), false, Compression.OFF),
                new TlsFiles(Optional.of(authority), Optional.empty(), Optional.empty()));
    }

    private static AccountLink link(TlsMode mode) {
        return link(mode, certificates.authority());
    }

    private static ProbeConfig config() {
        return new ProbeConfig(
                server.account.user(),
                new Secret(server.account.password()),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                3,
                Duration.ofSeconds(10));
    }

    private static ProbeResult probe(AccountLink link) {
        try (JdbcProbe probe = JdbcProbe.of(server.instance(), any -> link, config())) {
            // A pool may give up before its first connection is there.
            return await().until(
                            probe::ask,
                            result -> !result.equals(new ProbeResult.Silent("no connection")));
        }
    }

    @ParameterizedTest
    @EnumSource(value = TlsMode.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void isProbed(TlsMode mode) {
        assertThat(probe(link(mode))).isInstanceOf(ProbeResult.Answered.class);
    }

    @Test
    void isLockedAndSaysWhyWhereTheProbeIsNotEncrypted() {
        assertThat(probe(link(TlsMode.OFF)))
                .isEqualTo(
                        new ProbeResult.LockedOut(
                                "access denied (error 1045): the password is wrong, or it takes no"
                                        + " connections without TLS and tls.mode of the cluster's"
                                        + " record, which is off, has to be preferred or"
                                        + " stricter"));
    }

    @Test
    void isLockedAndSaysWhyWhereTheAuthorityIsAnother() {
        assertThat(probe(link(TlsMode.VERIFY_CA, certificates.otherAuthority())))
                .isEqualTo(
                        new ProbeResult.LockedOut(
                                "its certificate does not come from whom file "
                                        + certificates.otherAuthority()
                                        + " of tls.ca names: that has to be who signed it"));
    }

    @Test
    void isProbedByTheNewRecordAtOnce() {
        // Given
        var links = new AccountLink[] {link(TlsMode.REQUIRED)};
        try (JdbcProbe probe = JdbcProbe.of(server.instance(), any -> links[0], config())) {
            await().until(() -> probe.ask() instanceof ProbeResult.Answered);

            // When
            links[0] = link(TlsMode.VERIFY_IDENTITY, certificates.otherAuthority());

            // Then
            await().until(() -> probe.ask() instanceof ProbeResult.LockedOut);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REQUIRED", "VERIFY_IDENTITY"})
    void isWatchedByLogAndInventory(TlsMode mode) throws Exception {
        // Given
        String project = "p" + Words.of(mode).replace('-', '_');
        Path files = Files.createDirectory(directory.resolve("watch" + project));
        try (WatchRig rig = new WatchRig(server, files)) {
            rig.links = any -> link(mode);
            rig.makeProject(project, 3);
            WatchRig.Agent agent =
                    rig.agent(mode == TlsMode.REQUIRED ? 1 : 2).start().awaitReading();
            await().until(() -> agent.inventories.get() > 0);

            // When
            server.server.execute("DROP DATABASE " + project);

            // Then
            rig.awaitIncident(project, Severity.LOSS);
        }
    }

    @Test
    void theWatchSaysWhyItSeesNothing() throws Exception {
        // Given
        Path files = Files.createDirectory(directory.resolve("blind"));
        try (WatchRig rig = new WatchRig(server, files)) {
            rig.links = any -> link(TlsMode.VERIFY_CA, certificates.otherAuthority());

            // When
            WatchRig.Agent agent = rig.agent(77).start();

            // Then
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () ->
                                    assertThat(agent.watch.problems())
                                            .anyMatch(
                                                    one ->
                                                            one.contains(
                                                                    "its certificate does not come"
                                                                            + " from")));
        }
    }

    @Test
    void isSungToWhereTheCanaryIsEncrypted() throws Exception {
        // Given: to a driver a router is one more server
        server.server.execute(
                "CREATE DATABASE canary",
                "CREATE TABLE canary.homeport_canary (id INT PRIMARY KEY, value BIGINT NOT NULL)",
                "GRANT ALL ON canary.* TO " + server.account.user());

        // Then
        assertThat(sing(TlsMode.VERIFY_IDENTITY)).isEqualTo(Canary.Outcome.SUNG);
        assertThat(sing(TlsMode.OFF)).isEqualTo(Canary.Outcome.REFUSED);
    }

    private static Canary.Outcome sing(TlsMode mode) throws InterruptedException {
        BlockingQueue<Canary.Outcome> heard = new LinkedBlockingQueue<>();
        var config =
                new CanaryConfig(
                        "127.0.0.1",
                        server.server.port(),
                        server.account.user(),
                        new Secret(server.account.password()),
                        "canary",
                        mode,
                        Duration.ofMillis(100));
        var files =
                new TlsFiles(
                        Optional.of(certificates.authority()), Optional.empty(), Optional.empty());
        try (Canary canary =
                new Canary(new ClusterId("c1"), config, files, () -> true, heard::add)) {
            canary.start();
            return heard.poll(60, TimeUnit.SECONDS);
        }
    }
}
