package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.Transport;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.MySqlTestClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients that come and go at the same time: file descriptors are used anew at once. */
@Timeout(120)
class ChurnIT {
    private static final int CLIENTS = 128;
    private static final int LOGINS_OF_EACH = 40;
    private static final int STOPS = 15;

    @TempDir static Path directory;

    private static Database database;

    @BeforeAll
    static void start() {
        database = Database.start(directory.resolve("c1-1"));
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void letsEverybodyIn(Transport transport) throws Exception {
        // Given
        List<Future<?>> clients = new ArrayList<>();
        try (RouterFixture router =
                        RouterFixture.of(database.fleet().build()).with(transport).start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // When
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        threads.submit(
                                () -> {
                                    comeAndGo(router);
                                    return null;
                                }));
            }
            // Then
            for (Future<?> client : clients) {
                client.get();
            }
            assertThat(
                            router.meters
                                    .get("router.sessions.closed")
                                    .tag("reason", "bug")
                                    .counter()
                                    .count())
                    .isZero();
            Awaitility.await().until(() -> router.sessions.size() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leavesNoConnectionBehindWhenItStops(Transport transport) throws Exception {
        for (int i = 0; i < STOPS; i++) {
            // When: it stops while sessions end
            try (RouterFixture router =
                            RouterFixture.start(database.fleet().build(), transport, 20_000);
                    MySqlTestClient client = Database.client(router, "p1")) {
                assertThat(Database.value(client, "SELECT 1")).isEqualTo("1");
            }
            // Then
            Awaitility.await().until(() -> database.connections() == 0);
        }
    }

    private static void comeAndGo(RouterFixture router) throws IOException {
        for (int i = 0; i < LOGINS_OF_EACH; i++) {
            try (MySqlTestClient client = Database.client(router, "p1")) {
                assertThat(Database.value(client, "SELECT " + i)).isEqualTo(Integer.toString(i));
                if (i % 2 == 0) {
                    // The answer and the reset meet in the router.
                    client.command(Capabilities.COM_QUERY, "DO 1");
                    client.reset();
                }
            }
        }
    }
}
