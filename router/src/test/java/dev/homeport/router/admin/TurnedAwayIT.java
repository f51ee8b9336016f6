package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has no business on the admin port is seen, and fills no log. */
final class TurnedAwayIT {
    private static final String OFFLINE = "/v1/clusters/c1/offline";
    private static final String GUESS = "a-token-that-somebody-guesses";

    @TempDir private Path directory;
    private LoggedLines log;
    private AdminFixture fixture;

    @BeforeEach
    void start() throws Exception {
        log = new LoggedLines();
        fixture = AdminFixture.start(AdminFixture.config(directory, "peer-secret-of-this-test"));
    }

    @AfterEach
    void close() {
        fixture.close();
        log.close();
        AdminFixture.awaitClosed();
    }

    @Test
    void aWrongTokenAndAForbiddenActAreLoggedAndCounted() {
        // When
        int unknown = fixture.as(GUESS).post(OFFLINE, "{\"reason\": \"x\"}").status();
        int viewer = fixture.as("viewer").post(OFFLINE, "{\"reason\": \"x\"}").status();

        // Then
        assertThat(List.of(unknown, viewer)).containsExactly(401, 403);
        assertThat(lines())
                .hasSize(2)
                .allMatch(line -> line.contains("127.0.0.1") && line.contains("/offline"))
                .noneMatch(line -> line.contains(GUESS));
        assertThat(lines().get(1)).contains("the-viewer has role viewer");
        assertThat(fixture.as("viewer").get("/metrics").raw().body())
                .contains("router_admin_turned_away_total{code=\"unauthorized\"} 1.0")
                .contains("router_admin_turned_away_total{code=\"forbidden\"} 1.0");
    }

    @Test
    void manyAreCountedAndNotAllLogged() {
        // When
        for (int i = 0; i < 200; i++) {
            fixture.as(GUESS).get("/v1/status");
        }

        // Then
        assertThat(lines()).hasSizeBetween(20, 100);
        assertThat(fixture.as("viewer").get("/metrics").raw().body())
                .contains("router_admin_turned_away_total{code=\"unauthorized\"} 200.0");
    }

    private List<String> lines() {
        return log.lines().stream().filter(line -> line.contains("turned away")).toList();
    }
}
