package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.Transport;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Greeting;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.RawPacket;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that leave in every phase and at every byte, orderly, by halves, or with a reset. */
@Timeout(120)
class LeavingClientsIT {
    private static final String LONG_QUERY = "SELECT SLEEP(100)";

    @TempDir static Path directory;

    private static Database database;
    private static final Map<Transport, RouterFixture> ROUTERS = new EnumMap<>(Transport.class);

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
        for (Transport transport : Transport.values()) {
            ROUTERS.put(
                    transport, RouterFixture.start(database.fleet().build(), transport, 20_000));
        }
    }

    @AfterAll
    static void stop() {
        ROUTERS.values().forEach(RouterFixture::close);
        database.close();
    }

    /** Whatever was done, nothing is left of it, and the next client is served. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        // What runs in the server goes on for a while: nobody waits for it.
        database.killWhere("user = 'app' AND info LIKE '%SLEEP%'");
        for (RouterFixture router : ROUTERS.values()) {
            awaitNoSession(router);
            assertThat(
                            router.meters
                                    .get("router.sessions.closed")
                                    .tag("reason", "bug")
                                    .counter()
                                    .count())
                    .isZero();
            try (var next = Database.client(router, "p1")) {
                assertThat(Database.value(next, "SELECT 5")).isEqualTo("5");
            }
        }
        Awaitility.await().until(() -> database.connections() == 0);
    }

    private static void awaitNoSession(RouterFixture router) {
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(router.sessions.size()).isZero());
    }

    /** How a client leaves. */
    enum Farewell {
        CLOSE,
        HALF_CLOSE,
        RESET
    }

    /** A client that speaks in bytes. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;

        Client(RouterFixture router) throws IOException {
            socket = new Socket("127.0.0.1", router.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            in = new DataInputStream(socket.getInputStream());
        }

        RawPacket read() throws IOException {
            byte[] header = new byte[4];
            in.readFully(header);
            byte[] payload =
                    new byte
                            [(header[0] & 0xff)
                                    | (header[1] & 0xff) << 8
                                    | (header[2] & 0xff) << 16];
            in.readFully(payload);
            return new RawPacket(header[3] & 0xff, payload);
        }

        void send(byte[] bytes, int count) throws IOException {
            socket.getOutputStream().write(bytes, 0, count);
        }

        void send(byte[] bytes) throws IOException {
            send(bytes, bytes.length);
        }

        void leave(Farewell farewell) throws IOException {
            switch (farewell) {
                case CLOSE -> socket.close();
                case RESET -> {
                    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                    socket.close();
                }
                case HALF_CLOSE -> {
                    socket.shutdownOutput();
                    awaitEnd();
                }
            }
        }

        private void awaitEnd() throws IOException {
            try {
                while (in.read() >= 0) {
                    // what was on its way
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("the router does not close", e);
            } catch (IOException e) {
                // a reset is an end, too
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] packet(int sequence, byte... payload) {
        return new PacketWriter().int3(payload.length).int1(sequence).bytes(payload).payload();
    }

    private static byte[] query(String sql) {
        return packet(0, new PacketWriter().int1(Capabilities.COM_QUERY).text(sql).payload());
    }

    private static byte[] response(Login login, RawPacket greeting) {
        return packet(1, login.payload(Greeting.parse(greeting)));
    }

    private static byte[] answer(Login login, RawPacket request) {
        String text = new String(request.payload(), java.nio.charset.StandardCharsets.ISO_8859_1);
        String scramble = text.substring(text.indexOf('\0') + 1, text.length() - 1);
        return packet(request.sequence() + 1, login.nativeAnswer(scramble));
    }

    private static Client loggedIn(RouterFixture router) throws IOException {
        var client = new Client(router);
        Login login = Database.login("p1");
        client.send(response(login, client.read()));
        client.send(answer(login, client.read()));
        assertThat(client.read().isOk()).isTrue();
        return client;
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, CLOSE", "AUTO, HALF_CLOSE", "AUTO, RESET",
        "EPOLL, CLOSE", "EPOLL, HALF_CLOSE", "EPOLL, RESET",
        "NIO, CLOSE", "NIO, HALF_CLOSE", "NIO, RESET"
    })
    void leavesAtEveryByteOfItsLogin(Transport transport, Farewell farewell) throws IOException {
        RouterFixture router = ROUTERS.get(transport);
        Login login = Database.login("p1");
        boolean cut = true;
        for (int bytes = 0; cut; bytes++) {
            try (Client client = new Client(router)) {
                byte[] response = response(login, client.read());
                cut = bytes < response.length;
                client.send(response, Math.min(bytes, response.length));
                client.leave(farewell);
            }
        }
        cut = true;
        for (int bytes = 0; cut; bytes++) {
            try (Client client = new Client(router)) {
                client.send(response(login, client.read()));
                byte[] answer = answer(login, client.read());
                cut = bytes < answer.length;
                client.send(answer, Math.min(bytes, answer.length));
                client.leave(farewell);
            }
        }
        assertThat(database.status("Connection_errors_internal")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Farewell.class)
    void leavesAtEveryByteOfACommand(Farewell farewell) throws IOException {
        for (RouterFixture router : ROUTERS.values()) {
            byte[] command = query("SELECT 1");
            for (int bytes = 0; bytes <= command.length; bytes++) {
                try (Client client = loggedIn(router)) {
                    client.send(command, bytes);
                    client.leave(farewell);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Farewell.class)
    void leavesInTheMidstOfAStatement(Farewell farewell) throws IOException {
        for (RouterFixture router : ROUTERS.values()) {
            try (Client client = loggedIn(router)) {
                client.send(query(LONG_QUERY));
                awaitLongQueries(1);
                client.leave(farewell);
            }
            awaitNoSession(router);
            killLongQueries();
        }
    }

    private static void awaitLongQueries(int count) {
        Awaitility.await()
                .until(
                        () ->
                                database.server
                                                .query(
                                                        "SELECT id FROM"
                                                                + " information_schema.processlist"
                                                                + " WHERE info LIKE 'SELECT SLEEP%'")
                                                .size()
                                        == count);
    }

    private static void killLongQueries() {
        database.killWhere("info LIKE 'SELECT SLEEP%'");
        awaitLongQueries(0);
    }

    /** The router answers the second command by itself, when the first is answered. */
    @ParameterizedTest
    @EnumSource(Farewell.class)
    void leavesWhileACommandWaitsInTheRouter(Farewell farewell) throws IOException {
        for (RouterFixture router : ROUTERS.values()) {
            try (Client client = loggedIn(router)) {
                client.send(query(LONG_QUERY));
                awaitLongQueries(1);
                client.send(query("KILL 1234567"));
                client.send(query("SELECT 1"));
                client.leave(farewell);
            }
            awaitNoSession(router);
            killLongQueries();
        }
    }

    @ParameterizedTest
    @EnumSource(Farewell.class)
    void leavesInTheMidstOfAFile(Farewell farewell) throws IOException {
        database.server.execute("CREATE OR REPLACE TABLE p1.lines (t TEXT)");
        for (RouterFixture router : ROUTERS.values()) {
            try (Client client = loggedIn(router)) {
                client.send(query("LOAD DATA LOCAL INFILE 'x' INTO TABLE p1.lines"));
                assertThat(client.read().header()).isEqualTo(0xfb);
                client.send(
                        packet(
                                2,
                                "one\ntwo\nthr"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
                client.send(new byte[] {100, 0, 0, 3, 'e'});
                client.leave(farewell);
            }
        }
        nothingIsLeft();
        assertThat(database.server.query("SELECT COUNT(*) FROM p1.lines").getFirst())
                .containsExactly("0");
    }

    @ParameterizedTest
    @EnumSource(Farewell.class)
    void leavesInTheMidstOfALongPacket(Farewell farewell) throws IOException {
        byte[] start = new byte[1 << 20];
        Arrays.fill(start, (byte) ' ');
        start[0] = start[1] = start[2] = (byte) 0xff;
        start[3] = 0;
        start[4] = Capabilities.COM_QUERY;
        for (RouterFixture router : ROUTERS.values()) {
            try (Client client = loggedIn(router)) {
                client.send(start);
                client.leave(farewell);
            }
        }
    }
}
