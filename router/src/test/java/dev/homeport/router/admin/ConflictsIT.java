package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two people, two routers, one real ZooKeeper: nobody writes over what they have not seen. */
final class ConflictsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REASON = "{\"reason\": \"works\"}";

    @TempDir private static Path directory;
    private static ZooKeeperServer zookeeper;
    private static TestAdmin first;
    private static TestAdmin second;
    private static ZooKeeperFleet operator;
    private static int clusters;
    private static int projects;

    @BeforeAll
    static void start() throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zk"));
        first = TestAdmin.onZooKeeper("r1", zookeeper.connect(), directory);
        second = TestAdmin.onZooKeeper("r2", zookeeper.connect(), directory);
        operator = TestAdmin.open(zookeeper.connect());
        await().atMost(PATIENCE).until(() -> create(first, "c0").status() == 201);
        awaitCluster("c0");
    }

    @AfterAll
    static void stop() throws Exception {
        first.close();
        second.close();
        operator.close();
        zookeeper.close();
    }

    @Test
    void aDefinitionIsReadAsItIsPutAndChangedByItsTag() {
        // Given
        String path = cluster();
        Reply seen = first.as("admin").get(path + "/definition");
        Reply view = second.as("admin").get(path);

        // When: both have read the same, and both change it
        Reply others = put(second, path, edited(seen, 200), seen.etag());
        Reply own = put(first, path, edited(seen, 300), seen.etag());
        Reply byView = put(first, path, edited(seen, 300), view.etag());
        Reply again = put(first, path, edited(seen, 300), others.etag());

        // Then
        assertThat(seen.etag()).contains("\"0\"");
        assertThat(view.etag()).contains("\"0.0\"");
        assertThat(seen.json().has("health")).isFalse();
        assertThat(others.status()).isEqualTo(200);
        assertThat(others.etag()).contains("\"1\"");
        for (Reply refused : List.of(own, byView)) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.errorCode()).isEqualTo("version_conflict");
            assertThat(refused.etag()).contains("\"1\"");
            assertThat(refused.json().at("/error/etag").asText()).isEqualTo("\"1\"");
            assertThat(refused.errorMessage()).contains("has version 1, not 0");
        }
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.etag()).contains("\"2\"");
        assertThat(first.as("viewer").get(path + "/definition").json().path("weight").asInt())
                .isEqualTo(300);
    }

    @Test
    void aDefinitionGoesThroughAFileUnchanged() {
        // Given
        String path = cluster();
        Reply seen = first.as("admin").get(path + "/definition");

        // When
        Reply put = put(first, path, seen.json().toString(), seen.etag());

        // Then
        assertThat(put.status()).isEqualTo(200);
        assertThat(first.as("admin").get(path + "/definition").json()).isEqualTo(seen.json());
    }

    @Test
    void aVerbGoesByTheIntentAlone() {
        // Given
        String path = cluster();
        Reply seen = first.as("operator").get(path);
        put(second, path, edited(first.as("admin").get(path + "/definition"), 300), any());

        // When
        Reply cordoned = post(second, path + "/cordon", seen.etag());
        Reply late = post(first, path + "/offline", seen.etag());
        Reply dry = post(first, path + "/offline?dryRun=true", cordoned.etag());
        Reply next = post(first, path + "/offline", cordoned.etag());
        Reply whatever = post(first, path + "/online", any());

        // Then
        assertThat(cordoned.status()).isEqualTo(200);
        assertThat(cordoned.etag()).contains("\".1\"");
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.errorCode()).isEqualTo("version_conflict");
        assertThat(late.etag()).contains("\".1\"");
        assertThat(dry.status()).isEqualTo(200);
        assertThat(next.status()).isEqualTo(200);
        assertThat(whatever.json().path("intent").asText()).isEqualTo("cordoned");
        assertThat(first.as("viewer").get(path).etag()).contains("\"1.3\"");
    }

    @Test
    void aVerbSaidTwiceChangesReasonAndDeadlineOnly() {
        // Given
        String path = cluster();
        JsonNode once = first.as("operator").post(path + "/drain", REASON).json();

        // When
        Reply twice =
                first.as("operator")
                        .post(path + "/drain", "{\"reason\": \"hurry\", \"deadline\": 5}");

        // Then
        assertThat(twice.status()).isEqualTo(200);
        assertThat(twice.json().path("reason").asText()).isEqualTo("hurry");
        assertThat(twice.json().path("deadline").asInt()).isEqualTo(5);
        for (String same : List.of("intent", "since", "previous", "by")) {
            assertThat(twice.json().path(same)).as(same).isEqualTo(once.path(same));
        }
    }

    @Test
    void whoDeletesSaysWhatTheyHaveSeen() {
        // Given
        String path = cluster();
        Reply seen = first.as("admin").get(path + "/definition");
        put(second, path, edited(seen, 300), any());

        // When
        Reply late = delete(first, path, seen.etag());
        Reply dry = delete(first, path + "?dryRun=true", Optional.of("\"1\""));
        Reply deleted = delete(first, path, Optional.of("\"1\""));

        // Then
        assertThat(late.errorCode()).isEqualTo("version_conflict");
        assertThat(dry.status()).isEqualTo(200);
        assertThat(deleted.status()).isEqualTo(200);
        await().atMost(PATIENCE).until(() -> first.as("viewer").get(path).status() == 404);
        assertThat(put(first, "/v1/clusters/never", seen.json().toString(), any()).errorCode())
                .isEqualTo("version_conflict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/placement-policy", "/v1/guard"})
    void aRecordOfTheFleetIsChangedByItsTag(String path) {
        // Given
        Reply seen = first.as("admin").get(path);
        String body = seen.json().toString();

        // When
        Reply others = put(second, path, body, seen.etag());
        Reply own = put(first, path, body, seen.etag());
        Reply again = put(first, path, body, own.etag());

        // Then
        // Nobody wrote it; but a cluster that another test has removed leaves the default policy.
        assertThat(seen.etag().orElseThrow()).isIn("\"-1\"", "\"0\"");
        assertThat(others.status()).isEqualTo(200);
        assertThat(own.status()).isEqualTo(409);
        assertThat(own.errorCode()).isEqualTo("version_conflict");
        assertThat(own.etag()).isEqualTo(others.etag());
        assertThat(again.status()).isEqualTo(200);
        assertThat(first.as("viewer").get(path).etag()).isEqualTo(again.etag());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"3", "W/\"3\"", "\"3", "\"\"", "\"x\"", "\"1\", \"2\"", "\"-2\"", "\"1.\""})
    void whatIsNoTagIsRefused(String tag) {
        // When
        Reply reply = put(first, "/v1/guard", "{}", Optional.of(tag));

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems/0/field").asText()).isEqualTo("If-Match");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/projects",
                "POST /v1/projects/p1/undrop",
                "POST /v1/incidents/i1/close",
                "POST /v1/approvals",
                "DELETE /v1/approvals/a1",
                "POST /v1/announcements",
                "DELETE /v1/announcements/a1"
            })
    void aTagIsRefusedWhereNobodyWouldLookAtIt(String request) {
        // When
        String[] words = request.split(" ");
        Reply reply = send(first, words[0], words[1], REASON, Optional.of("\"1\""));

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.errorMessage()).contains("If-Match: is not known here");
    }

    @Test
    void aTagOfAnotherKindIsRefused() {
        assertThat(post(first, "/v1/projects/p1/offline", Optional.of("\"1\"")).errorMessage())
                .contains("16 hexadecimal digits");
        assertThat(post(first, "/v1/clusters/c0/cordon", Optional.of("\"1\"")).errorMessage())
                .contains("\".5\"");
    }

    @Test
    void aProjectIsChangedByTheTagOfItsRecord() throws Exception {
        // Given
        String path = "/v1/projects/" + project();
        Reply seen = first.as("operator").get(path);
        Reply seenElsewhere = second.as("operator").get(path);

        // When
        Reply others = post(second, path + "/offline", seenElsewhere.etag());
        Reply late = post(first, path + "/offline", seen.etag());
        Reply lateDeletion = delete(first, path + "?reason=x", seen.etag());
        Reply next = post(first, path + "/online", others.etag());
        Reply whatever = delete(second, path + "?reason=x", any());

        // Then
        assertThat(seen.etag()).isPresent().isEqualTo(seenElsewhere.etag());
        assertThat(others.status()).isEqualTo(200);
        for (Reply refused : List.of(late, lateDeletion)) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.errorCode()).isEqualTo("version_conflict");
            assertThat(refused.etag()).isEqualTo(others.etag());
            assertThat(refused.json().at("/error/etag").asText())
                    .isEqualTo(others.etag().orElseThrow());
            assertThat(refused.errorMessage()).contains("read it again");
        }
        assertThat(next.status()).isEqualTo(200);
        assertThat(next.etag()).isPresent().isNotEqualTo(seen.etag());
        assertThat(whatever.json().path("state").asText()).isEqualTo("deleted");
        for (TestAdmin router : List.of(first, second)) {
            await().atMost(PATIENCE)
                    .until(() -> router.as("viewer").get(path).etag().equals(whatever.etag()));
        }
    }

    @Test
    void aDryRunHasTheTagOfWhatItWasReckonedBy() throws Exception {
        // Given
        String path = "/v1/projects/" + project();
        String cluster = cluster();

        // When
        Reply dry = first.as("operator").post(path + "/offline?dryRun=true", REASON);
        Reply dryDeletion = first.as("operator").delete(path + "?dryRun=true");
        Reply dryDrain = first.as("operator").post(cluster + "/drain?dryRun=true", REASON);
        Reply offline = post(first, path + "/offline", dry.etag());
        await().atMost(PATIENCE)
                .until(() -> first.as("viewer").get(path).etag().equals(offline.etag()));
        Reply late = delete(first, path + "?dryRun=true", dry.etag());
        Reply drained = post(first, cluster + "/drain", dryDrain.etag());

        // Then
        assertThat(dry.json().path("to").asText()).isEqualTo("offline");
        assertThat(dry.etag()).isPresent().isEqualTo(dryDeletion.etag());
        assertThat(dryDrain.etag()).contains("\".0\"");
        assertThat(offline.status()).isEqualTo(200);
        assertThat(late.errorCode()).isEqualTo("version_conflict");
        assertThat(late.etag()).isEqualTo(offline.etag());
        assertThat(drained.status()).isEqualTo(200);
    }

    @Test
    void whatBecomesOfANeighbourInItsBucketChangesNoTag() throws Exception {
        // Given
        ProjectId project = project();
        String path = "/v1/projects/" + project;
        Reply seen = first.as("operator").get(path);
        int bucket = Buckets.of(project);
        ProjectId neighbour =
                IntStream.range(0, 100 * Buckets.COUNT)
                        .mapToObj(i -> new ProjectId("neighbour-" + i))
                        .filter(one -> Buckets.of(one) == bucket)
                        .findFirst()
                        .orElseThrow();

        // When
        place(neighbour);
        Reply own = post(first, path + "/offline", seen.etag());

        // Then
        assertThat(own.status()).isEqualTo(200);
    }

    @Test
    void aHandEditOfAProjectIsSeenBeforeAnyRouterHasIt() throws Exception {
        // Given
        ProjectId project = project();
        String path = "/v1/projects/" + project;
        Reply seen = first.as("operator").get(path);
        String znode = "/projects/" + Buckets.name(Buckets.of(project));

        // When
        byHand(
                znode,
                new String(operator.client().getData().forPath(znode), StandardCharsets.UTF_8)
                        .replace("for a test", "by hand"));
        Reply late = post(first, path + "/offline", seen.etag());

        // Then
        assertThat(late.errorCode()).isEqualTo("version_conflict");
        await().atMost(PATIENCE)
                .until(() -> second.as("viewer").get(path).etag().equals(late.etag()));
        assertThat(second.as("viewer").get(path).json().path("reason").asText())
                .isEqualTo("by hand");
        assertThat(post(second, path + "/offline", late.etag()).status()).isEqualTo(200);
    }

    @Test
    void ofManyWhoHaveSeenTheSameOfAProjectOneChangesIt() throws Exception {
        // Given
        String path = "/v1/projects/" + project();
        Optional<String> seen = first.as("operator").get(path).etag();
        List<Callable<Integer>> people = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestAdmin router = i % 2 == 0 ? first : second;
            String body = "{\"reason\": \"by no. " + i + "\"}";
            people.add(() -> send(router, "POST", path + "/offline", body, seen).status());
        }

        // When
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> one : threads.invokeAll(people)) {
                statuses.add(one.get());
            }
        }

        // Then
        assertThat(statuses).containsOnly(200, 409);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    }

    @Test
    void aHandEditIsSeenByItsVersion() throws Exception {
        // Given
        String path = cluster();
        String id = path.substring(path.lastIndexOf('/') + 1);
        Reply seen = first.as("admin").get(path + "/definition");
        ObjectNode edited = seen.json().deepCopy();
        edited.put("v", 1).put("weight", 300);

        // When
        byHand("/clusters/" + id, edited.toString());
        await().atMost(PATIENCE)
                .until(
                        () ->
                                first.as("viewer")
                                        .get(path + "/definition")
                                        .etag()
                                        .equals(Optional.of("\"1\"")));
        byHand("/clusters/" + id, "{nonsense");
        Reply byOld = put(first, path, seen.json().toString(), Optional.of("\"1\""));

        // Then: what is in force came with version 1, and something else stands there
        assertThat(byOld.errorCode()).isEqualTo("version_conflict");
        assertThat(byOld.etag()).contains("\"2\"");
        assertThat(first.as("viewer").get(path + "/definition").etag()).contains("\"1\"");
    }

    @Test
    void ofManyWhoHaveSeenTheSameOneChangesIt() throws Exception {
        // Given
        String path = cluster();
        Reply seen = first.as("admin").get(path + "/definition");
        List<Callable<Integer>> people = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int weight = 500 + i;
            TestAdmin router = i % 2 == 0 ? first : second;
            people.add(() -> put(router, path, edited(seen, weight), seen.etag()).status());
        }

        // When
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> one : threads.invokeAll(people)) {
                statuses.add(one.get());
            }
        }

        // Then
        assertThat(statuses).containsOnly(200, 409);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    }

    @Test
    void bothRoutersWriteIntoOneAuditAndLoseNothing() throws Exception {
        // Given
        String path = cluster();
        String id = path.substring(path.lastIndexOf('/') + 1);
        List<Callable<Integer>> people = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            TestAdmin router = i % 2 == 0 ? first : second;
            String reason = "{\"reason\": \"round " + i + "\"}";
            people.add(() -> router.as("operator").post(path + "/cordon", reason).status());
        }

        // When
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> one : threads.invokeAll(people)) {
                assertThat(one.get()).isEqualTo(200);
            }
        }

        // Then
        JsonNode entries =
                second.as("viewer")
                        .get("/v1/audit?limit=1000&by=the-operator&target=" + id)
                        .json()
                        .path("entries");
        assertThat(entries).hasSize(40);
        assertThat(new HashSet<>(entries.findValuesAsText("reason"))).hasSize(40);
        assertThat(new HashSet<>(entries.findValuesAsText("intentVersion"))).hasSize(40);
        assertThat(new HashSet<>(entries.findValuesAsText("router")))
                .containsExactlyInAnyOrder("r1", "r2");
    }

    /** The path of a new cluster that both routers know. */
    private static synchronized String cluster() {
        clusters++;
        String id = "c" + clusters;
        assertThat(create(first, id).status()).isEqualTo(201);
        awaitCluster(id);
        return "/v1/clusters/" + id;
    }

    /** A new project on cluster c0 that both routers know, and serve. */
    private static synchronized ProjectId project() throws Exception {
        projects++;
        ProjectId id = new ProjectId("p" + projects);
        place(id);
        for (TestAdmin router : List.of(first, second)) {
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    router.as("viewer")
                                            .get("/v1/projects/" + id)
                                            .json()
                                            .path("state")
                                            .asText()
                                            .equals("serving"));
        }
        return id;
    }

    private static void place(ProjectId id) throws Exception {
        operator.writer().place(id, Optional.of(new ClusterId("c0")));
        operator.writer()
                .changePlacement(
                        id, found -> found.in(ProjectState.SERVING, Instant.now(), "for a test"));
    }

    private static void awaitCluster(String id) {
        for (TestAdmin router : List.of(first, second)) {
            await().atMost(PATIENCE)
                    .until(() -> router.as("viewer").get("/v1/clusters/" + id).etag().isPresent());
        }
    }

    private static Reply create(TestAdmin router, String id) {
        return router.as("admin")
                .put(
                        "/v1/clusters/" + id,
                        """
                        {"family": "mariadb", "labels": {"rack": "7"}, "instances":
                          [{"id": "%s-1", "host": "%s.example", "port": 3306}]}
                        """
                                .formatted(id, id));
    }

    private static String edited(Reply definition, int weight) {
        ObjectNode json = definition.json().deepCopy();
        return json.put("weight", weight).toString();
    }

    private static Optional<String> any() {
        return Optional.of("*");
    }

    private static Reply put(TestAdmin router, String path, String body, Optional<String> tag) {
        return send(router, "PUT", path, body, tag);
    }

    private static Reply post(TestAdmin router, String path, Optional<String> tag) {
        return send(router, "POST", path, REASON, tag);
    }

    private static Reply delete(TestAdmin router, String path, Optional<String> tag) {
        return send(router, "DELETE", path, "", tag);
    }

    private static Reply send(
            TestAdmin router, String method, String path, String body, Optional<String> tag) {
        return HttpCaller.send(
                router.as("admin")
                        .request(path)
                        .header("Content-Type", "application/json")
                        .header("If-Match", tag.orElseThrow())
                        .method(method, BodyPublishers.ofString(body)));
    }

    private static void byHand(String znode, String content) throws Exception {
        operator.client().setData().forPath(znode, content.getBytes(StandardCharsets.UTF_8));
    }
}
