package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.topology.Health;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulations that take long, over real HTTP: they keep nobody waiting but each other. */
final class SimulationIT {
    private static final String LARGE = "/v1/placement/simulate?projects=1000000";
    private static final String SMALL = "/v1/placement/simulate?projects=1";

    /** As many as run or wait at once. */
    private static final int MOST = Lane.SIMULATE.threads() + Lane.SIMULATE.mostWaiting();

    /** So many that a large simulation takes far longer than this test. */
    private static final int CLUSTERS = 2000;

    @TempDir private Path directory;
    private final List<Socket> waiting = new ArrayList<>();
    private TestAdmin admin;

    @BeforeEach
    void start() throws Exception {
        FakeFleet fleet = FakeFleet.empty();
        for (int i = 0; i < CLUSTERS; i++) {
            fleet.with("c" + i, Health.HEALTHY);
        }
        admin = TestAdmin.on(fleet, directory, Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        hangUp();
        admin.close();
    }

    @Test
    void onlySimulationsWaitForSimulations() throws Exception {
        // Given
        askForLargeOnes();

        // When
        Reply live = admin.as("viewer").get("/health/live");
        Reply status = admin.as("viewer").get("/v1/status");
        Reply oneMore = admin.as("viewer").get(SMALL);

        // Then
        assertThat(live.status()).isEqualTo(200);
        assertThat(status.status()).isEqualTo(200);
        assertThat(oneMore.status()).isEqualTo(503);
        assertThat(oneMore.errorCode()).isEqualTo("overloaded");
    }

    @Test
    void whatNobodyWaitsForMakesRoom() throws Exception {
        // Given
        askForLargeOnes();

        // When
        hangUp();

        // Then
        await().atMost(Duration.ofSeconds(20))
                .until(() -> admin.as("viewer").get(SMALL).status() == 200);
    }

    /** One more than there is room for. */
    private void askForLargeOnes() throws Exception {
        for (int i = 0; i <= MOST; i++) {
            Socket socket = new Socket();
            waiting.add(socket);
            socket.connect(new InetSocketAddress("127.0.0.1", admin.server().port()));
            String head =
                    RawHttp.head(
                            "GET " + LARGE + " HTTP/1.1",
                            "Host: localhost",
                            "Authorization: Bearer viewer");
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        }
        await().atMost(Duration.ofSeconds(20))
                .until(
                        () ->
                                admin.as("viewer")
                                        .get("/metrics")
                                        .raw()
                                        .body()
                                        .contains(
                                                "router_admin_turned_away_total{code=\"overloaded\"} 1.0"));
    }

    private void hangUp() throws Exception {
        for (Socket socket : waiting) {
            socket.close();
        }
    }
}
