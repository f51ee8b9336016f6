package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TlsMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on both legs, against a real server with a certificate and one without. */
@Timeout(120)
class TlsIT {
    private static final Account APP = Account.withRandomPassword("app");

    @TempDir static Path directory;

    private static TestCertificates certificates;
    private static MariaDbServer encrypting;
    private static MariaDbServer plain;

    @BeforeAll
    static void start() {
        certificates = TestCertificates.in(directory.resolve("certificates"));
        ServerTls tls = ServerTls.offered(certificates.authority(), certificates.server());
        encrypting =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("c1-1")).withTls(tls));
        plain = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("c2-1")));
        for (MariaDbServer server : new MariaDbServer[] {encrypting, plain}) {
            server.execute(
                    "CREATE DATABASE p1",
                    "CREATE DATABASE p2",
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "GRANT ALL ON `p%`.* TO app@'%'");
        }
    }

    @AfterAll
    static void stop() {
        encrypting.close();
        plain.close();
    }

    private static BackendLink link(TlsMode mode) {
        return new BackendLink(mode, authority(), false, Compression.OFF);
    }

    private static Optional<String> authority() {
        try {
            return Optional.of(Files.readString(certificates.authority()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Project p1 lives where there is TLS, p2 where there is none. */
    private static FleetSnapshot fleet(BackendLink link) {
        Clusters c1 = aCluster("c1").withPrimary("c1-1", encrypting.port()).with(link);
        Clusters c2 = aCluster("c2").withPrimary("c2-1", plain.port()).with(link);
        return aFleet().with(c1).with(c2).withProject("p1", "c1").withProject("p2", "c2").build();
    }

    private static ListenerTlsConfig tls(boolean required, Optional<Path> clientAuthority) {
        PemFiles own = certificates.server("router", java.util.List.of("localhost"));
        return new ListenerTlsConfig(required, own.certificate(), own.key(), clientAuthority);
    }

    private static RouterFixture router(TlsMode mode) {
        return RouterFixture.of(fleet(link(mode))).with(tls(false, Optional.empty())).start();
    }

    private static Login login(String project) {
        return Login.as("app+" + project, APP.password())
                .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                .withSchema(project);
    }

    private static ClientTls trusting() {
        return ClientTls.trusting(certificates.authority());
    }

    private static String cipher(MySqlTestClient client) throws IOException {
        return status(client, "Ssl_cipher");
    }

    @ParameterizedTest(name = "client TLS {0}, cluster {1}, server TLS {2}: {3}")
    @CsvSource({
        "true,  FOLLOW,          p1, encrypted",
        "true,  FOLLOW,          p2, plain",
        "true,  OFF,             p1, plain",
        "true,  PREFERRED,       p2, plain",
        "true,  REQUIRED,        p1, encrypted",
        "true,  VERIFY_IDENTITY, p1, encrypted",
        "false, FOLLOW,          p1, plain",
        "false, PREFERRED,       p1, encrypted",
        "false, PREFERRED,       p2, plain",
        "false, REQUIRED,        p1, encrypted",
        "false, VERIFY_CA,       p1, encrypted",
        "false, VERIFY_IDENTITY, p1, encrypted",
    })
    void eachLegIsEncryptedAsItsOwnSettingSays(
            boolean clientTls, TlsMode mode, String project, String expected) throws IOException {
        try (RouterFixture router = router(mode)) {
            // Given
            Login login = clientTls ? login(project).withTls(trusting()) : login(project);

            // When
            try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {

                // Then
                assertThat(client.tlsSession().isPresent()).isEqualTo(clientTls);
                assertThat(cipher(client)).matches(expected.equals("plain") ? "" : ".+");
                assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo(project);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"})
    void aServerWithoutTlsIsNotUsedWhereItIsRequired(TlsMode mode) throws IOException {
        try (RouterFixture router = router(mode)) {
            // When
            QueryResult.Failure refusal = refused(router, login("p2"));

            // Then
            assertThat(refusal.code()).isEqualTo(1053);
            assertThat(refusal.message()).contains("offers no TLS").contains("project=p2");
        }
    }

    @Test
    void aServerWhoseCertificateIsNotWhatIsAskedForIsNotUsed() throws IOException {
        // Given
        String other = Files.readString(certificates.otherAuthority());
        BackendLink link =
                new BackendLink(TlsMode.VERIFY_CA, Optional.of(other), false, Compression.OFF);
        try (RouterFixture router = RouterFixture.start(fleet(link))) {

            // When
            QueryResult.Failure refusal = refused(router, login("p1"));

            // Then
            assertThat(refusal.code()).isEqualTo(1053);
            assertThat(refusal.message()).contains("TLS to its primary failed");
        }
    }

    @Test
    void theNameInTheCertificateCountsOnlyWhereItIsAskedFor() throws IOException {
        // Given: a certificate for another host
        ServerTls tls =
                ServerTls.offered(certificates.authority(), certificates.serverOfWrongHost());
        try (MariaDbServer server =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("wrong")).withTls(tls))) {
            server.execute(
                    "CREATE DATABASE p1",
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "GRANT ALL ON p1.* TO app@'%'");
            for (TlsMode mode : new TlsMode[] {TlsMode.VERIFY_CA, TlsMode.VERIFY_IDENTITY}) {
                Clusters c1 = aCluster("c1").withPrimary("c1-1", server.port()).with(link(mode));
                FleetSnapshot fleet = aFleet().with(c1).withProject("p1", "c1").build();
                try (RouterFixture router = RouterFixture.start(fleet);
                        MySqlTestClient client = MySqlTestClient.connect(router.port())) {

                    // When
                    RawPacket answer = client.login(login("p1"));

                    // Then
                    assertThat(answer.isOk()).isEqualTo(mode == TlsMode.VERIFY_CA);
                }
            }
        }
    }

    @Test
    void theHandshakeMayBeginInTheSameReadAsTheRequestForIt() throws IOException {
        try (RouterFixture router = router(TlsMode.FOLLOW)) {
            for (int i = 0; i < 20; i++) {
                try (MySqlTestClient client =
                        MySqlTestClient.login(
                                router.port(), login("p1").withTls(trusting().writingAtOnce()))) {
                    assertThat(client.tlsSession()).isPresent();
                }
            }
        }
    }

    @Test
    void aLoginWithoutTlsIsRefusedWhereItIsRequired() throws IOException {
        try (RouterFixture router =
                RouterFixture.of(fleet(link(TlsMode.FOLLOW)))
                        .with(tls(true, Optional.empty()))
                        .start()) {
            // When
            QueryResult.Failure refusal = refused(router, login("p1"));

            // Then
            assertThat(refusal.code()).isEqualTo(3159);
            assertThat(refusal.message()).contains("[homeport tls_required]");
            try (MySqlTestClient client =
                    MySqlTestClient.login(router.port(), login("p1").withTls(trusting()))) {
                assertThat(Database.value(client, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void clientsShowACertificateWhereTheListenerNamesAnAuthorityForThem() throws IOException {
        // Given
        ListenerTlsConfig tls = tls(true, Optional.of(certificates.authority()));
        try (RouterFixture router =
                RouterFixture.of(fleet(link(TlsMode.FOLLOW))).with(tls).start()) {
            ClientTls known =
                    ClientTls.trusting(certificates.authority(), certificates.client("jo"));
            ClientTls stranger =
                    ClientTls.trusting(
                            certificates.authority(), certificates.clientOfOtherAuthority("eve"));

            // When / Then
            try (MySqlTestClient client =
                    MySqlTestClient.login(router.port(), login("p1").withTls(known))) {
                assertThat(Database.value(client, "SELECT 1")).isEqualTo("1");
            }
            for (ClientTls wrong : new ClientTls[] {stranger, trusting()}) {
                assertThatThrownBy(
                                () ->
                                        MySqlTestClient.login(
                                                        router.port(), login("p1").withTls(wrong))
                                                .close())
                        .isInstanceOf(IOException.class);
            }
            assertThat(closed(router, "tls_failed")).isEqualTo(2);
            assertThat(closed(router, "bug")).isZero();
        }
    }

    private static double closed(RouterFixture router, String reason) {
        return router.meters
                .get("router.sessions.closed")
                .tag("reason", reason.replace('_', '-'))
                .counter()
                .count();
    }

    @Test
    void theServerNameOfTheHandshakeIsARouteKey() throws IOException {
        try (RouterFixture router = router(TlsMode.FOLLOW)) {
            // Given: a login that names its project nowhere else
            Login login =
                    Login.as("app", APP.password())
                            .withTls(trusting().withServerName("p2.sni.example.com"));

            // When
            try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {

                // Then
                assertThat(Database.value(client, "SELECT @@port"))
                        .isEqualTo(Integer.toString(plain.port()));
            }
        }
    }

    @Test
    void aNewCertificateIsTakenWithoutARestartAndABadOneIsNot() throws Exception {
        // Given
        ListenerTlsConfig tls = tls(false, Optional.empty());
        try (RouterFixture router =
                RouterFixture.of(fleet(link(TlsMode.FOLLOW))).with(tls).start()) {
            X509Certificate first = shown(router);

            // When: half a renewal, in which certificate and key do not belong together
            PemFiles renewed = certificates.server("renewed", java.util.List.of("localhost"));
            Files.copy(
                    renewed.certificate(), tls.certificate(), StandardCopyOption.REPLACE_EXISTING);
            router.certificate().reloadIfChanged();

            // Then
            assertThat(shown(router)).isEqualTo(first);
            assertThat(router.certificate().problem()).isPresent();

            // When: the other half
            Files.copy(renewed.key(), tls.key(), StandardCopyOption.REPLACE_EXISTING);
            router.certificate().reloadIfChanged();

            // Then
            assertThat(shown(router)).isNotEqualTo(first);
            assertThat(router.certificate().problem()).isEmpty();
        }
    }

    private static X509Certificate shown(RouterFixture router) throws IOException {
        try (MySqlTestClient client =
                MySqlTestClient.login(router.port(), login("p1").withTls(trusting()))) {
            return (X509Certificate) client.tlsSession().orElseThrow().getPeerCertificates()[0];
        }
    }

    @Test
    void sessionsWithInstancesAreResumed() throws IOException {
        try (RouterFixture router = router(TlsMode.VERIFY_CA)) {
            // When
            for (int i = 0; i < 10; i++) {
                try (MySqlTestClient client = MySqlTestClient.login(router.port(), login("p1"))) {
                    assertThat(cipher(client)).isNotEmpty();
                }
            }

            // Then
            assertThat(router.clusterTls().resumed()).isGreaterThan(4);
        }
    }

    private static String status(MySqlTestClient client, String name) throws IOException {
        return switch (client.query("SHOW SESSION STATUS LIKE '" + name + "'")) {
            case QueryResult.Rows rows -> rows.rows().getFirst().get(1);
            case QueryResult.Done done -> throw new AssertionError(done.toString());
            case QueryResult.Failure failure -> throw new AssertionError(failure.toString());
        };
    }

    @Test
    void whatIsNoTlsAfterTheRequestForItEndsTheConnectionAndNothingElse() throws IOException {
        try (RouterFixture router = router(TlsMode.FOLLOW);
                MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            // Given
            byte[] request = login("p1").withTls(trusting()).sslRequest(client.greeting());

            // When
            client.send(1, request);
            client.sendRaw(
                    "GET / HTTP/1.0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

            // Then
            while (!client.isClosedByServer()) {
                client.read();
            }
            assertThat(closed(router, "bug")).isZero();
        } catch (java.io.EOFException e) {
            // An alert of TLS is no packet.
        }
    }

    private static QueryResult.Failure refused(RouterFixture router, Login login)
            throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            RawPacket answer = client.login(login);
            assertThat(answer.isErr()).isTrue();
            return answer.error();
        }
    }
}
