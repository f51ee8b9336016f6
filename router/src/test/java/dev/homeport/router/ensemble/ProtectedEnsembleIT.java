package dev.homeport.router.ensemble;

import static dev.homeport.router.ensemble.Network.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.testkit.zookeeper.MemberSettings;
import dev.homeport.testkit.zookeeper.ZooKeeperEnsemble;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.EnsembleTlsConfig;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperConfig.Security;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that let in nobody but those who show who they are, and the other way round. */
@Timeout(180)
final class ProtectedEnsembleIT {
    /** Long enough for several attempts. */
    private static final Duration REFUSED = Duration.ofSeconds(4);

    @TempDir Path directory;

    @Test
    void onlyWhoHasThePasswordGetsInBySasl() throws Exception {
        // Given
        Path jaas = directory.resolve("jaas.conf");
        PrivateDirectories.write(
                jaas,
                """
                Server {
                  org.apache.zookeeper.server.auth.DigestLoginModule required
                  user_homeport="right";
                };
                """);
        try (ZooKeeperEnsemble server =
                ZooKeeperEnsemble.start(
                        directory.resolve("zk"), 1, MemberSettings.authenticated(jaas))) {
            // When / Then
            try (ZooKeeperFleet fleet = open(server, sasl("homeport:right"))) {
                assertServes(fleet);
                assertThat(fleet.client().getACL().forPath("/clusters"))
                        .extracting(ACL::getId)
                        .extracting(id -> id.getScheme() + ":" + id.getId())
                        .containsExactly("sasl:homeport");
            }
            try (ZooKeeperFleet wrong = open(server, sasl("homeport:wrong"));
                    ZooKeeperFleet nobody = open(server, Security.NONE)) {
                assertKeptOut(wrong);
                assertKeptOut(nobody);
            }
        }
    }

    @Test
    void bothSidesShowCertificates() throws Exception {
        // Given
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        Path identity = identity(certificates);
        try (ZooKeeperEnsemble server = encrypted(certificates, certificates.server())) {
            // When / Then
            try (ZooKeeperFleet fleet =
                    open(server, tls(certificates.authority(), Optional.of(identity)))) {
                assertServes(fleet);
            }
            try (ZooKeeperFleet distrusts =
                            open(
                                    server,
                                    tls(certificates.otherAuthority(), Optional.of(identity)));
                    ZooKeeperFleet unknown =
                            open(server, tls(certificates.authority(), Optional.empty()));
                    ZooKeeperFleet plain = open(server, Security.NONE)) {
                assertKeptOut(distrusts);
                assertKeptOut(unknown);
                assertKeptOut(plain);
            }
        }
    }

    @Test
    void aServerOfAnotherNameIsNotBelieved() throws Exception {
        // Given
        TestCertificates certificates = TestCertificates.in(directory.resolve("tls"));
        Path identity = identity(certificates);
        try (ZooKeeperEnsemble server = encrypted(certificates, certificates.serverOfWrongHost());
                // When
                ZooKeeperFleet fleet =
                        open(server, tls(certificates.authority(), Optional.of(identity)))) {
            // Then
            assertKeptOut(fleet);
        }
    }

    @Test
    void aFileThatIsNoneIsToldAtOnce() {
        // Given
        Path file = directory.resolve("ca.pem");
        PrivateDirectories.write(file, "no certificate\n");
        var config = config("127.0.0.1:1/homeport", tls(file, Optional.empty()));

        // When / Then
        assertThatThrownBy(() -> ZooKeeperFleet.open(config, Optional.empty(), Clock.systemUTC()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " must be PEM");
    }

    private Path identity(TestCertificates certificates) {
        return MemberSettings.joined(
                certificates.client("router"), directory.resolve("router.pem"));
    }

    /** One server that speaks TLS and nothing else, with that certificate. */
    private ZooKeeperEnsemble encrypted(TestCertificates certificates, PemFiles server) {
        return ZooKeeperEnsemble.start(
                directory.resolve("zk"),
                1,
                MemberSettings.encrypted(
                        MemberSettings.joined(server, directory.resolve("zk.pem")),
                        certificates.authority()));
    }

    private static void assertServes(ZooKeeperFleet fleet) {
        await().atMost(PATIENCE)
                .ignoreException(TopologyException.class)
                .until(
                        () ->
                                fleet.writer()
                                                .putCluster(
                                                        Network.cluster(Network.C1),
                                                        OptionalInt.empty())
                                        != null);
        await().atMost(PATIENCE).until(() -> fleet.source().current().isPresent());
    }

    private static void assertKeptOut(ZooKeeperFleet fleet) {
        await().during(REFUSED)
                .atMost(REFUSED.multipliedBy(2))
                .until(
                        () ->
                                fleet.source().current().isEmpty()
                                        && fleet.source().status().asOf().isEmpty());
    }

    private Security sasl(String userAndPassword) {
        Path file = directory.resolve("sasl-" + userAndPassword.replace(':', '-'));
        PrivateDirectories.write(file, userAndPassword + "\n");
        return new Security(Optional.of(file), Optional.empty(), Optional.empty());
    }

    private static Security tls(Path authority, Optional<Path> identity) {
        return new Security(
                Optional.empty(),
                Optional.of(new EnsembleTlsConfig(authority, identity)),
                Optional.empty());
    }

    private static ZooKeeperFleet open(ZooKeeperEnsemble server, Security security)
            throws IOException {
        return ZooKeeperFleet.open(
                config(server.connect() + "/homeport", security),
                Optional.empty(),
                Clock.systemUTC());
    }

    private static ZooKeeperConfig config(String connect, Security security) {
        return new ZooKeeperConfig(
                connect, Optional.empty(), Duration.ofSeconds(4), Duration.ofSeconds(3), security);
    }
}
