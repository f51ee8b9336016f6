package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens between reading and writing; the sandbox has the same with real routers. */
final class ApplyIT {
    private static final String CLUSTERS = "{\"clusters\": [{\"id\": \"c1\"}, {\"id\": \"c2\"}]}";
    private static final String FILE =
            """
            clusters:
              c1: { family: mariadb, weight: 50 }
            guard: { observe: true }
            """;

    @TempDir private Path directory;

    private final FakeRouter router = new FakeRouter();
    private Session session;

    @BeforeEach
    void prepare() throws Exception {
        session = new Session(directory).with("HOMEPORT_URL", router.url());
        Files.writeString(directory.resolve("f.yaml"), FILE);
        router.on("GET /v1/clusters", 200, CLUSTERS)
                .onRecord(
                        "GET /v1/clusters/c1/definition",
                        "\"7\"",
                        "{\"family\": \"mariadb\", \"weight\": 100}")
                .on(
                        "PUT /v1/clusters/c1?dryRun=true",
                        200,
                        "{\"dryRun\": true, \"changes\": [\"weight\"]}")
                .on("PUT /v1/clusters/c1", 200, "{\"id\": \"c1\", \"zxid\": 9}")
                .onRecord("GET /v1/guard", "\"g3\"", "{\"observe\": false, \"retention\": \"72h\"}")
                .on(
                        "PUT /v1/guard?dryRun=true",
                        200,
                        "{\"dryRun\": true, \"changes\": [\"observe\"]}")
                .on("PUT /v1/guard", 200, "{\"observe\": true, \"zxid\": 10}");
    }

    @AfterEach
    void closeRouter() {
        router.close();
    }

    @Test
    void showsTheDifferenceAsksAndWritesUnderWhatWasRead() {
        // Given
        session.saying("y");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().lines())
                .containsExactly(
                        "cluster c1: changed",
                        "  ~ weight: 100 -> 50",
                        "guard: changed",
                        "  ~ observe: false -> true",
                        "cluster c2: untouched, it is not in the file (--prune would delete it)",
                        "cluster c1: applied",
                        "guard: applied",
                        "2 changes applied.");
        assertThat(session.questions()).containsExactly("Apply 2 changes? [y/N] ");
        assertThat(writes()).containsExactly("PUT /v1/clusters/c1 \"7\"", "PUT /v1/guard \"g3\"");
    }

    @Test
    void aDryRunAndANoWriteNothing() {
        assertThat(session.run("apply", "-f", "f.yaml", "--dry-run")).isZero();
        assertThat(session.out()).endsWith("Nothing was written (--dry-run).\n");
        assertThat(session.run("apply", "-f", "f.yaml")).isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(session.saying("n").run("apply", "-f", "f.yaml"))
                .isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(writes()).isEmpty();
    }

    @Test
    void aConflictNamesTheRecordAndWhatWasDoneBefore() {
        // Given
        router.on(
                "PUT /v1/guard",
                409,
                "{\"error\": {\"code\": \"version_conflict\", \"message\": \"changed\"}}");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.CONFLICT);
        assertThat(session.out())
                .contains("cluster c1: applied")
                .contains(
                        "guard: NOT applied: somebody else has changed it since it was read here,"
                                + " nobody knows who")
                .endsWith("STOPPED: 1 change applied, 1 not.\n");
    }

    @Test
    void whatStandsBehindAFailureIsNotTried() throws Exception {
        // Given
        router.on(
                "PUT /v1/clusters/c1",
                409,
                "{\"error\": {\"code\": \"conflict\", \"message\": \"takes the primary out\"}}");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--yes", "-o", "json");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err())
                .contains("cluster c1: NOT applied: takes the primary out [conflict]")
                .contains("guard: not tried");
        JsonNode json = new ObjectMapper().readTree(session.out());
        assertThat(json.path("records").findValuesAsText("outcome"))
                .containsExactly("failed", "not-tried");
        assertThat(json.at("/records/0/fields/0/after").asInt()).isEqualTo(50);
        assertThat(json.at("/records/2/change").asText()).isEqualTo("not-in-file");
    }

    @Test
    void whatTheRouterWouldRefuseIsSaidBeforeAnythingIsWritten() {
        // Given
        router.on(
                "PUT /v1/clusters/c1?dryRun=true",
                400,
                """
                {"error": {"code": "invalid", "message": "m", "problems": [
                  {"field": "weight", "rule": "must be less", "suggestion": null},
                  {"field": "wieght", "rule": "unknown field", "suggestion": "weight"}]}}
                """);

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err())
                .contains("nothing was written")
                .contains("f.yaml:2: clusters.c1.weight: must be less")
                .contains("clusters.c1.wieght: unknown field (did you mean \"weight\"?)");
        assertThat(writes()).isEmpty();
    }

    @Test
    void withoutAnEtagNothingIsWritten() {
        // Given
        router.on("GET /v1/guard", 200, "{\"observe\": false}");

        // Then
        assertThat(session.run("apply", "-f", "f.yaml", "--yes")).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err()).contains("gives no ETag for guard");
        assertThat(writes()).isEmpty();
    }

    @Test
    void pruningNeedsAFileWithClusters() throws Exception {
        // Given
        Files.writeString(directory.resolve("g.yaml"), "guard: { observe: true }\n");

        // Then
        assertThat(session.run("apply", "-f", "g.yaml", "--prune", "--yes"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(router.asked()).isEmpty();
    }

    @Test
    void pruningAsksAndDeletesLast() {
        // Given
        prepareC2();
        router.on("DELETE /v1/clusters/c2?dryRun=true", 200, "{\"dryRun\": true}")
                .on("DELETE /v1/clusters/c2?reason=gone", 200, "{\"deleted\": true}");
        session.saying("yes");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--prune", "--reason", "gone");

        // Then: the paths with a reason were not prepared, so the first write is refused
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out())
                .contains("cluster c2: TO BE DELETED, it is not in the file")
                .contains("cluster c1: NOT applied: not prepared [none]")
                .contains("cluster c2: not tried");

        // And when they are
        router.on("PUT /v1/clusters/c1?reason=gone", 200, "{}");
        router.on("PUT /v1/guard?reason=gone", 200, "{}");
        assertThat(session.run("apply", "-f", "f.yaml", "--prune", "--reason", "gone")).isZero();
        assertThat(session.out()).contains("cluster c2: deleted").contains("3 changes applied.");
        assertThat(writes().getLast()).isEqualTo("DELETE /v1/clusters/c2?reason=gone \"4\"");
    }

    @Test
    void pruningLeavesWhatSomebodyElseHasChangedSince() {
        // Given
        prepareC2();
        router.on("DELETE /v1/clusters/c2?dryRun=true", 200, "{\"dryRun\": true}")
                .on(
                        "DELETE /v1/clusters/c2",
                        409,
                        "{\"error\": {\"code\": \"version_conflict\", \"message\": \"changed\"}}");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--prune", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.CONFLICT);
        assertThat(session.out()).contains("cluster c2: NOT applied: somebody else has changed it");
    }

    @Test
    void aHomeIsNotAnnouncedAsToBeDeleted() {
        // Given
        prepareC2();
        router.on(
                "DELETE /v1/clusters/c2?dryRun=true",
                409,
                conflict("cluster c2 is the home of 3 projects (tombstones included)"));

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--prune", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out()).isEmpty();
        assertThat(session.err())
                .contains("nothing was written")
                .contains("  --prune: cluster c2 is the home of 3 projects");
        assertThat(writes()).isEmpty();
    }

    @Test
    void whatThePolicyNamesTodayIsDeletedWhereTheOneOfTheFileDoesNot() throws Exception {
        // Given
        prepareC2();
        String named = conflict("placement-policy names cluster c2", "placement-policy");
        router.on("DELETE /v1/clusters/c2?dryRun=true", 409, named)
                .on("DELETE /v1/clusters/c2", 200, "{\"deleted\": true}")
                .onRecord("GET /v1/placement-policy", "\"p1\"", "{\"preferred\": [\"c2\"]}")
                .on("PUT /v1/placement-policy?dryRun=true", 200, "{\"changes\": [\"preferred\"]}")
                .on("PUT /v1/placement-policy", 200, "{}");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--prune", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err()).contains("  --prune: placement-policy names cluster c2");
        assertThat(writes()).isEmpty();

        // And with another policy, which is written first
        Files.writeString(
                directory.resolve("f.yaml"), FILE + "placement-policy: { preferred: [c1] }\n");
        assertThat(session.run("apply", "-f", "f.yaml", "--prune", "--yes")).isZero();
        assertThat(writes())
                .endsWith("PUT /v1/guard \"g3\"", "DELETE /v1/clusters/c2 \"4\"")
                .contains("PUT /v1/placement-policy \"p1\"");
    }

    @Test
    void aPolicyThatNamesWhatIsToBeDeletedIsRefused() throws Exception {
        // Given
        prepareC2();
        Files.writeString(
                directory.resolve("f.yaml"), FILE + "placement-policy: { preferred: [c2] }\n");
        router.onRecord("GET /v1/placement-policy", "\"p1\"", "{\"preferred\": []}")
                .on("PUT /v1/placement-policy?dryRun=true", 200, "{\"changes\": [\"preferred\"]}")
                .on("DELETE /v1/clusters/c2?dryRun=true", 200, "{\"dryRun\": true}");

        // When
        int exitCode = session.run("apply", "-f", "f.yaml", "--prune", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err())
                .contains("f.yaml:4: placement-policy: names cluster c2, which is to be deleted");
        assertThat(writes()).isEmpty();
    }

    @Test
    void aServerMayGoToAClusterThatIsWrittenLater() throws Exception {
        // Given: today db2 belongs to c1
        prepareServers("db1", "db2");
        router.on("PUT /v1/clusters/c2?dryRun=true", 409, taken("c1", "db2", "clusters/c1"));

        // When
        int exitCode = session.run("apply", "-f", "s.yaml", "--yes");

        // Then
        assertThat(exitCode).as(session.err()).isZero();
        assertThat(session.out())
                .contains("cluster c2: changed\n")
                .contains("  + instances: [{\"id\":\"c2-1\",\"host\":\"db2\",\"port\":3306}]\n");
        assertThat(writes())
                .containsExactly("PUT /v1/clusters/c1 \"7\"", "PUT /v1/clusters/c2 \"4\"");
    }

    @Test
    void aServerThatStaysWithAnotherClusterIsRefused() throws Exception {
        // Given: also c9, which the file does not have, has it
        prepareServers("db1", "db2");
        router.on(
                "PUT /v1/clusters/c2?dryRun=true",
                409,
                taken("c1", "db2", "clusters/c1", "clusters/c9"));

        // When
        int exitCode = session.run("apply", "-f", "s.yaml", "--yes");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err()).contains("clusters.c2: instances must not name db2:3306");
        assertThat(writes()).isEmpty();
    }

    @Test
    void aServerThatALaterClusterHasTodayIsRefused() throws Exception {
        // Given: c1 is written while db1 is still with c2
        prepareServers("db1", "db2");
        router.on("PUT /v1/clusters/c1?dryRun=true", 409, taken("c2", "db1", "clusters/c2"));

        // Then
        assertThat(session.run("apply", "-f", "s.yaml", "--yes")).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err()).contains("clusters.c1: instances must not name db1:3306");
        assertThat(writes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoClustersOfTheFileMustNotHaveOneServer(boolean isTakenToday) throws Exception {
        // Given
        prepareServers("db1", "DB1");
        if (isTakenToday) {
            router.on("PUT /v1/clusters/c2?dryRun=true", 409, taken("c1", "DB1", "clusters/c1"));
        }

        // When
        int exitCode = session.run("validate", "-f", "s.yaml");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
        assertThat(session.out())
                .contains(
                        isTakenToday
                                ? "clusters.c2: instances must not name DB1:3306, which is"
                                : "s.yaml:8: clusters.c2.instances[0]: must not name db1:3306,"
                                        + " which is a server of cluster c1 in this file")
                .hasLineCount(1);
    }

    @Test
    void aNewClusterMayNotExistYetAndAPolicyMayNameIt() throws Exception {
        // Given
        Files.writeString(
                directory.resolve("n.yaml"),
                """
                clusters:
                  c3: { family: mariadb }
                placement-policy: { preferred: [c1, c3] }
                """);
        router.on("PUT /v1/clusters/c3?dryRun=true", 200, "{\"changes\": [\"family\", \"weight\"]}")
                .on("PUT /v1/clusters/c3", 201, "{}")
                .onRecord("GET /v1/placement-policy", "\"p1\"", "{\"preferred\": [\"c1\"]}")
                .on("PUT /v1/placement-policy", 200, "{}");

        // When
        int exitCode = session.run("apply", "-f", "n.yaml", "--yes");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out())
                .contains("cluster c3: new\n  + family: \"mariadb\"\n")
                .contains("  ~ preferred: [\"c1\"] -> [\"c1\",\"c3\"]");
        assertThat(writes())
                .containsExactly("PUT /v1/clusters/c3 \"-1\"", "PUT /v1/placement-policy \"p1\"");
    }

    @Test
    void theFirstRecordsOfAFleetTakeNothingAway() throws Exception {
        // Given
        Files.writeString(
                directory.resolve("n.yaml"),
                """
                clusters:
                  c1: { family: mariadb }
                placement-policy: { preferred: [c1] }
                """);
        router.on("GET /v1/clusters", 200, "{\"clusters\": []}")
                .on("PUT /v1/clusters/c1?dryRun=true", 200, "{\"changes\": [\"family\"]}")
                .on("PUT /v1/clusters/c1", 201, "{}")
                .onRecord(
                        "GET /v1/placement-policy",
                        "\"-1\"",
                        "{\"preferred\": [], \"provision\": [\"CREATE DATABASE\"]}")
                .on("PUT /v1/placement-policy", 200, "{}");

        // When
        int exitCode = session.run("apply", "-f", "n.yaml", "--yes");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out())
                .contains("placement-policy: changed\n  ~ preferred: [] -> [\"c1\"]\n")
                .doesNotContain("provision");
        assertThat(writes())
                .containsExactly("PUT /v1/clusters/c1 \"-1\"", "PUT /v1/placement-policy \"-1\"");
    }

    @Test
    void aPolicyThatNamesWhatIsNowhereIsRefused() throws Exception {
        // Given
        Files.writeString(
                directory.resolve("n.yaml"), "placement-policy:\n  preferred: [c1, cc2]\n");
        router.onRecord("GET /v1/placement-policy", "\"p1\"", "{\"preferred\": [\"c1\"]}");

        // Then
        assertThat(session.run("apply", "-f", "n.yaml", "--yes")).isEqualTo(ExitCode.REFUSED);
        assertThat(session.err())
                .contains("n.yaml:1: placement-policy: names cluster cc2, which neither exists");
    }

    private void prepareC2() {
        router.onRecord("GET /v1/clusters/c2/definition", "\"4\"", "{\"family\": \"mariadb\"}");
    }

    /** A file in which c1 has the first server and c2 the second; today they have none. */
    private void prepareServers(String first, String second) throws IOException {
        Files.writeString(
                directory.resolve("s.yaml"),
                """
                clusters:
                  c1:
                    family: mariadb
                    instances:
                      - { id: c1-1, host: %s, port: 3306 }
                  c2:
                    family: mariadb
                    instances: [{ id: c2-1, host: %s, port: 3306 }]
                """
                        .formatted(first, second));
        prepareC2();
        String changed = "{\"changes\": [\"instances\"]}";
        router.on("PUT /v1/clusters/c1?dryRun=true", 200, changed)
                .on("PUT /v1/clusters/c2?dryRun=true", 200, changed)
                .on("PUT /v1/clusters/c2", 200, "{}");
    }

    private static String taken(String cluster, String host, String... conflictsWith) {
        return conflict(
                "instances must not name %s:3306, which is instance %s-9 of cluster %s"
                        .formatted(host, cluster, cluster),
                conflictsWith);
    }

    private static String conflict(String message, String... conflictsWith) {
        ObjectNode json = RestClient.object();
        ObjectNode error = json.putObject("error").put("code", "conflict").put("message", message);
        ArrayNode records = error.putArray("conflictsWith");
        List.of(conflictsWith).forEach(records::add);
        return json.toString();
    }

    private List<String> writes() {
        return router.asked().stream()
                .filter(one -> one.line().startsWith("PUT") || one.line().startsWith("DELETE"))
                .filter(one -> !one.line().contains("dryRun"))
                .map(one -> one.line() + one.header("If-Match").map(" "::concat).orElse(""))
                .toList();
    }
}
