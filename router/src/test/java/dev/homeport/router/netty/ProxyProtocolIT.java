package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.router.config.Network;
import dev.homeport.router.config.ProxyProtocolConfig;
import dev.homeport.router.config.Transport;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.tls.ClientTls;
import dev.homeport.testkit.tls.ServerTls;
import dev.homeport.testkit.tls.TestCertificates;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TlsMode;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers of the PROXY protocol, from load balancers and to instances. */
@Timeout(120)
class ProxyProtocolIT {
    private static final Account APP = Account.withRandomPassword("app");
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final byte[] V1 = v1("TCP4 203.0.113.7 192.0.2.1 51413 3306");
    private static final byte[] V2 =
            Bytes.of(
                    SIGNATURE,
                    Bytes.of(0x21, 0x11, 0, 12),
                    Bytes.of(203, 0, 113, 7),
                    Bytes.of(192, 0, 2, 1),
                    Bytes.of(0xc8, 0xd5, 0x0c, 0xea));

    /** As {@link #V2}, from {@code 2001:db8::7}, and with the name that the client asked for. */
    private static final byte[] V2_IPV6 =
            Bytes.of(
                    SIGNATURE,
                    Bytes.of(0x21, 0x21, 0, 36 + 3 + 14),
                    Bytes.of(0x20, 0x01, 0x0d, 0xb8, Bytes.zeros(11), 7),
                    Bytes.of(0x20, 0x01, 0x0d, 0xb8, Bytes.zeros(11), 1),
                    Bytes.of(0xc8, 0xd5, 0x0c, 0xea),
                    Bytes.of(2, 0, 14, "db.example.com"));

    private static final byte[] V2_LOCAL = Bytes.of(SIGNATURE, Bytes.of(0x20, 0, 0, 0));

    @TempDir static Path directory;

    private static TestCertificates certificates;
    private static MariaDbServer expecting;
    private static MariaDbServer notExpecting;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        certificates = TestCertificates.in(directory.resolve("certificates"));
        expecting =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("c1-1"))
                                .withOption("proxy_protocol_networks", "127.0.0.1")
                                .withOption("performance_schema", "ON")
                                .withTls(
                                        ServerTls.offered(
                                                certificates.authority(), certificates.server())));
        notExpecting = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("c2-1")));
        for (MariaDbServer server : List.of(expecting, notExpecting)) {
            server.execute(
                    "CREATE DATABASE p1",
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "CREATE USER near@'127.0.0.1'",
                    "GRANT ALL ON `p%`.* TO app@'%'",
                    "GRANT SELECT ON performance_schema.* TO app@'%'",
                    "CREATE USER open@'%'");
        }
        router = router("127.0.0.0/8", TlsMode.OFF);
    }

    @AfterAll
    static void stop() {
        router.close();
        expecting.close();
        notExpecting.close();
    }

    private static byte[] v1(String text) {
        return Bytes.of("PROXY " + text + "\r\n");
    }

    private static RouterFixture.Setup setup(String trusted, TlsMode tls) {
        return RouterFixture.of(fleet(tls))
                .with(new ProxyProtocolConfig(List.of(Network.parse(trusted))));
    }

    private static RouterFixture router(String trusted, TlsMode tls) {
        return setup(trusted, tls).start();
    }

    /** Project p1 lives where headers are expected, p2 where they are not. */
    private static FleetSnapshot fleet(TlsMode tls) {
        var link = new BackendLink(tls, Optional.empty(), true, Compression.OFF);
        return aFleet().with(aCluster("c1").withPrimary("c1-1", expecting.port()).with(link))
                .with(aCluster("c2").withPrimary("c2-1", notExpecting.port()).with(link))
                .withProject("p1", "c1")
                .withProject("p2", "c2")
                .build();
    }

    private static MySqlTestClient login(RouterFixture to, byte[] header) throws IOException {
        MySqlTestClient client = MySqlTestClient.connect(to.port(), header);
        RawPacket answer = client.login(Login.as("app+p1", APP.password()));
        assertThat(answer.isOk()).as(() -> answer.error().toString()).isTrue();
        return client;
    }

    private static double closed(RouterFixture of, String reason) {
        return of.meters.get("router.sessions.closed").tag("reason", reason).counter().count();
    }

    static Stream<Arguments> headersAndTheirClients() {
        return Stream.of(
                Arguments.of("v1", V1, "203.0.113.7"),
                Arguments.of(
                        "v1 of IPv6", v1("TCP6 2001:db8::7 2001:db8::1 51413 3306"), "2001:db8::7"),
                Arguments.of("v2", V2, "203.0.113.7"),
                Arguments.of("v2 of IPv6", V2_IPV6, "2001:db8::7"),
                Arguments.of("v1 unknown", v1("UNKNOWN"), "127.0.0.1"),
                Arguments.of(
                        "v1 unknown with addresses",
                        v1("UNKNOWN 2001:db8::7 2001:db8::1 51413 3306"),
                        "127.0.0.1"),
                Arguments.of("v2 of the balancer itself", V2_LOCAL, "127.0.0.1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headersAndTheirClients")
    void instancesSeeTheClientThatTheBalancerNames(String name, byte[] header, String address)
            throws IOException {
        try (MySqlTestClient client = login(router, header)) {
            // Then
            assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@" + address);
            assertThat(
                            Database.value(
                                    client,
                                    "SELECT attr_value FROM"
                                            + " performance_schema.session_account_connect_attrs WHERE"
                                            + " attr_name = 'homeport_client' AND processlist_id ="
                                            + " CONNECTION_ID()"))
                    .contains(address);
            assertThat(
                            expecting.query(
                                    "SELECT host FROM information_schema.processlist WHERE user ="
                                            + " 'app'"))
                    .anyMatch(row -> row.getFirst().startsWith(address));
            client.quit();
        }
    }

    @ParameterizedTest
    @MethodSource("wholeHeaders")
    void aHeaderMayBeSplitAnywhere(byte[] header) throws IOException {
        for (int cut = 1; cut < header.length; cut++) {
            try (Socket socket = new Socket("127.0.0.1", router.port())) {
                // When
                socket.setTcpNoDelay(true);
                socket.getOutputStream().write(header, 0, cut);
                awaitRead(socket);
                socket.getOutputStream().write(header, cut, header.length - cut);
                // Then
                assertThat(socket.getInputStream().readNBytes(5)[4])
                        .as("protocol version after a cut at %d", cut)
                        .isEqualTo((byte) 10);
            }
        }
    }

    static Stream<byte[]> wholeHeaders() {
        return Stream.of(V1, V2, V2_IPV6, V2_LOCAL);
    }

    /** Waits until the router has taken what was sent: nothing waits in its socket. */
    private static void awaitRead(Socket socket) {
        Awaitility.await()
                .until(
                        () ->
                                Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                                        .filter(line -> line.contains(hex(router.port()) + " "))
                                        .filter(line -> line.contains(hex(socket.getLocalPort())))
                                        .allMatch(line -> line.contains(":00000000 ")));
    }

    private static String hex(int port) {
        return ":%04X".formatted(port);
    }

    @Test
    void takesWhatComesRightBehindTheHeader() throws IOException {
        // Given: an account without password, whose login needs no greeting
        byte[] response =
                Bytes.packet(
                        1,
                        Bytes.of(
                                0x00, 0x82, 0x08, 0), // PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH
                        Bytes.of(0, 0, 0, 1, 45, Bytes.zeros(23)),
                        "open+p1\0",
                        0,
                        "mysql_native_password\0");

        // When
        try (MySqlTestClient client =
                MySqlTestClient.connect(router.port(), Bytes.of(V2, response))) {
            // Then
            assertThat(client.greeting().plugin()).isEqualTo("mysql_native_password");
            assertThat(client.read().isSwitch()).isTrue();
        }
    }

    static Stream<Arguments> whatIsNoHeader() {
        return Stream.of(
                Arguments.of("HTTP", Bytes.of("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")),
                Arguments.of("a TLS handshake", Bytes.of(0x16, 3, 1, 2, 0, Bytes.zeros(512))),
                Arguments.of("v1 of UDP", v1("UDP4 203.0.113.7 192.0.2.1 51413 3306")),
                Arguments.of("v1 of a name", v1("TCP4 example.com 192.0.2.1 51413 3306")),
                Arguments.of("v1 of a wrong family", v1("TCP4 2001:db8::7 192.0.2.1 1 2")),
                Arguments.of("v1 of a port", v1("TCP4 203.0.113.7 192.0.2.1 65536 3306")),
                Arguments.of("v1 cut short", v1("TCP4 203.0.113.7")),
                Arguments.of("v1 without end", Bytes.of("PROXY TCP4 ", "1".repeat(100))),
                Arguments.of("v3", Bytes.of(SIGNATURE, Bytes.of(0x31, 0x11, 0, 0))),
                Arguments.of(
                        "v2 cut short", Bytes.of(SIGNATURE, Bytes.of(0x21, 0x11, 0, 4), "abcd")),
                Arguments.of(
                        "v2 with an addition that lies",
                        Bytes.of(Arrays.copyOf(V2, 14), Bytes.of(0, 16), new byte[12], "\2\0\7x")),
                Arguments.of(
                        "v2 of 60 KB",
                        Bytes.of(SIGNATURE, Bytes.of(0x21, 0x11, 0xea, 0x60, Bytes.zeros(4000)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatIsNoHeader")
    void closesWhereABalancerSaysAnythingElse(String name, byte[] bytes) throws IOException {
        // Given
        double before = closed(router, "malformed");
        try (Socket socket = new Socket("127.0.0.1", router.port())) {
            socket.setSoTimeout(20_000);
            // When
            socket.getOutputStream().write(bytes);
            // Then: not a byte, and the next one is served
            assertThat(isClosedWithoutAWord(socket)).isTrue();
        }
        assertThat(closed(router, "malformed")).isEqualTo(before + 1);
        login(router, V1).close();
    }

    private static boolean isClosedWithoutAWord(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true; // a reset, for what was sent was not read
        }
    }

    @Test
    void aPortCheckOfABalancerIsOne() throws IOException {
        for (byte[] said : List.of(new byte[0], V2_LOCAL)) {
            // Given
            double before = closed(router, "port-check");
            // When
            try (Socket socket = new Socket("127.0.0.1", router.port())) {
                socket.getOutputStream().write(said);
            }
            // Then
            Awaitility.await().until(() -> closed(router, "port-check") == before + 1);
        }
    }

    @Test
    void whoSaysNothingIsClosedInTime() throws IOException {
        try (Socket silent = new Socket("127.0.0.1", router.port());
                Socket halfway = new Socket("127.0.0.1", router.port())) {
            // Given
            double before = closed(router, "handshake-timeout");
            halfway.getOutputStream().write(V2, 0, 15);
            // When / Then: a plain client waits for the greeting, and gets none
            silent.setSoTimeout(20_000);
            assertThat(isClosedWithoutAWord(silent)).isTrue();
            assertThat(isClosedWithoutAWord(halfway)).isTrue();
            assertThat(closed(router, "handshake-timeout")).isEqualTo(before + 2);
        }
    }

    @Test
    void nobodyElseMayHaveAHeader() throws IOException {
        try (RouterFixture elsewhere = router("10.0.0.0/8", TlsMode.OFF)) {
            for (byte[] header : List.of(V1, V2)) {
                try (MySqlTestClient client = MySqlTestClient.connect(elsewhere.port(), header)) {
                    // Then: it is greeted as a client, and what it says is no MySQL
                    assertThat(client.greeting().plugin()).isEqualTo("mysql_native_password");
                    assertThat(client.read().error().message()).contains("[homeport packet_too_");
                    assertThat(client.isClosedByServer()).isTrue();
                }
            }
            assertThat(closed(elsewhere, "malformed")).isEqualTo(2);
            // When: an ordinary client
            try (MySqlTestClient client = login(elsewhere, new byte[0])) {
                assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@127.0.0.1");
            }
        }
    }

    @Test
    void theAddressDecidesAboutAccountsAsOnADirectConnection() throws IOException {
        // Given: an account for 127.0.0.1 only
        try (MySqlTestClient far = MySqlTestClient.connect(router.port(), V1);
                MySqlTestClient near = MySqlTestClient.connect(router.port(), V2_LOCAL)) {
            // When / Then
            assertThat(far.login(Login.as("near+p1", "")).error().message())
                    .startsWith("Access denied for user 'near'@'203.0.113.7'");
            assertThat(near.login(Login.as("near+p1", "")).isOk()).isTrue();
        }
    }

    @Test
    void saysThatAnInstanceDoesNotExpectTheHeader() throws IOException {
        // When
        try (MySqlTestClient client = MySqlTestClient.connect(router.port(), V1)) {
            QueryResult.Failure failure = client.login(Login.as("app+p2", APP.password())).error();
            // Then
            assertThat(failure.code()).isEqualTo(1053);
            assertThat(failure.message())
                    .contains(
                            "its primary does not take the PROXY protocol's header, which the"
                                    + " cluster's record asks for")
                    .contains("[homeport cluster_unreachable cluster=c2 project=p2]");
        }
    }

    @Test
    void theHeaderComesBeforeTls() throws IOException {
        try (RouterFixture encrypting = router("127.0.0.1", TlsMode.REQUIRED);
                MySqlTestClient client = login(encrypting, V2)) {
            assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@203.0.113.7");
            QueryResult.Rows cipher =
                    (QueryResult.Rows) client.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'");
            assertThat(cipher.rows().getFirst().get(1)).isNotEmpty();
        }
    }

    @Test
    void theClientMaySpeakTlsBehindTheHeader() throws IOException {
        var own = certificates.server("router", List.of("localhost"));
        var tls = new ListenerTlsConfig(true, own.certificate(), own.key(), Optional.empty());
        try (RouterFixture encrypting = setup("127.0.0.1", TlsMode.FOLLOW).with(tls).start();
                MySqlTestClient client = MySqlTestClient.connect(encrypting.port(), V2)) {
            // When
            RawPacket answer =
                    client.login(
                            Login.as("app+p1", APP.password())
                                    .withTls(ClientTls.trusting(certificates.authority())));
            // Then
            assertThat(answer.isOk()).isTrue();
            assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@203.0.113.7");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"AUTO", "EPOLL", "NIO"})
    void anAddressIsTheSameOnASocketOfBothFamilies(Transport transport) throws IOException {
        try (RouterFixture both =
                        setup("127.0.0.1", TlsMode.OFF)
                                .with(transport)
                                .with(NetUtil.createInetAddressFromIpAddressString("::"))
                                .start();
                MySqlTestClient client = login(both, V1)) {
            assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@203.0.113.7");
        }
    }

    /** What placement and the agents rely on: their connections have no header. */
    @Test
    void aServerThatExpectsHeadersTakesConnectionsWithoutAsWell() {
        assertThat(expecting.query("SELECT USER()").getFirst().getFirst()).endsWith("@127.0.0.1");
    }
}
