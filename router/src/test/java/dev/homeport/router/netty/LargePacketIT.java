package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.config.LimitsConfig;
import dev.homeport.router.config.Transport;
import dev.homeport.router.netty.RouterFixture.Serving;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Family;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands that are longer than the server takes, or than the router lets pass. */
@Timeout(180)
class LargePacketIT {
    private static final int MIB = 1024 * 1024;
    private static final int MOST_PAYLOAD = 0xffffff;
    private static final int ROUNDS = 40;

    @TempDir static Path directory;

    private static final Homes HOMES =
            new Homes(
                    one ->
                            Home.start(
                                    one,
                                    directory.resolve(one.name()),
                                    "max_allowed_packet=1048576",
                                    "local_infile=ON"));

    @AfterAll
    static void stop() {
        HOMES.close();
    }

    private static Home home(Family family) {
        return HOMES.of(family);
    }

    private static RouterFixture limited(Family family, long maxPacketBytes) {
        LimitsConfig none = LimitsConfig.DEFAULT;
        var limits =
                new LimitsConfig(
                        none.admission(),
                        none.handshakeTimeout(),
                        none.idleTimeout(),
                        none.interactiveTimeout(),
                        none.idleTransactionTimeout(),
                        OptionalLong.of(maxPacketBytes));
        return home(family).router().with(Serving.DEFAULT.with(limits)).start();
    }

    /** A statement of so many bytes of payload, the command byte among them. */
    private static void send(MySqlTestClient client, int bytes) throws IOException {
        int left = bytes;
        int sequence = 0;
        while (true) {
            byte[] payload = new byte[Math.min(left, MOST_PAYLOAD)];
            Arrays.fill(payload, (byte) 'x');
            if (sequence == 0) {
                byte[] start = "\3DO '".getBytes(StandardCharsets.US_ASCII);
                System.arraycopy(start, 0, payload, 0, start.length);
            }
            left -= payload.length;
            if (left == 0) {
                payload[payload.length - 1] = '\'';
            }
            client.send(sequence++, payload);
            if (payload.length < MOST_PAYLOAD) {
                return;
            }
        }
    }

    /**
     * What comes while the statement is on its way: both sides may speak at once, and the server
     * may close before it has read everything.
     */
    private static String answer(MySqlTestClient client, int bytes) throws IOException {
        CompletableFuture<Void> sending =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                send(client, bytes);
                            } catch (IOException e) {
                                return; // closed by the other side in the midst of it
                            }
                        });
        RawPacket packet = client.read();
        sending.join();
        QueryResult.Failure error = packet.error();
        return "%d %d %s %b"
                .formatted(
                        packet.sequence(),
                        error.code(),
                        error.sqlState(),
                        client.isClosedByServer());
    }

    @ParameterizedTest
    @CsvSource({
        "MARIADB, 1048577",
        "MARIADB, 2097152",
        "MARIADB, 17825792",
        "MARIADB, 41943040",
        "MYSQL, 1048577",
        "MYSQL, 2097152",
        "MYSQL, 17825792",
        "MYSQL, 41943040"
    })
    void theServersErrorArrivesAsItDoesDirect(Family family, int bytes) throws IOException {
        try (RouterFixture router = home(family).router().start();
                MySqlTestClient direct = home(family).connect();
                MySqlTestClient routed = Home.connect(router);
                MySqlTestClient bystander = Home.connect(router)) {
            // When
            String byServer = answer(direct, bytes);
            String throughRouter = answer(routed, bytes);
            // Then
            assertThat(throughRouter).isEqualTo(byServer).isEqualTo("1 1153 08S01 true");
            assertThat(bystander.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
            await().until(() -> router.sessions.size() == 1);
        }
    }

    /** The server resets the connection after its error: nothing the router does may lose it. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void noResetOvertakesTheServersError(Transport transport) throws IOException {
        try (RouterFixture router = home(Family.MARIADB).router().with(transport).start()) {
            for (int i = 0; i < ROUNDS; i++) {
                try (MySqlTestClient client = Home.connect(router)) {
                    // When: everything is written before anything is read
                    send(client, 2 * MIB + i * 4096);
                    // Then
                    RawPacket packet = client.read();
                    assertThat(packet.error().code()).as("round %d", i).isEqualTo(1153);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void longerThanTheRouterLetsPassIsRefused(Family family) throws IOException {
        try (RouterFixture router = limited(family, 65536);
                MySqlTestClient client = Home.connect(router)) {
            // Given
            send(client, 65536);
            assertThat(client.readResult()).isInstanceOf(QueryResult.Done.class);
            // When
            String answer = answer(client, 65537);
            // Then
            assertThat(answer).isEqualTo("1 1153 08S01 true");
            assertThat(counted(router, "router.errors", "kind", "packet_too_large")).isEqualTo(1);
            assertThat(counted(router, "router.sessions.closed", "reason", "too-large"))
                    .isEqualTo(1);
            await().until(() -> router.sessions.size() == 0);
        }
    }

    private static double counted(RouterFixture router, String name, String tag, String value) {
        return router.meters.get(name).tag(tag, value).counter().count();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void theWholeOfACommandCounts(Family family) throws IOException {
        // Given: two packets are one byte too long together
        home(family).server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        try (RouterFixture router = limited(family, MOST_PAYLOAD + 1000L);
                MySqlTestClient client = Home.connect(router);
                MySqlTestClient tooLong = Home.connect(router)) {
            // When
            send(client, MOST_PAYLOAD + 1000);
            QueryResult taken = client.readResult();
            tooLong.command(Capabilities.COM_QUERY, "SELECT 'first'");
            tooLong.command(Capabilities.COM_QUERY, "SELECT 'second'");
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    send(tooLong, MOST_PAYLOAD + 1001);
                                } catch (IOException e) {
                                    return; // the router does not wait for the rest
                                }
                            });
            // Then: what was asked before is answered before
            assertThat(taken).isInstanceOf(QueryResult.Done.class);
            assertThat(tooLong.readResult()).isInstanceOf(QueryResult.Rows.class);
            assertThat(tooLong.readResult()).isInstanceOf(QueryResult.Rows.class);
            RawPacket error = tooLong.read();
            assertThat(error.sequence()).isEqualTo(2);
            assertThat(error.error().code()).isEqualTo(1153);
            assertThat(tooLong.isClosedByServer()).isTrue();
            sending.join();
        } finally {
            home(family).server.execute("SET GLOBAL max_allowed_packet = 1048576");
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void eachPieceOfAFileCountsAlone(Family family) throws IOException {
        // Given
        home(family).server.execute("CREATE TABLE p1.loaded (t TEXT)");
        try (RouterFixture router = limited(family, 4096);
                MySqlTestClient client = Home.connect(router)) {
            client.command(
                    Capabilities.COM_QUERY, "LOAD DATA LOCAL INFILE 'rows' INTO TABLE loaded");
            assertThat(client.read().header()).isEqualTo(0xfb);
            byte[] row = new byte[4096];
            Arrays.fill(row, (byte) 'x');
            row[row.length - 1] = '\n';
            for (int i = 0; i < 10; i++) {
                client.send(2 + i, row);
            }
            client.send(12);
            assertThat(client.readResult()).isInstanceOf(QueryResult.Done.class);
            // When
            client.command(
                    Capabilities.COM_QUERY, "LOAD DATA LOCAL INFILE 'rows' INTO TABLE loaded");
            assertThat(client.read().header()).isEqualTo(0xfb);
            client.send(2, new byte[4097]);
            // Then
            RawPacket error = client.read();
            assertThat(error.sequence()).isEqualTo(3);
            assertThat(error.error().code()).isEqualTo(1153);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }
}
