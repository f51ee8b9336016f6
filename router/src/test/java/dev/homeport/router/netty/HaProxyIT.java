package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.router.config.Network;
import dev.homeport.router.config.ProxyProtocolConfig;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.TlsMode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real load balancer in front of the router, once with each version of the header. */
@Timeout(120)
class HaProxyIT {
    @TempDir static Path directory;

    private static Database database;
    private static RouterFixture router;
    private static ChildProcess balancer;
    private static int version1;
    private static int version2;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> haproxy = Commands.find("haproxy");
        if (haproxy.isEmpty()) {
            System.err.println("SKIPPED: no haproxy here; install haproxy");
        }
        assumeTrue(haproxy.isPresent(), "haproxy is missing: install haproxy");
        database =
                Database.start(directory.resolve("c1-1"), "proxy_protocol_networks", "127.0.0.1");
        var link = new BackendLink(TlsMode.OFF, Optional.empty(), true, Compression.OFF);
        router =
                RouterFixture.of(database.fleetWith(database.cluster().with(link)).build())
                        .with(new ProxyProtocolConfig(List.of(Network.parse("127.0.0.1"))))
                        .start();
        version1 = FreePorts.next();
        version2 = FreePorts.next();
        Path config = Files.writeString(directory.resolve("haproxy.cfg"), config());
        balancer =
                ChildProcess.start(
                        "haproxy",
                        List.of(haproxy.get().toString(), "-db", "-f", config.toString()),
                        directory.resolve("haproxy.log"));
    }

    @AfterAll
    static void stop() {
        if (balancer != null) {
            balancer.close();
            router.close();
            database.close();
        }
    }

    /** Balancers of both kinds, which also check the router's port without a word and with one. */
    private static String config() {
        return """
        defaults
            mode tcp
            timeout connect 5s
            timeout client 60s
            timeout server 60s
            default-server check inter 200ms
        listen version1
            bind 127.0.0.1:%1$d
            server r1 127.0.0.1:%3$d send-proxy
        listen version2
            bind 127.0.0.1:%2$d
            server r1 127.0.0.1:%3$d send-proxy-v2 check-send-proxy
        """
                .formatted(version1, version2, router.port());
    }

    private static MySqlTestClient client(int port) {
        return Awaitility.await()
                .ignoreExceptions()
                .until(() -> MySqlTestClient.login(port, Database.login("p1")), one -> true);
    }

    private static double closed(String reason) {
        return router.meters.get("router.sessions.closed").tag("reason", reason).counter().count();
    }

    @Test
    void clientsComeThroughAsWhoTheyAre() throws IOException {
        for (int port : List.of(version1, version2)) {
            try (MySqlTestClient client = client(port)) {
                // Then: the instance sees the client's own port, two programs away
                assertThat(Database.value(client, "SELECT USER()")).isEqualTo("app@127.0.0.1");
                String host =
                        Database.value(
                                client,
                                "SELECT host FROM information_schema.processlist WHERE id ="
                                        + " CONNECTION_ID()");
                assertThat(host).isEqualTo("127.0.0.1:" + client.localPort());
            }
        }
    }

    @Test
    void checksOfTheBalancerAreCountedAsSuch() throws IOException {
        // Given
        client(version1).quit();
        double malformed = closed("malformed");
        double timeouts = closed("handshake-timeout");
        double bugs = closed("bug");
        double before = closed("port-check");
        // When: both balancers have checked a few times
        Awaitility.await().until(() -> closed("port-check") >= before + 4);
        // Then
        assertThat(closed("malformed")).isEqualTo(malformed);
        assertThat(closed("handshake-timeout")).isEqualTo(timeouts);
        assertThat(closed("bug")).isEqualTo(bugs);
    }

    @Test
    void aClientThatGoesRoundTheBalancerWaitsForItsHeaderInVain() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", router.port())) {
            socket.setSoTimeout(20_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
