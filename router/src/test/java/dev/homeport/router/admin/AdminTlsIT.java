package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.config.AdminTlsConfig;
import dev.homeport.router.peer.PeerAccess;
import dev.homeport.router.peer.PeerDirectory;
import dev.homeport.router.session.KillOutcome;
import dev.homeport.router.session.OtherRouters.Answer;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the admin port: what is shown, when it changes, and who believes it. */
final class AdminTlsIT {
    private static final String PEER_SECRET = "a secret between routers";

    @TempDir private Path directory;

    private TestCertificates certificates;
    private PemFiles files;

    @BeforeEach
    void makeCertificates() {
        certificates = TestCertificates.in(directory);
        files = certificates.server();
    }

    @AfterAll
    static void awaitClosed() {
        AdminFixture.awaitClosed();
    }

    private AdminFixture start() throws Exception {
        return AdminFixture.start(config());
    }

    private AdminConfig config() throws IOException {
        Path secret = Files.writeString(directory.resolve("peer"), PEER_SECRET + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        return new AdminConfig(
                InetAddress.getLoopbackAddress(),
                0,
                Optional.of(TestTokens.write(directory.resolve("tokens"))),
                false,
                Optional.of(secret),
                Optional.empty(),
                Optional.of(new AdminTlsConfig(files.certificate(), files.key())),
                Optional.empty());
    }

    private SSLSocket connect(AdminFixture fixture, Path authority) throws IOException {
        Socket socket =
                ClientTls.trusting(authority)
                        .context()
                        .getSocketFactory()
                        .createSocket("127.0.0.1", fixture.server.port());
        socket.setSoTimeout(10_000);
        SSLSocket tls = (SSLSocket) socket;
        tls.startHandshake();
        return tls;
    }

    private X509Certificate shown(AdminFixture fixture) throws IOException {
        try (SSLSocket socket = connect(fixture, certificates.authority())) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String ask(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(
                        RawHttp.bytes(
                                RawHttp.head(
                                        "GET " + path + " HTTP/1.1",
                                        "Host: 127.0.0.1",
                                        "Connection: close",
                                        "Authorization: Bearer viewer")));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void answersOverTlsAndSaysSoInItsUrl() throws Exception {
        try (AdminFixture fixture = start();
                SSLSocket socket = connect(fixture, certificates.authority())) {
            assertThat(fixture.server.url())
                    .isEqualTo("https://127.0.0.1:" + fixture.server.port());
            assertThat(ask(socket, "/v1/status")).startsWith("HTTP/1.1 200").contains("no-store");
            assertThat(socket.getSession().getProtocol()).isIn("TLSv1.3", "TLSv1.2");
        }
    }

    @Test
    void answersNobodyWithoutTls() throws Exception {
        try (AdminFixture fixture = start();
                Socket socket = new Socket("127.0.0.1", fixture.server.port())) {
            socket.setSoTimeout(10_000);
            String answer;
            try {
                answer = ask(socket, "/health/live");
            } catch (IOException e) {
                answer = "";
            }
            assertThat(answer).doesNotContain("HTTP/1.1 200").doesNotContain("live");
        }
    }

    @Test
    void isNotBelievedByWhoTrustsAnotherAuthority() throws Exception {
        try (AdminFixture fixture = start()) {
            assertThatThrownBy(() -> connect(fixture, certificates.otherAuthority()).close())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void showsANewCertificateWithoutARestartAndKeepsTheOldOneWhileThePairIsBroken()
            throws Exception {
        try (AdminFixture fixture = start()) {
            X509Certificate first = shown(fixture);
            PemFiles renewed = certificates.server("renewed", List.of("localhost"));

            // When: half of a renewal
            replace(renewed.certificate(), files.certificate());
            await().untilAsserted(() -> assertThat(reloads(fixture, "failed")).isEqualTo(1));

            // Then
            assertThat(shown(fixture)).isEqualTo(first);
            assertThat(stale(fixture)).isEqualTo(1);

            // When: the other half
            replace(renewed.key(), files.key());

            // Then
            await().untilAsserted(() -> assertThat(shown(fixture)).isNotEqualTo(first));
            assertThat(reloads(fixture, "done")).isEqualTo(1);
            assertThat(stale(fixture)).isZero();
        }
    }

    @Test
    void aKeyThatOthersMayReadIsUsedNeitherAtTheStartNorLater() throws Exception {
        try (AdminFixture fixture = start()) {
            X509Certificate first = shown(fixture);

            // When
            PemFiles renewed = certificates.server("renewed", List.of("localhost"));
            Files.setPosixFilePermissions(
                    renewed.key(), PosixFilePermissions.fromString("rw-r--r--"));
            replace(renewed.certificate(), files.certificate());
            replace(renewed.key(), files.key());

            // Then
            await().untilAsserted(() -> assertThat(stale(fixture)).isEqualTo(1));
            assertThat(shown(fixture)).isEqualTo(first);
            assertThatThrownBy(this::start)
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("admin.tls")
                    .hasMessageContaining("must not be open to others")
                    .hasMessageContaining("chmod 600");

            // When
            Files.setPosixFilePermissions(
                    files.key(), PosixFilePermissions.fromString("rw-------"));

            // Then
            await().untilAsserted(() -> assertThat(shown(fixture)).isNotEqualTo(first));
        }
    }

    @Test
    void filesThatAreNoPairAreAProblemOfTheConfiguration() throws Exception {
        // Given
        replace(certificates.server("renewed", List.of("localhost")).key(), files.key());

        // When / Then
        assertThatThrownBy(this::start)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the key does not belong to the certificate");
    }

    @Test
    void otherRoutersAskOverTlsAndBelieveWhomTheyAreTold() throws Exception {
        try (AdminFixture fixture = start()) {
            assertThat(find(fixture, Optional.of(certificates.authority())))
                    .isInstanceOf(Answer.Session.class);
            assertThat(find(fixture, Optional.of(certificates.otherAuthority())))
                    .isEqualTo(new Answer.Nobody(KillOutcome.PEER_AWAY));
            assertThat(find(fixture, Optional.empty()))
                    .isEqualTo(new Answer.Nobody(KillOutcome.PEER_AWAY));
        }
    }

    @Test
    void otherRoutersDoNotBelieveACertificateOfAnotherHost() throws Exception {
        files = certificates.serverOfWrongHost();
        try (AdminFixture fixture = start()) {
            assertThat(find(fixture, Optional.of(certificates.authority())))
                    .isEqualTo(new Answer.Nobody(KillOutcome.PEER_AWAY));
        }
    }

    /** Whose a connection of router number 1 is. */
    private static Answer find(AdminFixture fixture, Optional<Path> authorities) throws Exception {
        FakeFleet registered =
                FakeFleet.empty()
                        .withRouter(
                                new RouterReport(
                                        new RouterId("r1"),
                                        "127.0.0.1:7306",
                                        fixture.server.url(),
                                        "test",
                                        FakeFleet.NOW,
                                        List.of(new RouterNumber(1)),
                                        1,
                                        List.of(),
                                        Map.of()));
        PeerAccess access =
                PeerAccess.load(() -> Optional.of(new Secret(PEER_SECRET)), authorities);
        try (PeerDirectory directory =
                new PeerDirectory(new RouterId("r2"), registered, access, Duration.ofSeconds(20))) {
            return directory.find(1 << 22 | 42).join();
        }
    }

    @Test
    void aFileWithoutCertificatesIsAProblemOfTheConfiguration() {
        assertThatThrownBy(() -> PeerAccess.load(Optional::empty, Optional.of(files.key())))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("admin.peerCa");
    }

    /** At once, as somebody does who renews certificates: never half a file. */
    private static void replace(Path by, Path file) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.copy(
                by, aside, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static double reloads(AdminFixture fixture, String outcome) {
        return fixture.meters
                .get("router.admin.reloads")
                .tags("file", "certificate", "outcome", outcome)
                .counter()
                .count();
    }

    private static double stale(AdminFixture fixture) {
        return fixture.meters.get("router.admin.stale").tag("file", "certificate").gauge().value();
    }
}
