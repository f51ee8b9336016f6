package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.testkit.mariadb.MariaDbServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tenants that come and go through the routers all the time are no loss, and what is kept of them
 * stays within its quota; tables that go around the routers are one.
 */
@Timeout(7200)
final class DdlHeavyIT {
    /** {@code -Dhomeport.ddl.tenants=200 -Dhomeport.ddl.tables=20} for the promise. */
    private static final int TENANTS = Integer.getInteger("homeport.ddl.tenants", 6);

    private static final int TABLES = Integer.getInteger("homeport.ddl.tables", 5);

    private static final int LOST = 200;
    private static final int ROWS = 20;

    /** Of an empty table of InnoDB, as the server estimates it, there go about a dozen into it. */
    private static final long QUOTA = 200_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path directory;

    private RunningFleet fleet;

    @Test
    void tenantsThatComeAndGoAreNoLossAndTablesThatGoAroundTheRoutersAre() throws Exception {
        try (RunningFleet started = RunningFleet.start(directory, 0, 2)) {
            fleet = started;
            // Given
            limitQuarantine();
            fleet.placeOn("c1", "shop");
            fleet.placeOn("c1", "victim");
            makeVictim();
            awaitWatch();

            // When
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                try (Connection connection = fleet.jdbc(tenant % 2 == 0 ? "r1" : "r2", "shop")) {
                    create(connection, tenant);
                    delete(connection, tenant);
                }
            }

            // Then
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    fleet.get("r1", "/v1/projects/shop/quarantine")
                                                    .path("bytes")
                                                    .asLong()
                                            <= QUOTA);
            assertThat(losses()).isEmpty();

            // When
            long dropped = dropVictim();
            List<JsonNode> losses =
                    await().atMost(PATIENCE)
                            .pollInterval(Duration.ofMillis(5))
                            .until(this::losses, found -> !found.isEmpty());
            long seen = System.nanoTime();

            // Then
            await().atMost(PATIENCE)
                    .until(() -> losses().getFirst().path("tablesLost").asInt() == LOST);
            assertThat(losses()).hasSize(1);
            JsonNode scope = losses.getFirst().at("/scope/projects");
            assertThat(scope).hasSize(1);
            assertThat(scope.path(0).asText()).isEqualTo("victim");
            System.out.printf(
                    "%d tenants with %d tables each came and went: no loss; %d tables around the"
                            + " routers: an incident %d ms after the last was dropped%n",
                    TENANTS, TABLES, LOST, (seen - dropped) / 1_000_000);
        }
    }

    private void limitQuarantine() {
        ObjectNode policy = (ObjectNode) fleet.get("r1", "/v1/guard");
        policy.remove(List.of("zxid", "applied"));
        policy.put("quotaBytes", QUOTA);
        policy.put("generations", 3);
        assertThat(fleet.admin("r1").put("/v1/guard?reason=test", policy).isOk())
                .as("%s", policy)
                .isTrue();
    }

    private void makeVictim() throws SQLException {
        try (Connection connection = fleet.jdbc("r1", "victim");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < LOST; i++) {
                statement.execute("CREATE TABLE t%d (id INT PRIMARY KEY)".formatted(i));
            }
        }
    }

    /** The agent of c1 reads the binary log. */
    private void awaitWatch() throws Exception {
        try (var zooKeeper = fleet.zooKeeper()) {
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> zooKeeper.client().checkExists().forPath("/watch/c1") != null);
        }
    }

    private static void create(Connection connection, int tenant) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < TABLES; i++) {
                String table = "_%d_t%d".formatted(tenant, i);
                statement.execute(
                        "CREATE TABLE %s (id INT AUTO_INCREMENT PRIMARY KEY, x VARCHAR(100))"
                                .formatted(table));
                statement.execute(
                        "INSERT INTO %s (x) VALUES %s"
                                .formatted(
                                        table,
                                        String.join(
                                                ", ",
                                                IntStream.range(0, ROWS)
                                                        .mapToObj(row -> "('row')")
                                                        .toList())));
            }
        }
    }

    /** One by one, several at once, emptied before. */
    private static void delete(Connection connection, int tenant) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            for (int i = 0; i < TABLES; i++) {
                tables.add("_%d_t%d".formatted(tenant, i));
            }
            switch (tenant % 3) {
                case 0 -> {
                    for (String table : tables) {
                        statement.execute("DROP TABLE " + table);
                    }
                }
                case 1 -> statement.execute("DROP TABLE " + String.join(", ", tables));
                default -> {
                    statement.execute("TRUNCATE TABLE " + tables.getFirst());
                    statement.execute("DROP TABLE IF EXISTS " + String.join(", ", tables));
                }
            }
        }
    }

    /** Returns when the last was dropped, in nanoseconds. */
    private long dropVictim() {
        MariaDbServer primary = fleet.primaryOf("c1");
        for (int i = 0; i < LOST; i += 20) {
            primary.execute(
                    "DROP TABLE "
                            + String.join(
                                    ", ",
                                    IntStream.range(i, i + 20)
                                            .mapToObj(table -> "victim.t" + table)
                                            .toList()));
        }
        return System.nanoTime();
    }

    private List<JsonNode> losses() {
        List<JsonNode> losses = new ArrayList<>();
        for (JsonNode incident : fleet.get("r1", "/v1/incidents").path("incidents")) {
            if (incident.path("kind").asText().equals("data-loss")) {
                losses.add(incident);
            }
        }
        return losses;
    }
}
