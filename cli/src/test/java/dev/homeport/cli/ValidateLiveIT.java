package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the records in ZooKeeper, and of how much of that is known. */
final class ValidateLiveIT {
    private static final String CONNECTED =
            """
            "map": {"connection": "connected", "fromFile": false, "asOf": "2026-01-31T12:00:00Z"}
            """;
    private static final String EDIT =
            """
            {"znode": "/homeport/guard", "field": "retention", "rule": "must be a time",
             "suggestion": null, "since": "2026-01-31T11:00:00Z"}
            """;

    @TempDir private Path directory;

    private final FakeRouter router = new FakeRouter();
    private Session session;

    @BeforeEach
    void openSession() {
        session = new Session(directory).with("HOMEPORT_URL", router.url());
    }

    @AfterEach
    void closeRouter() {
        router.close();
    }

    private void prepare(String map, String rejected, String routers) {
        router.on(
                "GET /v1/status",
                200,
                "{\"router\": \"r1\", %s, \"rejected\": [%s]}".formatted(map, rejected));
        router.on("GET /v1/routers", 200, routers);
    }

    @Test
    void allIsWellOnlyWhereAllIsKnown() {
        // Given
        prepare(
                CONNECTED,
                "",
                "{\"routers\": [{\"id\": \"r1\"}, {\"id\": \"r2\"}], \"notHeardOf\": []}");

        // When
        int exitCode = session.run("validate", "--live");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().lines())
                .containsExactly("Every record is taken over by 2 routers.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "lost",      "fromFile": false, "asOf": "2026-01-31T11:55:00Z" | not connected since 2026-01-31T11:55:00Z (5 min ago)
                    "connected", "fromFile": false, "asOf": "2026-01-31T11:55:00Z", "ageSeconds": 300.5 | it last agreed with ZooKeeper at 2026-01-31T11:55:00Z (5 min ago)
                    "never",     "fromFile": true,  "asOf": "2026-01-30T12:00:00Z" | not connected since it started, and it goes by its snapshot file of 2026-01-30T12:00:00Z (24 h ago)
                    "connected", "fromFile": true,  "asOf": "2026-01-30T12:00:00Z" | it has not read ZooKeeper since it started, and it goes by its snapshot file of 2026-01-30T12:00:00Z (24 h ago)
                    "connected", "fromFile": false, "asOf": null | it has no map yet
                    """)
    void aRouterThatDoesNotKnowSaysWhy(String map, String why) {
        // Given
        prepare(
                "\"map\": {\"connection\": " + map + "}",
                "",
                "{\"routers\": [{\"id\": \"r1\"}, {\"id\": \"r2\"}], \"notHeardOf\": []}");

        // When
        int exitCode = session.run("validate", "--live");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out().lines())
                .containsExactly(
                        "Router r1: " + why + ": what stands in ZooKeeper now is not known.",
                        "As far as was known then, no record was rejected by 2 routers.");
    }

    @Test
    void whatIsRejectedIsShownAlsoByOneThatDoesNotKnow() {
        // Given
        prepare(
                """
                "map": {"connection": "connected", "fromFile": true, "asOf": "2026-01-30T12:00:00Z"}
                """,
                EDIT,
                "{\"routers\": [], \"notHeardOf\": []}");

        // Then
        assertThat(session.run("validate", "--live")).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out()).startsWith("Router r1: ").contains("/homeport/guard");
    }

    @Test
    void namesTheRoutersThatAreNotHeardOf() {
        // Given
        prepare(
                CONNECTED,
                "",
                "{\"routers\": [{\"id\": \"r1\"}], \"notHeardOf\": [\"r2\", \"r3\"]}");

        // When
        int exitCode = session.run("validate", "--live");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out().lines())
                .containsExactly(
                        "Not known of these, because nothing was heard of them for up to ten minutes:"
                                + " r2, r3.",
                        "Every record is taken over by 1 router.");
    }

    @Test
    void saysWhereThereMayBeMore() throws Exception {
        // Given
        prepare(
                CONNECTED,
                EDIT,
                """
                {"routers": [
                  {"id": "r1", "rejected": [%s], "rejectedMayBeMore": true},
                  {"id": "r2", "rejected": [%s], "rejectedMayBeMore": true},
                  {"id": "r3", "rejected": [], "rejectedMayBeMore": false}], "notHeardOf": []}
                """
                        .formatted(EDIT, EDIT));

        // When
        int exitCode = session.run("validate", "--live");
        String lines = session.out();
        openSession();
        session.run("validate", "--live", "-o", "json");
        JsonNode json = new ObjectMapper().readTree(session.out());

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(lines)
                .startsWith("At least these are rejected; there may be more at: r2.")
                .contains("/homeport/guard  retention  must be a time  -         r1 ")
                .contains("/homeport/guard  retention  must be a time  -         r2 ");
        assertThat(json.path("rejected")).hasSize(2);
        assertThat(json.path("mayBeMore").toString()).isEqualTo("[\"r2\"]");
        assertThat(json.path("complete").asBoolean()).isTrue();
    }

    @Test
    void theListOfRoutersSaysIt() {
        // Given
        router.on(
                "GET /v1/routers",
                200,
                """
                {"routers": [{"id": "r1", "rejectedEdits": 20, "rejectedMayBeMore": true},
                  {"id": "r2", "rejectedEdits": 3, "rejectedMayBeMore": false}],
                 "notHeardOf": ["r3"]}
                """);

        // When
        session.run("routers");

        // Then
        assertThat(session.out().lines())
                .anyMatch(line -> line.startsWith("r1 ") && line.endsWith(" 20 or more"))
                .anyMatch(line -> line.startsWith("r2 ") && line.endsWith(" 3"))
                .endsWith("Nothing was heard of these for up to ten minutes: r3.");
    }
}
