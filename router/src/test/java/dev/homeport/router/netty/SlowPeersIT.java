package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    private static double bytes(String meter) {
        return router.meters.get(meter).functionCounter().count();
    }

    /** Waits until that many bytes and no more have passed for a while. */
    private static void awaitStandstill(String meter) {
        Awaitility.await()
                .during(STANDSTILL)
                .atMost(Duration.ofSeconds(60))
                .until(new Unchanged(meter)::holds);
    }

    private static final class Unchanged {
        private final String meter;
        private double last = -1;

        Unchanged(String meter) {
            this.meter = meter;
        }

        boolean holds() {
            double now = bytes(meter);
            boolean same = now == last;
            last = now;
            return same;
        }
    }

    /** Another session at work, which must not notice anything. */
    private static void assertOthersAreServed() throws IOException {
        try (MySqlTestClient other = Database.client(router, "p2")) {
            for (int i = 0; i < 100; i++) {
                assertThat(Database.value(other, "SELECT " + i)).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void answersRefusedCommandsOnlyAsFastAsTheyAreRead() throws Exception {
        // Given
        int count = 200_000;
        byte[] commands = new byte[count * 5];
        for (int i = 0; i < count; i++) {
            commands[i * 5] = 1; // length
            commands[i * 5 + 4] = 8; // COM_SHUTDOWN
        }
        long before = directMemory();
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(client, commands));
            awaitStandstill("router.bytes.from.clients");
            // Then
            assertThat(directMemory() - before).isLessThan(MOST_BUFFERED);
            assertOthersAreServed();
            for (int i = 0; i < count; i++) {
                assertThat(client.read().error().code()).isEqualTo(1227);
            }
            sent.join();
            assertThat(client.query("DO 1")).isInstanceOf(QueryResult.Done.class);
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
