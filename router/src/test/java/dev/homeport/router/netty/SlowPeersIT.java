package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.Transport;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.FakeConnection;
import dev.homeport.testkit.mysql.FakeMySqlServer;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients and instances that take or say little at a time: memory stays bounded. */
@Timeout(120)
class SlowPeersIT {
    /** Some of the allocator's chunks; far below what the tests would have it buffer. */
    private static final long MOST_BUFFERED = 48 * 1024 * 1024;

    private static final Duration STANDSTILL = Duration.ofMillis(500);

    @TempDir static Path directory;

    private static Database database;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
        router = database.router();
    }

    @AfterAll
    static void stop() {
        router.close();
        database.close();
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    /** Waits until that many bytes and no more have passed for a while. */
    private static void awaitStandstill(RouterFixture router, String meter) {
        Awaitility.await()
                .during(STANDSTILL)
                .atMost(Duration.ofSeconds(60))
                .until(new Unchanged(router, meter)::holds);
    }

    private static final class Unchanged {
        private final RouterFixture router;
        private final String meter;
        private double last = -1;

        Unchanged(RouterFixture router, String meter) {
            this.router = router;
            this.meter = meter;
        }

        boolean holds() {
            double now = router.meters.get(meter).functionCounter().count();
            boolean same = now == last;
            last = now;
            return same;
        }
    }

    /** Another session at work, which must not notice anything. */
    private static void assertOthersAreServed(RouterFixture router) throws IOException {
        try (MySqlTestClient other = Database.client(router, "p2")) {
            for (int i = 0; i < 100; i++) {
                assertThat(Database.value(other, "SELECT " + i)).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void answersRefusedCommandsOnlyAsFastAsTheyAreRead() throws Exception {
        // Given
        int count = 400_000;
        byte[] commands = new byte[count * 5];
        for (int i = 0; i < count; i++) {
            commands[i * 5] = 1; // length
            commands[i * 5 + 4] = 8; // COM_SHUTDOWN
        }
        long before = directMemory();
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(client, commands));
            awaitStandstill(router, "router.bytes.from.clients");
            // Then
            assertThat(directMemory() - before).isLessThan(MOST_BUFFERED);
            assertOthersAreServed(router);
            for (int i = 0; i < count; i++) {
                assertThat(client.read().error().code()).isEqualTo(1227);
            }
            sent.join();
            assertThat(client.query("DO 1")).isInstanceOf(QueryResult.Done.class);
        }
    }

    @Test
    void letsAClientInThatTricklesItsLogin() throws Exception {
        // Given
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            Login login = Database.login("p1").without(Capabilities.CLIENT_DEPRECATE_EOF);
            // When: within the deadlines of the router, 5 s and 3 s
            trickle(client, packet(1, login.payload(client.greeting())), 30);
            RawPacket request = client.read();
            trickle(client, packet(request.sequence() + 1, answer(login, request)), 60);
            // Then
            assertThat(client.read().isOk()).isTrue();
            trickle(client, packet(0, query("SELECT 12")), 20);
            assertThat(((QueryResult.Rows) client.readResult()).rows().getFirst())
                    .containsExactly("12");
        }
    }

    @Test
    void givesUpAClientThatTakesTooLongForItsLogin() throws Exception {
        // Given
        double before = closed("handshake_timeout");
        // Who was there before is gone, and counted if need be.
        Awaitility.await().until(() -> database.connections() == 0);
        long aborted = database.status("Aborted_connects");
        try (MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            // When
            boolean isWhole = tricklesWhole(client);
            // Then
            assertThat(isWhole).isFalse();
            assertThat(closed("handshake_timeout")).isEqualTo(before + 1);
            assertOthersAreServed(router);
        }
        assertThat(database.status("Aborted_connects")).isEqualTo(aborted);
    }

    /** A byte every 100 ms, which is 12 s for the whole. */
    private static boolean tricklesWhole(MySqlTestClient client) {
        try {
            trickle(client, packet(1, Database.login("p1").payload(client.greeting())), 100);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static double closed(String reason) {
        return router.meters
                .get("router.sessions.closed")
                .tag("reason", reason.replace('_', '-'))
                .counter()
                .count();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void holdsAResultBackThatNobodyReads(Transport transport) throws Exception {
        // Given: 400 MB, of which the client wants nothing for now
        long rows = 400;
        long before = directMemory();
        try (RouterFixture router =
                        RouterFixture.start(database.fleet().build(), transport, 20_000);
                MySqlTestClient client = Database.client(router, "p1")) {
            client.command(
                    Capabilities.COM_QUERY, "SELECT REPEAT('x', 1000000) FROM seq_1_to_" + rows);
            // When
            awaitStandstill(router, "router.bytes.to.clients");
            // Then
            assertThat(directMemory() - before).isLessThan(MOST_BUFFERED);
            assertOthersAreServed(router);
            // When it reads after all
            long seen = 0;
            client.read();
            client.read();
            for (RawPacket row = client.read(); row.length() > 1000; row = client.read()) {
                seen++;
                assertThat(row.length()).isEqualTo(1_000_004);
            }
            assertThat(seen).isEqualTo(rows);
            assertThat(directMemory() - before).isLessThan(MOST_BUFFERED);
            assertThat(client.query("DO 1")).isInstanceOf(QueryResult.Done.class);
        }
    }

    @Test
    void givesAResultUpWhoseClientLeaves() throws Exception {
        // Given
        int sessions = router.sessions.size();
        MySqlTestClient client = Database.client(router, "p1");
        client.command(Capabilities.COM_QUERY, "SELECT REPEAT('x', 1000000) FROM seq_1_to_1000");
        awaitStandstill(router, "router.bytes.to.clients");
        // When
        client.reset();
        // Then
        Awaitility.await().until(() -> router.sessions.size() <= sessions);
        Awaitility.await().until(() -> database.connections() == 0);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void holdsAFileBackThatTheInstanceDoesNotTake(Transport transport) throws Exception {
        // Given: an instance that asks for a file and reads no more of it
        FakeMySqlServer stuck = FakeMySqlServer.start(SlowPeersIT::asksForAFile);
        try (RouterFixture other =
                        RouterFixture.start(
                                aFleet().with(aCluster("c1").withPrimary("c1-1", stuck.port()))
                                        .withProject("p1", "c1")
                                        .build(),
                                transport,
                                20_000);
                MySqlTestClient client =
                        MySqlTestClient.login(other.port(), Login.as("app+p1", ""))) {
            client.command(Capabilities.COM_QUERY, "LOAD DATA LOCAL INFILE 'x' INTO TABLE t");
            assertThat(client.read().header()).isEqualTo(0xfb);
            long before = directMemory();
            byte[] part = new byte[1 << 20];
            // When
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; i < 200; i++) {
                                    send(client, packet((2 + i) & 0xff, part));
                                }
                            });
            awaitStandstill(other, "router.bytes.from.clients");
            // Then
            assertThat(sent).isNotDone();
            assertThat(directMemory() - before).isLessThan(MOST_BUFFERED);
            client.reset();
            assertThat(sent).failsWithin(Duration.ofSeconds(20));
            stuck.close();
            Awaitility.await().until(() -> other.sessions.size() == 0);
        } finally {
            stuck.close();
        }
    }

    private static void asksForAFile(FakeConnection connection)
            throws IOException, InterruptedException {
        connection.acceptLogin();
        connection.read();
        connection.send(1, (byte) 0xfb, (byte) 'x');
        connection.hang();
    }

    private static byte[] packet(int sequence, byte... payload) {
        return new PacketWriter().int3(payload.length).int1(sequence).bytes(payload).payload();
    }

    private static byte[] query(String sql) {
        return new PacketWriter().int1(Capabilities.COM_QUERY).text(sql).payload();
    }

    private static byte[] answer(Login login, RawPacket request) {
        String text = new String(request.payload(), StandardCharsets.ISO_8859_1);
        return login.nativeAnswer(text.substring(text.indexOf('\0') + 1, text.length() - 1));
    }

    /** A byte at a time, with so many milliseconds between: that is what slow means. */
    private static void trickle(MySqlTestClient client, byte[] bytes, int millis)
            throws IOException {
        long due = System.nanoTime();
        for (byte one : bytes) {
            client.sendRaw(one);
            // From the start on: what one pause takes too long must not add up.
            due += millis * 1_000_000L;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private static void send(MySqlTestClient client, byte[] bytes) {
        try {
            client.sendRaw(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
