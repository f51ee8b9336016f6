package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Greeting;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.topology.Family;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thousand logins that break off at any byte: what the server holds against the address they came
 * from, directly and through the router.
 *
 * <p>Servers keep no record of 127.0.0.1. So they listen on an address of a network card of this
 * machine, and whoever connects to that has the same one for his own.
 */
@Timeout(300)
class AbandonedLoginsIT {
    private static final int LOGINS = 1000;
    private static final int ERRORS_TO_BE_BLOCKED = 10;
    private static final Account APP = Account.withRandomPassword("app");

    @TempDir Path directory;

    /** What a server knows of the logins of one address. */
    private record HostErrors(
            long connectErrors, long handshakeErrors, long blocked, long abortedConnects) {}

    private static Optional<String> addressOfACard() throws SocketException {
        return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(card -> Collections.list(card.getInetAddresses()).stream())
                .filter(address -> address instanceof Inet4Address)
                .filter(address -> !address.isLoopbackAddress())
                .map(InetAddress::getHostAddress)
                .findFirst();
    }

    private DatabaseServer start(Family family) {
        Map<String, String> options =
                Map.of(
                        "bind_address", "0.0.0.0",
                        "skip_name_resolve", "OFF",
                        "host_cache_size", "128",
                        "performance_schema", "ON",
                        "max_connect_errors", Integer.toString(ERRORS_TO_BE_BLOCKED));
        return switch (family) {
            case MARIADB -> {
                var settings = MariaDbSettings.in(directory);
                for (var option : options.entrySet()) {
                    settings = settings.withOption(option.getKey(), option.getValue());
                }
                yield MariaDbServer.startPrimary(settings);
            }
            case MYSQL -> {
                var settings = MySqlSettings.in(directory);
                for (var option : options.entrySet()) {
                    settings = settings.withOption(option.getKey(), option.getValue());
                }
                yield MySqlServer.start(settings);
            }
        };
    }

    private static HostErrors record(DatabaseServer server, String address) {
        var row =
                server.query(
                        "SELECT COALESCE(SUM(sum_connect_errors), 0),"
                                + " COALESCE(SUM(count_handshake_errors), 0),"
                                + " COALESCE(SUM(count_host_blocked_errors), 0)"
                                + " FROM performance_schema.host_cache WHERE ip = '"
                                + address
                                + "'");
        return new HostErrors(
                Long.parseLong(row.getFirst().get(0)),
                Long.parseLong(row.getFirst().get(1)),
                Long.parseLong(row.getFirst().get(2)),
                abortedConnects(server));
    }

    private static long abortedConnects(DatabaseServer server) {
        return Long.parseLong(
                server.query("SHOW GLOBAL STATUS LIKE 'Aborted_connects'").getFirst().get(1));
    }

    /** Logs in as far as that many bytes of what it has to say, and leaves. */
    private static void abandon(String host, int port, Login login, int bytes, boolean reset)
            throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            var in = new DataInputStream(socket.getInputStream());
            byte[] response = packet(1, login.payload(Greeting.parse(read(in))));
            int first = Math.min(bytes, response.length);
            socket.getOutputStream().write(response, 0, first);
            if (bytes > first) {
                RawPacket request = read(in);
                byte[] answer = packet(request.sequence() + 1, answer(login, request));
                socket.getOutputStream().write(answer, 0, Math.min(bytes - first, answer.length));
            }
            if (reset) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (java.io.EOFException e) {
            // The server has had enough of this address.
        }
    }

    private static byte[] answer(Login login, RawPacket request) {
        String text = new String(request.payload(), StandardCharsets.ISO_8859_1);
        int scramble = text.indexOf('\0') + 1;
        return login.nativeAnswer(text.substring(scramble, text.length() - 1));
    }

    private static byte[] packet(int sequence, byte... payload) {
        return new PacketWriter().int3(payload.length).int1(sequence).bytes(payload).payload();
    }

    private static RawPacket read(DataInputStream in) throws IOException {
        byte[] header = new byte[4];
        in.readFully(header);
        byte[] payload =
                new byte[(header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16];
        in.readFully(payload);
        return new RawPacket(header[3] & 0xff, payload);
    }

    /** The same logins each time, to the last byte but one and no further. */
    private static void abandonAll(String host, int port, Login login) throws IOException {
        var random = new Random(7);
        for (int i = 0; i < LOGINS; i++) {
            abandon(host, port, login, random.nextInt(140), random.nextBoolean());
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void leaveNothingAgainstTheRouter(Family family) throws Exception {
        assumeTrue(
                family == Family.MARIADB || MySqlInstallation.find().isPresent(),
                MySqlInstallation.MISSING);
        Optional<String> address = addressOfACard();
        assumeTrue(address.isPresent(), "SKIPPED: this machine has no address but loopback");
        try (DatabaseServer server = start(family)) {
            server.execute(
                    "CREATE DATABASE p1",
                    "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                    "GRANT ALL ON p1.* TO app@'%'");
            HostErrors direct = direct(server, address.get());
            HostErrors routed = routed(server, address.get(), family);
            System.out.printf(
                    "%s, %d logins abandoned: direct %s, through the router %s%n",
                    family, LOGINS, direct, routed);
            // Then
            assertThat(direct.handshakeErrors()).isGreaterThan(LOGINS / 2);
            assertThat(routed.handshakeErrors()).isZero();
            assertThat(routed.connectErrors()).isZero();
            assertThat(routed.blocked()).isZero();
            assertThat(routed.abortedConnects()).isLessThanOrEqualTo(direct.abortedConnects());
        }
    }

    /** Nobody is blocked for it, so that all of them count. */
    private static HostErrors direct(DatabaseServer server, String address) throws IOException {
        server.execute("SET GLOBAL max_connect_errors = 1000000", forgetHosts(server));
        long before = abortedConnects(server);
        abandonAll(address, server.port(), Login.as("app", APP.password()).withSchema("p1"));
        HostErrors after = awaitSettled(server, address);
        server.execute(
                "SET GLOBAL max_connect_errors = " + ERRORS_TO_BE_BLOCKED, forgetHosts(server));
        return since(before, after);
    }

    private static HostErrors routed(DatabaseServer server, String address, Family family)
            throws IOException {
        try (RouterFixture router =
                RouterFixture.of(
                                aFleet().with(
                                                aCluster("c1")
                                                        .with(family)
                                                        .withPrimary(
                                                                "c1-1", address, server.port()))
                                        .withProject("p1", "c1")
                                        .build())
                        .with(family)
                        .start()) {
            Login login = Login.as("app+p1", APP.password()).withSchema("p1");
            long before = abortedConnects(server);
            abandonAll("127.0.0.1", router.port(), login);
            Awaitility.await().until(() -> router.sessions.size() == 0);
            HostErrors after = awaitSettled(server, address);
            // The address is not blocked.
            try (MySqlTestClient client = MySqlTestClient.login(router.port(), login)) {
                assertThat(Database.value(client, "SELECT 5")).isEqualTo("5");
            }
            return since(before, after);
        }
    }

    private static HostErrors since(long before, HostErrors after) {
        return new HostErrors(
                after.connectErrors(),
                after.handshakeErrors(),
                after.blocked(),
                after.abortedConnects() - before);
    }

    private static String forgetHosts(DatabaseServer server) {
        return server instanceof MySqlServer
                ? "TRUNCATE performance_schema.host_cache"
                : "FLUSH HOSTS";
    }

    /** Waits until the server has noticed that all of them are gone. */
    private static HostErrors awaitSettled(DatabaseServer server, String address) {
        Awaitility.await()
                .until(
                        () ->
                                server.query(
                                                "SELECT id FROM information_schema.processlist"
                                                        + " WHERE user IN ('app',"
                                                        + " 'unauthenticated user')")
                                        .isEmpty());
        return record(server, address);
    }
}
