package dev.homeport.testkit.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Rows;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TlsIT {
    @TempDir private static Path directory;

    private static TestCertificates certificates;
    private static MariaDbServer server;

    @BeforeAll
    static void startServer() {
        certificates = TestCertificates.in(directory.resolve("tls"));
        server = startServer("server", certificates.server());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static MariaDbServer startServer(String name, PemFiles identity) {
        ServerTls tls = ServerTls.offered(certificates.authority(), identity).requiredOfAll();
        return MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve(name)).withTls(tls));
    }

    @Test
    void aServerMayInsistOnTls() throws Exception {
        // Given
        Login secure = root().withTls(ClientTls.trusting(certificates.authority()));
        try (MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            // Then: MariaDB gives no other reason; MySQL says 3159
            assertThat(client.login(root()).error().code()).isEqualTo(1045);
            assertThat(cipherOf(secure)).isNotEmpty();
        }
    }

    @Test
    void aClientSpeaksTlsInTwoWritesOrInOne() throws Exception {
        ClientTls tls = ClientTls.trusting(certificates.authority());

        // Then
        assertThat(cipherOf(root().withTls(tls))).startsWith("TLS_");
        assertThat(cipherOf(root().withTls(tls.writingAtOnce().withServerName("db.example.com"))))
                .startsWith("TLS_");
    }

    @Test
    void aServerWithoutTlsIsNotAskedForIt() throws Exception {
        // Given
        Login login = root().withTls(ClientTls.trusting(certificates.authority()));
        try (MariaDbServer plain = MariaDbServer.start(directory.resolve("plain"));
                MySqlTestClient client = MySqlTestClient.connect(plain.port())) {
            // When / Then
            assertThatThrownBy(() -> client.login(login))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the server offers no TLS");
        }
    }

    @Test
    void aClientRefusesCertificatesOfAnotherAuthority() throws Exception {
        // Given
        Login login = root().withTls(ClientTls.trusting(certificates.otherAuthority()));
        try (MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            // When / Then
            assertThatThrownBy(() -> client.login(login)).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void connectionsOfOneClientResumeTheirSession() throws Exception {
        // Given
        Login login = root().withTls(ClientTls.trusting(certificates.authority()));

        // When
        SSLSession first = sessionOf(login);
        SSLSession second = sessionOf(login);

        // Then: the time is that of the full handshake
        assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
    }

    @Test
    void eachCertificateIsWrongInOneWayOnly() throws Exception {
        // Given
        X509Certificate good = read(certificates.server().certificate());
        X509Certificate authority = read(certificates.authority());
        X509Certificate other = read(certificates.otherAuthority());

        // Then
        good.verify(authority.getPublicKey());
        good.checkValidity();
        assertThat(namesOf(good)).containsExactlyInAnyOrder("localhost", "127.0.0.1");
        X509Certificate wrongHost = read(certificates.serverOfWrongHost().certificate());
        wrongHost.verify(authority.getPublicKey());
        wrongHost.checkValidity();
        assertThat(namesOf(wrongHost)).containsExactly("elsewhere.example.com");
        X509Certificate expired = read(certificates.serverExpired().certificate());
        expired.verify(authority.getPublicKey());
        assertThat(namesOf(expired)).contains("127.0.0.1");
        assertThatThrownBy(expired::checkValidity).isInstanceOf(CertificateExpiredException.class);
        X509Certificate stranger = read(certificates.serverOfOtherAuthority().certificate());
        stranger.verify(other.getPublicKey());
        stranger.checkValidity();
        assertThat(namesOf(stranger)).contains("127.0.0.1");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(certificates.server().key())))
                .isEqualTo("rw-------");
    }

    private static List<String> namesOf(X509Certificate certificate) throws Exception {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .toList();
    }

    private static X509Certificate read(Path file) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static SSLSession sessionOf(Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            // TLS 1.3 tickets come after the handshake: they are read with the first answer.
            client.query("DO 1");
            return client.tlsSession().orElseThrow();
        }
    }

    private static String cipherOf(Login login) throws Exception {
        try (MySqlTestClient client = MySqlTestClient.login(server.port(), login)) {
            Rows rows = (Rows) client.query("SHOW STATUS LIKE 'Ssl_cipher'");
            return rows.rows().getFirst().getLast();
        }
    }

    private static Login root() {
        return Login.as(server.root().user(), server.root().password());
    }
}
