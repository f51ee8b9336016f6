package dev.homeport.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.homeport.agent.plan.Views.Seen;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Verdict;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Several agents with different views of one cluster of three, a file for each case: what each
 * reports of db1, db2 and db3, and the verdict.
 */
final class VerdictFixturesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @TestFactory
    Stream<DynamicTest> agentsWithDifferentViews() throws IOException, URISyntaxException {
        Path directory = Path.of(VerdictFixturesTest.class.getResource("verdicts").toURI());
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.sorted().toList();
            assertThat(all).isNotEmpty();
            return all.stream()
                    .map(
                            file ->
                                    DynamicTest.dynamicTest(
                                            String.valueOf(file.getFileName()), () -> check(file)));
        }
    }

    private static void check(Path file) throws IOException {
        // Given
        JsonNode fixture = JSON.readTree(file.toFile());
        JsonNode expected = fixture.path("verdict");

        // When
        Verdict verdict =
                VerdictPlanner.plan(
                        Views.cluster(3),
                        Views.reports(views(fixture.path("agents"))),
                        verdict(fixture.path("before")),
                        0,
                        NOW);

        // Then
        assertThat(verdict.health()).isEqualTo(health(expected));
        assertThat(verdict.primary()).isEqualTo(primary(expected));
        assertThat(verdict.epoch()).isEqualTo(expected.path("epoch").asLong());
        assertThat(verdict.reason()).contains(expected.path("reason").asText(""));
    }

    private static List<List<Seen>> views(JsonNode agents) {
        List<List<Seen>> views = new ArrayList<>();
        for (JsonNode agent : agents) {
            List<Seen> view = new ArrayList<>();
            agent.forEach(one -> view.add(Seen.valueOf(constant(one))));
            views.add(view);
        }
        return views;
    }

    private static Verdict verdict(JsonNode json) {
        return new Verdict(
                health(json),
                primary(json),
                List.of(),
                json.path("epoch").asLong(),
                "",
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Health health(JsonNode json) {
        return Health.valueOf(constant(json.path("health")));
    }

    private static Optional<InstanceId> primary(JsonNode json) {
        return json.has("primary")
                ? Optional.of(new InstanceId(json.path("primary").asText()))
                : Optional.empty();
    }

    private static String constant(JsonNode word) {
        return word.asText().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
