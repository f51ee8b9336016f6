package dev.homeport.sandbox.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.Sandbox;
import dev.homeport.sandbox.plan.SandboxOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The incident that Homeport exists for, played in all variants and modes on a running sandbox. */
@Timeout(600)
final class DroppedTablesDrillIT {
    @TempDir private static Path directory;

    @Test
    void everyPromiseHoldsAndTheSandboxIsAsItWas() throws Exception {
        // Given
        Path data = directory.resolve("sandbox");
        try (Sandbox sandbox = Sandbox.start(SandboxOptions.in(data).sized(2, 0, 2))) {
            ObjectNode guard = AdminClient.object().put("retention", "48h");
            guard.putArray("sharedTables").add("important_*");
            assertThat(sandbox.admin().put("/v1/guard", guard).isOk()).isTrue();
            JsonNode guardBefore = body(sandbox, "/v1/guard");
            JsonNode placementBefore = body(sandbox, "/v1/placement-policy");
            StringWriter screen = new StringWriter();

            // When
            int status =
                    new CommandLine(new DroppedTablesCommand())
                            .setOut(new PrintWriter(screen))
                            .execute("--data", data.toString(), "-o", "json", "--seed", "1");

            // Then
            assertThat(screen.toString()).isNotEmpty();
            JsonNode result = new ObjectMapper().readTree(screen.toString());
            assertThat(all(result.path("promises")))
                    .isNotEmpty()
                    .allMatch(promise -> promise.path("kept").asBoolean());
            assertThat(status).isZero();
            requireRows(all(result.path("plays")));
            assertThat(body(sandbox, "/v1/guard")).isEqualTo(guardBefore);
            assertThat(body(sandbox, "/v1/placement-policy")).isEqualTo(placementBefore);
            requireNothingLeft(sandbox);
        }
    }

    private static void requireRows(List<JsonNode> plays) {
        assertThat(plays)
                .extracting(
                        play -> play.path("mode").asText() + "/" + play.path("variant").asText())
                .containsExactly(
                        "guard/cleanup",
                        "guard/recreate",
                        "guard/tenant",
                        "observe/cleanup",
                        "observe/recreate",
                        "observe/tenant",
                        "around/cleanup",
                        "around/recreate",
                        "around/tenant");
        for (JsonNode play : plays) {
            boolean isGuarded = play.path("mode").asText().equals("guard");
            assertThat(play.path("tablesLost").asInt() == 0).isEqualTo(isGuarded);
            assertThat(play.path("tablesHeld").asInt() > 0).isEqualTo(isGuarded);
            assertThat(play.has("undropMillis")).isEqualTo(isGuarded);
            assertThat(play.has("refusedMillis")).isNotEqualTo(isGuarded);
            assertThat(play.at("/incident/kind").asText())
                    .isEqualTo(isGuarded ? "suspicious-drop" : "data-loss");
            assertThat(play.at("/others/statements").asInt()).isPositive();
        }
    }

    private static void requireNothingLeft(Sandbox sandbox) {
        for (String cluster : List.of("c1", "c2")) {
            assertThat(sandbox.primaryOf(cluster).query("SHOW DATABASES LIKE 'drill%'")).isEmpty();
        }
        assertThat(all(body(sandbox, "/v1/incidents?state=open").path("incidents"))).isEmpty();
        assertThat(all(body(sandbox, "/v1/projects?state=serving&limit=1000").path("projects")))
                .extracting(project -> project.path("id").asText())
                .containsExactlyInAnyOrder("demo1", "demo2", "demo3", "demo4");
    }

    private static JsonNode body(Sandbox sandbox, String path) {
        return DrilledFleet.good(path, sandbox.admin().get(path));
    }

    private static List<JsonNode> all(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
