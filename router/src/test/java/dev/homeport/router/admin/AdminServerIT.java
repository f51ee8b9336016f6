package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.FleetGuard;
import dev.homeport.router.guard.Guard;
import dev.homeport.router.guard.GuardMeters;
import dev.homeport.router.guard.JudgedStatement;
import dev.homeport.router.guard.RecentStatements;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.testkit.fleet.Incidents;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport.SessionCounts;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The interface over real HTTP, with a fleet in memory. */
final class AdminServerIT {
    private static final RouterId SELF = new RouterId("r1");
    private static final Clock CLOCK = Clock.fixed(FakeFleet.NOW, ZoneOffset.UTC);
    private static final Queue<CompletableFuture<?>> CLOSING = new ConcurrentLinkedQueue<>();
    private static final String REASON = "{\"reason\": \"works\"}";

    @TempDir private Path directory;

    private final FakeFleet fleet =
            FakeFleet.empty()
                    .with("c1", Health.HEALTHY)
                    .with("c2", Health.HEALTHY)
                    .withProject("p1", "c1", ProjectState.SERVING)
                    .withProject("p2", "c2", ProjectState.SERVING)
                    .withRouter(FakeFleet.report("r1", 99, 99))
                    .withRouter(FakeFleet.report("r2", 5, 2));
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RecentStatements recent = new RecentStatements();
    private final FleetGuard guard =
            new FleetGuard(
                    fleet,
                    new NothingShared(),
                    instance -> {
                        throw new IllegalStateException("no quarantine here");
                    },
                    Runnable::run,
                    recent,
                    new GuardMeters(meters),
                    CLOCK);
    private Optional<String> notReady = Optional.empty();
    private AdminServer server;
    private PlacementService placement;

    @BeforeEach
    void startServer() throws Exception {
        placement = PlacementService.withoutProvisioning(SELF, fleet, fleet, CLOCK);
        server = start(fleet, Optional.of(TestTokens.write(directory.resolve("tokens"))));
    }

    @AfterEach
    void closeServer() {
        // Each takes two seconds to close, so they do it side by side.
        CLOSING.add(CompletableFuture.runAsync(server::close));
        placement.close();
    }

    @AfterAll
    static void awaitClosed() {
        CLOSING.forEach(CompletableFuture::join);
    }

    @TestFactory
    Stream<DynamicTest> everyRouteAsksForItsRole() {
        return endpoints()
                .map(
                        endpoint ->
                                DynamicTest.dynamicTest(
                                        endpoint.method() + " " + endpoint.path(),
                                        () -> assertAsksForItsRole(endpoint)));
    }

    private void assertAsksForItsRole(Endpoint endpoint) {
        for (String token : List.of("", "peer", "viewer", "operator", "admin")) {
            // When
            Reply reply = call(endpoint, as(token));

            // Then
            boolean isAdmitted =
                    endpoint.role()
                            .map(needed -> !token.isEmpty() && role(token).includes(needed))
                            .orElse(true);
            if (isAdmitted) {
                assertThat(reply.status()).as(token).isNotIn(401, 403);
            } else {
                assertThat(reply.status()).as(token).isEqualTo(token.isEmpty() ? 401 : 403);
            }
        }
    }

    private Stream<Endpoint> endpoints() {
        return EndpointTable.of(SELF, parts(fleet), Map::of, new EventFeed(), CLOCK).stream();
    }

    @TestFactory
    Stream<DynamicTest> everyRouteRefusesPagesOfOtherSites() {
        return endpoints()
                .map(
                        endpoint ->
                                DynamicTest.dynamicTest(
                                        endpoint.method() + " " + endpoint.path(),
                                        () -> assertRefusesOtherSites(endpoint)));
    }

    private void assertRefusesOtherSites(Endpoint endpoint) {
        // When
        Reply reply =
                HttpCaller.send(
                        as("admin")
                                .request(path(endpoint))
                                .header("Origin", "http://evil.example")
                                .header("Content-Type", "application/json")
                                .method(endpoint.method().name(), BodyPublishers.ofString("{}")));

        // Then
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.errorCode()).isEqualTo("forbidden_origin");
    }

    @Test
    void showsAClusterWithEverythingThatIsKnownOfIt() {
        // When
        JsonNode cluster = as("viewer").get("/v1/clusters/c1").json();

        // Then
        assertThat(cluster.path("id").asText()).isEqualTo("c1");
        assertThat(cluster.path("family").asText()).isEqualTo("mariadb");
        assertThat(cluster.path("intent").asText()).isEqualTo("active");
        assertThat(cluster.path("health").asText()).isEqualTo("healthy");
        assertThat(cluster.path("epoch").asLong()).isEqualTo(7);
        assertThat(cluster.path("primary").asText()).isEqualTo("c1-1");
        assertThat(cluster.path("residents").asInt()).isEqualTo(1);
        assertThat(cluster.path("acceptsProjects").asBoolean()).isTrue();
        assertThat(cluster.at("/instances/1/role").asText()).isEqualTo("replica");
        // Its own three are counted here and now, the report's 99 are older.
        assertThat(cluster.path("sessions").asInt()).isEqualTo(8);
        assertThat(cluster.path("transactions").asInt()).isEqualTo(3);
    }

    @Test
    void showsWhichServersRunAndWhatTheyHaveInCommon() {
        // Given: a1 remembers the server that a2 found replaced
        fleet.withAgent("a1", "c1", seen("c1-1", Reachability.SILENT, Optional.of("10.6.1")))
                .withAgent(
                        "a2",
                        "c1",
                        seen("c1-1", Reachability.ANSWERS, Optional.of("10.11.14")),
                        seen("c1-2", Reachability.SILENT, Optional.empty()))
                .withCapabilities("c1", new ServerCapabilities(1L << 24 | 1L << 32));

        // When
        JsonNode cluster = as("viewer").get("/v1/clusters/c1").json();
        JsonNode agents = as("viewer").get("/v1/agents").json();

        // Then
        assertThat(cluster.at("/instances/0/version").asText()).isEqualTo("10.11.14");
        assertThat(cluster.at("/instances/1/version").isNull()).isTrue();
        assertThat(cluster.path("capabilities"))
                .extracting(JsonNode::asText)
                .containsExactly("CLIENT_DEPRECATE_EOF", "MARIADB_CLIENT_PROGRESS");
        assertThat(agents.at("/agents/0/instances/0/version").asText()).isEqualTo("10.6.1");
        assertThat(agents.at("/agents/0/instances/0/capabilities").asText()).isEqualTo("0x7fe");
        assertThat(as("viewer").get("/v1/clusters/c2").json().path("capabilities").isNull())
                .isTrue();
    }

    private static InstanceStatus seen(
            String instance, Reachability reachability, Optional<String> version) {
        return new InstanceStatus(
                new InstanceId(instance),
                reachability,
                false,
                Optional.empty(),
                Optional.empty(),
                version.map(text -> new Server(text, new ServerCapabilities(0x7fe))),
                "");
    }

    @Test
    void tellsOtherRoutersWhoseAConnectionIs() {
        // When
        Reply found = as("peer").get("/v1/connections/42");

        // Then
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().toString())
                .isEqualTo(
                        "{\"project\":\"p1\",\"user\":\"app\",\"instance\":\"c1-1\","
                                + "\"host\":\"10.0.0.11\",\"port\":3306,"
                                + "\"backendConnectionId\":4294967295}");
        assertThat(as("peer").get("/v1/connections/43").status()).isEqualTo(404);
        for (String id : List.of("0", "-1", "2147483648", "99999999999", "x")) {
            assertThat(as("peer").get("/v1/connections/" + id).status()).as(id).isEqualTo(400);
        }
        assertThat(as("admin").get("/v1/connections/42").status()).isEqualTo(403);
    }

    @Test
    void tellsWhoseAThreadIsAndWhatItDoes() {
        // Given
        JudgedStatement first = judge(57, StatementClass.DROP_TABLE);
        guard.done(first, Guard.Outcome.QUARANTINED);
        judge(57, StatementClass.DROP_COLUMN);
        judge(58, StatementClass.DROP_TABLE);

        // When
        Reply reply =
                as("viewer").get("/v1/attribution?cluster=c1&instance=db-1&threads=59,58,57,57");

        // Then
        JsonNode threads = reply.json().path("threads");
        assertThat(threads).hasSize(2);
        assertThat(threads.path(0).path("threadId").asLong()).isEqualTo(57);
        assertThat(threads.path(0).path("client").asText()).isEqualTo("10.0.0.7:51234");
        assertThat(threads.path(0).path("open").asBoolean()).isTrue();
        assertThat(threads.at("/0/statements")).hasSize(2);
        assertThat(threads.at("/0/statements/0").toString())
                .isEqualTo(
                        "{\"number\":1,\"sentAt\":\"2026-01-31T12:00:00Z\","
                                + "\"at\":\"2026-01-31T12:00:00Z\",\"statement\":\"drop-table\","
                                + "\"ruling\":\"kept\",\"outcome\":\"quarantined\","
                                + "\"tables\":[{\"schema\":\"p1\",\"table\":\"orders\"}],"
                                + "\"schema\":\"\",\"note\":\"\"}");
        assertThat(threads.at("/0/statements/1/outcome").asText()).isEqualTo("running");
        assertThat(threads.at("/0/statements/1/ruling").asText()).isEqualTo("allowed");
        // Of this one only what it sent is known.
        assertThat(threads.path(1).path("threadId").asLong()).isEqualTo(58);
        assertThat(threads.path(1).path("project").asText()).isEqualTo("p1");
        assertThat(threads.path(1).path("open").asBoolean()).isFalse();
        JsonNode all = as("viewer").get("/v1/destructive-statements?after=1").json();
        assertThat(all.path("statements")).hasSize(2);
        assertThat(all.at("/statements/1/threadId").asLong()).isEqualTo(58);
        assertThat(all.at("/statements/1/outcome").asText()).isEqualTo("running");
    }

    @Test
    void showsTheLastStatementsOfAThreadOnly() {
        // Given
        for (int i = 0; i < 1005; i++) {
            judge(57, StatementClass.DROP_COLUMN);
        }

        // When
        JsonNode statements =
                as("viewer")
                        .get("/v1/attribution?cluster=c1&instance=db-1&threads=57")
                        .json()
                        .at("/threads/0/statements");

        // Then
        assertThat(statements).hasSize(1000);
        assertThat(statements.path(999).path("number").asLong()).isEqualTo(1005);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cluster=c1&instance=db-1",
                "cluster=c1&threads=57",
                "instance=db-1&threads=57",
                "cluster=C1&instance=db-1&threads=57",
                "cluster=c1&instance=db-1&threads=",
                "cluster=c1&instance=db-1&threads=0",
                "cluster=c1&instance=db-1&threads=-1",
                "cluster=c1&instance=db-1&threads=4294967296",
                "cluster=c1&instance=db-1&threads=57,,58",
                "cluster=c1&instance=db-1&threads=57,x",
                "cluster=c1&instance=db-1&threads=57&threads=58",
                "cluster=c1&instance=db-1&thread=57",
            })
    void aWrongQuestionForAThreadIsRefused(String query) {
        // When
        Reply reply = as("viewer").get("/v1/attribution?" + query);

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems")).isNotEmpty();
    }

    @Test
    void asManyThreadsAsAllowedCanBeAskedFor() {
        // Given
        String most =
                IntStream.rangeClosed(1, 100)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        String path = "/v1/attribution?cluster=c1&instance=db-1&threads=" + most;

        // Then
        assertThat(as("viewer").get(path).json().path("threads")).hasSize(1);
        assertThat(as("viewer").get(path + ",101").status()).isEqualTo(400);
    }

    @Test
    void tellsWhichProjectsMissTables() {
        // When
        Reply reply = as("viewer").get("/v1/missing-tables?cluster=c1");

        // Then
        assertThat(reply.json().toString())
                .isEqualTo("{\"windowSeconds\":60,\"projects\":{\"p1\":57}}");
        assertThat(as("viewer").get("/v1/missing-tables").status()).isEqualTo(400);
    }

    private JudgedStatement judge(long threadId, StatementClass kind) {
        return guard.judge(
                        new DestructiveAct(
                                new ProjectId("p1"),
                                new ClusterId("c1"),
                                new Instance(new InstanceId("db-1"), "10.0.0.11", 3306),
                                "app",
                                "10.0.0.7:51234",
                                threadId,
                                kind,
                                List.of(new TableName("p1", "orders")),
                                "",
                                true))
                .join();
    }

    @Test
    void listsClustersAndKnowsNoOthers() {
        assertThat(as("viewer").get("/v1/clusters").json().path("clusters")).hasSize(2);
        assertThat(as("viewer").get("/v1/clusters/c9").status()).isEqualTo(404);
        assertThat(as("viewer").get("/v1/clusters/C9").status()).isEqualTo(400);
    }

    @Test
    void anOperatorTakesAClusterOfflineAndBack() {
        // When
        Reply offline =
                as("operator")
                        .post(
                                "/v1/clusters/c1/offline",
                                "{\"reason\": \"disk\", \"retryAfter\": 60, \"now\": true}");

        // Then
        assertThat(offline.status()).isEqualTo(200);
        assertThat(offline.json().path("intent").asText()).isEqualTo("offline");
        assertThat(offline.json().path("by").asText()).isEqualTo("the-operator");
        assertThat(offline.json().path("deadline").asInt()).isZero();
        assertThat(offline.json().path("applied").asBoolean()).isTrue();
        JsonNode project = as("viewer").get("/v1/projects/p1").json();
        assertThat(project.path("available").asBoolean()).isFalse();
        assertThat(project.path("limit").asText()).isEqualTo("refuse");
        assertThat(project.path("limitedBy").asText()).isEqualTo("cluster-offline");
        assertThat(project.path("retryAfter").asInt()).isEqualTo(60);
        assertThat(as("viewer").get("/v1/projects/p2").json().path("available").asBoolean())
                .isTrue();

        // When
        Reply online = as("operator").post("/v1/clusters/c1/online", REASON);

        // Then
        assertThat(online.json().path("intent").asText()).isEqualTo("active");
        assertThat(as("operator").post("/v1/clusters/c1/online", REASON).status()).isEqualTo(409);
        assertThat(as("operator").post("/v1/clusters/c1/uncordon", REASON).status()).isEqualTo(409);
    }

    @Test
    void aDryRunShowsTheBlastRadiusAndChangesNothing() {
        // When
        Reply reply = as("operator").post("/v1/clusters/c1/offline?dryRun=true", "{}");

        // Then
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("from").asText()).isEqualTo("active");
        assertThat(reply.json().path("to").asText()).isEqualTo("offline");
        assertThat(reply.json().path("residents").asInt()).isEqualTo(1);
        assertThat(reply.json().path("sessions").asInt()).isEqualTo(8);
        assertThat(reply.json().path("transactions").asInt()).isEqualTo(3);
        assertThat(reply.json().at("/newProjectsPercent/c2").asInt()).isEqualTo(100);
        assertThat(reply.json().at("/otherRouters/r2").asInt()).isEqualTo(5);
        assertThat(reply.json().path("complete").asBoolean()).isTrue();
        assertThat(
                        fleet.current()
                                .flatMap(all -> all.cluster(new ClusterId("c1")))
                                .orElseThrow()
                                .intent()
                                .intent())
                .isEqualTo(Intent.ACTIVE);
        assertThat(as("operator").post("/v1/clusters/c1/uncordon?dryRun=true", "{}").status())
                .isEqualTo(409);
    }

    @Test
    void whatNoAgentWatchesIsPlacedOnLast() {
        // Given
        fleet.with("c3", Health.HEALTHY).withoutAgents("c2");

        // When
        JsonNode unwatched = as("viewer").get("/v1/clusters/c2").json();
        JsonNode radius = as("operator").post("/v1/clusters/c1/offline?dryRun=true", "{}").json();

        // Then
        assertThat(unwatched.path("health").asText()).isEqualTo("unknown");
        assertThat(unwatched.path("acceptsProjects").asBoolean()).isTrue();
        assertThat(unwatched.path("acceptsProjectsReason").asText()).contains("unknown health");
        assertThat(radius.path("newProjectsPercent")).hasSize(1);
        assertThat(radius.at("/newProjectsPercent/c3").asInt()).isEqualTo(100);
    }

    @Test
    void namesEverythingThatIsWrongWithABody() {
        // When
        Reply reply =
                as("operator")
                        .post(
                                "/v1/clusters/c1/drain",
                                "{\"raeson\": \"x\", \"deadline\": -1, \"retryAfter\": \"1m\"}");

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.errorCode()).isEqualTo("invalid");
        assertThat(reply.json().at("/error/problems").findValuesAsText("field"))
                .containsExactlyInAnyOrder("reason", "raeson", "deadline", "retryAfter");
        assertThat(reply.errorMessage()).contains("did you mean \"reason\"?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"reason\": \"a\", \"reason\": \"b\"}",
                "{\"reason\": \"a\"} x",
                "{\"reason\": \"\"}",
                "{\"reason\": \"a\\nb\"}",
                "{\"reason\": \"a\", \"now\": true, \"deadline\": 1}"
            })
    void takesNoBodyThatIsNotWhatItSeems(String body) {
        assertThat(as("operator").post("/v1/clusters/c1/offline", body).status()).isEqualTo(400);
    }

    @Test
    void takesNothingButJson() {
        // When
        Reply reply =
                HttpCaller.send(
                        as("operator")
                                .request("/v1/clusters/c1/cordon")
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString(REASON)));

        // Then
        assertThat(reply.status()).isEqualTo(415);
        assertThat(reply.errorCode()).isEqualTo("unsupported_media_type");
    }

    @Test
    void whoIsRefusedBeforeTheBodyIsReadSeesTheAnswer() {
        // Given
        String large = "x".repeat(200_000);

        for (int i = 0; i < 20; i++) {
            // When
            Reply reply = as("viewer").post("/v1/clusters/c1/cordon", large);

            // Then
            assertThat(reply.status()).isEqualTo(403);
        }
    }

    @Test
    void takesNoBodyWithoutEnd() {
        // When
        Reply reply =
                as("operator")
                        .post(
                                "/v1/clusters/c1/cordon",
                                "{\"reason\": \"" + "x".repeat(300_000) + "\"}");

        // Then
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.errorCode()).isNotEmpty();
    }

    @Test
    void answersUnknownPathsAndMethodsInJson() {
        assertThat(as("admin").get("/v1/nothing").errorCode()).isEqualTo("not_found");
        assertThat(as("admin").delete("/v1/status").errorCode()).isEqualTo("method_not_allowed");
        assertThat(as("viewer").get("/v1/projects?clutser=c1").errorMessage())
                .contains("did you mean \"cluster\"?");
        assertThat(as("viewer").get("/v1/projects?limit=0").status()).isEqualTo(400);
        assertThat(as("viewer").get("/v1/projects?state=gone").status()).isEqualTo(400);
    }

    @Test
    void pagesThroughProjects() {
        // When
        JsonNode first = as("viewer").get("/v1/projects?limit=1").json();
        JsonNode second =
                as("viewer")
                        .get("/v1/projects?limit=1&after=" + first.path("next").asText())
                        .json();

        // Then
        assertThat(first.path("projects")).hasSize(1);
        assertThat(second.path("projects")).hasSize(1);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(
                        as("viewer")
                                .get("/v1/projects?cluster=c2&state=serving")
                                .json()
                                .at("/projects/0/id")
                                .asText())
                .isEqualTo("p2");
    }

    @Test
    void takesAProjectOfflineAndBack() {
        // When
        Reply offline = as("operator").post("/v1/projects/p1/offline", REASON);

        // Then
        assertThat(offline.json().path("state").asText()).isEqualTo("offline");
        assertThat(offline.json().path("limitedBy").asText()).isEqualTo("project-offline");
        assertThat(as("operator").post("/v1/projects/p1/online", REASON).json().path("state"))
                .hasToString("\"serving\"");
        assertThat(as("operator").post("/v1/projects/p9/online", REASON).status()).isEqualTo(404);
    }

    @Test
    void saysWhyItPlacesNothing() {
        assertThat(as("operator").post("/v1/projects", "{\"id\": \"p9\"}").errorCode())
                .isEqualTo("provisioning_not_configured");
        assertThat(as("operator").post("/v1/projects", "{\"id\": \"P 9\"}").status())
                .isEqualTo(400);
    }

    @Test
    void whereAProjectWouldGoIsExplainedAndSimulated() {
        // Given
        assertThat(
                        as("admin")
                                .put(
                                        "/v1/placement-policy",
                                        """
                                        {"preferred": [["c2"], ["c1"]], "pinned": {"p99": "c1"},
                                         "rules": [{"projects": ["eu-*"],
                                                    "require": {"region": "eu"}}]}
                                        """)
                                .status())
                .isEqualTo(200);

        // When
        JsonNode pinned = as("viewer").get("/v1/placement/explain?project=P99").json();
        JsonNode ruled = as("viewer").get("/v1/placement/explain?project=eu-1").json();
        JsonNode simulated =
                as("viewer").get("/v1/placement/simulate?projects=500&prefix=us-").json();

        // Then
        assertThat(pinned.path("chosen").asText()).isEqualTo("c1");
        assertThat(pinned.path("pinned").asText()).isEqualTo("c1");
        assertThat(pinned.path("clusters").get(0).path("why").asText())
                .isEqualTo("where it is pinned");
        assertThat(ruled.has("chosen")).isFalse();
        assertThat(ruled.path("rule").asInt()).isOne();
        assertThat(ruled.path("clusters").get(0).path("why").asText())
                .isEqualTo("not fit: rule 1 requires the label region=eu");
        int all = simulated.path("refused").asInt();
        for (JsonNode cluster : simulated.path("clusters")) {
            all += cluster.path("placed").asInt();
        }
        assertThat(all).isEqualTo(500);
        for (String bad :
                List.of(
                        "/v1/placement/explain",
                        "/v1/placement/explain?project=No+Id",
                        "/v1/placement/simulate?projects=0",
                        "/v1/placement/simulate?projects=1000001",
                        "/v1/placement/simulate?prefix=-")) {
            assertThat(as("viewer").get(bad).status()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void anAdminChangesClustersAndThePolicy() {
        // When
        Reply created =
                as("admin")
                        .put(
                                "/v1/clusters/c3",
                                """
                                {"family": "mysql",
                                 "instances": [{"id": "c3-1", "host": "db", "port": 3306}]}
                                """);
        Reply policy = as("admin").put("/v1/placement-policy", "{\"preferred\": [\"c3\", \"c1\"]}");

        // Then
        assertThat(created.status()).isEqualTo(201);
        assertThat(policy.status()).isEqualTo(200);
        assertThat(as("viewer").get("/v1/placement-policy").json().path("preferred"))
                .hasToString("[\"c3\",\"c1\"]");
        assertThat(as("admin").put("/v1/clusters/c3", "{\"family\": \"db2\"}").status())
                .isEqualTo(400);
        assertThat(as("admin").put("/v1/placement-policy", "{\"preferred\": [\"c9\"]}").status())
                .isEqualTo(400);
        assertThat(as("admin").delete("/v1/clusters/c1").status()).isEqualTo(409);
        Reply named = as("admin").delete("/v1/clusters/c3");
        assertThat(named.json().at("/error/conflictsWith").toString())
                .isEqualTo("[\"placement-policy\"]");
        as("admin").put("/v1/placement-policy", "{\"preferred\": [\"c1\"]}");
        assertThat(as("admin").delete("/v1/clusters/c3").status()).isEqualTo(200);
    }

    @Test
    void saysThatZooKeeperIsAway() {
        // Given
        fleet.connection(Connection.SUSPENDED);

        // When
        Reply reply = as("operator").post("/v1/clusters/c1/cordon", REASON);

        // Then
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.errorCode()).isEqualTo("zookeeper_unavailable");
        assertThat(reply.raw().headers().firstValue("Retry-After")).isPresent();
        JsonNode status = as("viewer").get("/v1/status").json();
        assertThat(status.at("/map/connection").asText()).isEqualTo("suspended");
        assertThat(status.at("/problems/0/subject").asText()).isEqualTo("ZooKeeper");
    }

    @Test
    void showsTheFleetAtAGlance() {
        // When
        JsonNode status = as("viewer").get("/v1/status").json();

        // Then
        assertThat(status.path("ready").asBoolean()).isTrue();
        assertThat(status.path("problems")).isEmpty();
        assertThat(status.path("clusters")).hasSize(2);
        assertThat(status.at("/projects/serving").asInt()).isEqualTo(2);
        assertThat(status.at("/projects/total").asInt()).isEqualTo(2);
        assertThat(status.at("/map/ageSeconds").asDouble()).isZero();
        assertThat(as("viewer").get("/v1/routers").json().path("routers")).hasSize(2);
        assertThat(as("viewer").get("/v1/agents").json().path("agents")).hasSize(2);
    }

    @Test
    void explainsARoute() {
        // When
        JsonNode route = as("viewer").get("/v1/route?user=app%2Bp1&attribute.project=p1").json();

        // Then
        assertThat(route.at("/keys/0/key").asText()).isEqualTo("user");
        assertThat(route.path("project").asText()).isEqualTo("p1");
        assertThat(route.at("/error/kind").asText()).isEqualTo("cluster_offline");
        assertThat(as("viewer").get("/v1/route").status()).isEqualTo(400);
        assertThat(as("viewer").get("/v1/route?user=a&listener=none").status()).isEqualTo(400);
    }

    @Test
    void readinessSaysWhyNot() {
        // Given
        assertThat(as("").get("/health/live").status()).isEqualTo(200);
        assertThat(as("").get("/health/ready").status()).isEqualTo(200);

        // When
        notReady = Optional.of("the MySQL port is not open yet");

        // Then
        Reply reply = as("").get("/health/ready");
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().path("reason").asText())
                .isEqualTo("the MySQL port is not open yet");
    }

    @Test
    void aRouterWithoutAPictureIsNotReadyAndSaysSo() throws Exception {
        // Given
        try (AdminServer blind =
                start(FakeFleet.withoutPicture(), Optional.of(directory.resolve("tokens")))) {
            HttpCaller caller = new HttpCaller(blind.url(), "viewer");

            // Then
            assertThat(caller.get("/health/ready").status()).isEqualTo(503);
            assertThat(caller.get("/v1/clusters").errorCode()).isEqualTo("no_picture");
            JsonNode status = caller.get("/v1/status").json();
            assertThat(status.path("ready").asBoolean()).isFalse();
            assertThat(status.at("/problems/0/what").asText())
                    .isEqualTo("has no picture of the fleet");
        }
    }

    @Test
    void metricsComeInPrometheusForm() {
        // Given
        meters.counter("router.test").increment();

        // When
        Reply reply = as("viewer").get("/metrics");

        // Then
        assertThat(reply.raw().body()).contains("router_test_total 1.0");
        assertThat(reply.raw().headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain");
    }

    @Test
    void theGuardIsShownAsItIsPut() {
        // Given
        String policy =
                """
                {"observe": true, "retention": "24h", "rules": [
                  {"tables": ["tmp_*"], "actions": {"drop-table": "allow", "all": "log"}}]}
                """;

        // When
        Reply put = as("admin").put("/v1/guard", policy);
        Reply shown = as("viewer").get("/v1/guard");
        Reply again = as("admin").put("/v1/guard", shown.json().toString());

        // Then
        assertThat(put.status()).isEqualTo(200);
        assertThat(put.json().path("applied").asBoolean()).isTrue();
        assertThat(shown.json().path("retention").asText()).isEqualTo("24h");
        assertThat(shown.json().path("generations").asInt()).isEqualTo(10);
        assertThat(shown.json().at("/rules/0/actions/all").asText()).isEqualTo("log");
        assertThat(again.status()).isEqualTo(200);
        assertThat(problemsOf(as("viewer").get("/v1/status")))
                .contains("guard only observes: whatever a rule says is logged, and nothing more");
    }

    @Test
    void aWrongGuardIsRefusedWithItsFields() {
        // When
        Reply reply =
                as("admin")
                        .put(
                                "/v1/guard",
                                "{\"rules\": [{\"actions\": {\"shutdown\": \"quarantine\"}}],"
                                        + " \"retentoin\": \"1d\"}");

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems"))
                .anySatisfy(one -> assertThat(one.path("field").asText()).isEqualTo("rules[0]"))
                .anySatisfy(
                        one -> assertThat(one.path("suggestion").asText()).isEqualTo("retention"));
    }

    @Test
    void approvalsAndAnnouncementsAreGivenShownAndTakenBack() {
        // When
        Reply approved =
                as("operator")
                        .post(
                                "/v1/approvals",
                                """
                                {"project": "p1", "classes": ["drop-table"], "tables": ["x*"],
                                 "statements": 5, "for": "10m", "reason": "clean-up"}
                                """);
        Reply announced =
                as("operator")
                        .post(
                                "/v1/announcements",
                                "{\"project\": \"p1\", \"tenant\": \"12\", \"reason\": \"leaves\"}");

        // Then
        assertThat(approved.status()).isEqualTo(201);
        assertThat(approved.json().path("by").asText()).isEqualTo("the-operator");
        assertThat(approved.json().path("until").asText()).isEqualTo("2026-01-31T12:10:00Z");
        assertThat(approved.json().path("good").asBoolean()).isTrue();
        assertThat(announced.json().path("until").asText()).isEqualTo("2026-01-31T13:00:00Z");
        JsonNode shown = as("viewer").get("/v1/approvals").json().path("approvals");
        assertThat(shown).hasSize(1);
        String approval = "/v1/approvals/" + shown.path(0).path("id").asText();
        String announcement = "/v1/announcements/" + announced.json().path("id").asText();
        assertThat(as("viewer").get("/v1/announcements").json().path("announcements")).hasSize(1);
        assertThat(as("operator").delete(approval).status()).isEqualTo(200);
        assertThat(as("operator").delete(approval).status()).isEqualTo(404);
        assertThat(as("operator").delete(announcement).status()).isEqualTo(200);
        assertThat(as("viewer").get("/v1/announcements").json().path("announcements")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"project\": \"p1\", \"classes\": [\"drop-table\"], \"tables\": [\"x\"]}",
                "{\"project\": \"p1\", \"classes\": [\"drop-tables\"], \"tables\": [\"x\"], \"reason\": \"r\"}",
                "{\"project\": \"p1\", \"classes\": [], \"tables\": [\"x\"], \"reason\": \"r\"}",
                "{\"project\": \"p1\", \"classes\": [\"drop-table\"], \"tables\": [], \"reason\": \"r\"}",
                "{\"project\": \"p1\", \"classes\": [\"drop-table\"], \"tables\": [\"x\"], \"statements\": 0, \"reason\": \"r\"}",
                "{\"project\": \"p1\", \"classes\": [\"drop-table\"], \"tables\": [\"x\"], \"for\": \"9d\", \"reason\": \"r\"}",
                "{\"project\": \"p1\", \"classes\": [\"drop-table\"], \"tables\": [\"x\"], \"reason\": \"a\\nb\"}",
            })
    void aWrongApprovalIsRefused(String body) {
        // When
        Reply reply = as("operator").post("/v1/approvals", body);

        // Then
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/error/problems")).isNotEmpty();
    }

    @Test
    void nothingIsPermittedForAProjectThatNobodyKnows() {
        // When
        Reply reply =
                as("operator")
                        .post("/v1/announcements", "{\"project\": \"p99\", \"reason\": \"r\"}");

        // Then
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().at("/error/code").asText()).isEqualTo("unknown_project");
    }

    @Test
    void anIncidentStandsFirstAndIsClosedWithAReason() {
        // Given
        fleet.with(Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1"));
        fleet.with(Incidents.dataLoss("i2", "c2", IncidentLimit.ALERT, "p2"));

        // When
        Reply status = as("viewer").get("/v1/status");
        Reply open = as("viewer").get("/v1/incidents?state=open&cluster=c1");
        Reply project = as("viewer").get("/v1/projects/p1");
        Reply cluster = as("viewer").get("/v1/clusters/c1");
        Reply withoutReason = as("operator").post("/v1/incidents/i1/close", "{}");
        Reply closed = as("operator").post("/v1/incidents/i1/close", "{\"reason\": \"restored\"}");
        Reply twice = as("operator").post("/v1/incidents/i1/close", REASON);

        // Then
        assertThat(status.json().at("/problems/0/subject").asText()).isEqualTo("incident i2");
        assertThat(status.json().at("/problems/1/affects").asText())
                .isEqualTo(
                        "project p1 is refused, the others are served; new projects go elsewhere");
        assertThat(status.json().path("openIncidents").asInt()).isEqualTo(2);
        assertThat(open.json().path("incidents")).hasSize(1);
        assertThat(open.json().at("/incidents/0/scope/projects/0").asText()).isEqualTo("p1");
        assertThat(project.json().path("limitedBy").asText()).isEqualTo("project-data-loss");
        assertThat(cluster.json().path("availability").asText()).isEqualTo("serve");
        assertThat(cluster.json().path("acceptsProjectsReason").asText())
                .isEqualTo("not fit: it has an open incident of data loss");
        assertThat(withoutReason.status()).isEqualTo(400);
        assertThat(closed.json().at("/closed/by").asText()).isEqualTo("the-operator");
        assertThat(twice.status()).isEqualTo(409);
        assertThat(as("viewer").get("/v1/incidents/i1").json().path("state").asText())
                .isEqualTo("closed");
        assertThat(as("viewer").get("/v1/incidents?state=closed").json().path("incidents"))
                .hasSize(1);
        assertThat(as("viewer").get("/v1/incidents").json().path("incidents")).hasSize(2);
        assertThat(as("viewer").get("/v1/incidents/i9").status()).isEqualTo(404);
        assertThat(as("viewer").get("/v1/incidents?state=odd").status()).isEqualTo(400);
        assertThat(as("viewer").get("/v1/projects/p1").json().path("available").asBoolean())
                .isTrue();
    }

    @Test
    void openIncidentsAreShownWhileZooKeeperIsAway() {
        // Given
        fleet.with(Incidents.dataLoss("i1", "c1", IncidentLimit.CONTAIN, "p1"));
        fleet.connection(Connection.LOST);

        // Then
        assertThat(as("viewer").get("/v1/incidents?state=open").json().path("incidents"))
                .hasSize(1);
        assertThat(as("viewer").get("/v1/incidents/i1").status()).isEqualTo(200);
        assertThat(as("viewer").get("/v1/incidents").status()).isEqualTo(503);
        assertThat(as("operator").post("/v1/incidents/i1/close", REASON).status()).isEqualTo(503);
    }

    @Test
    void aDeletedProjectIsATombstone() {
        // Given
        fleet.withProject("p3", "c1", ProjectState.RESTORING);

        // When
        Reply deleted = as("operator").delete("/v1/projects/p1?reason=bye");
        Reply twice = as("operator").delete("/v1/projects/p1");
        Reply busy = as("operator").delete("/v1/projects/p3");
        Reply unknown = as("operator").delete("/v1/projects/p99");

        // Then
        assertThat(deleted.json().path("state").asText()).isEqualTo("deleted");
        assertThat(deleted.json().path("reason").asText()).isEqualTo("bye");
        assertThat(twice.status()).isEqualTo(200);
        assertThat(busy.status()).isEqualTo(409);
        assertThat(unknown.status()).isEqualTo(404);
    }

    private static List<String> problemsOf(Reply status) {
        return status.json()
                .path("problems")
                .valueStream()
                .map(one -> one.path("subject").asText() + " " + one.path("what").asText())
                .toList();
    }

    @Test
    void withoutATokensFileEverybodyOnThisMachineMayDoEverything() throws Exception {
        // Given
        try (AdminServer open = start(fleet, Optional.empty())) {
            // When
            Reply reply = new HttpCaller(open.url(), "").post("/v1/clusters/c1/cordon", REASON);

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.json().path("by").asText()).isEqualTo("local");
        }
    }

    @Test
    void aBusyPortHasAClearMessage() {
        assertThatThrownBy(
                        () ->
                                AdminServer.start(
                                                config(server.port(), Optional.empty()),
                                                SELF,
                                                parts(fleet),
                                                CLOCK)
                                        .close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("admin.bind 127.0.0.1:" + server.port());
    }

    private HttpCaller as(String token) {
        return new HttpCaller(server.url(), token);
    }

    private static Role role(String token) {
        return Role.valueOf(token.toUpperCase(Locale.ROOT));
    }

    private static Reply call(Endpoint endpoint, HttpCaller caller) {
        return switch (endpoint.method()) {
            case GET -> caller.get(path(endpoint));
            case POST -> caller.post(path(endpoint), "{}");
            case PUT -> caller.put(path(endpoint), "{}");
            default -> caller.delete(path(endpoint));
        };
    }

    private static String path(Endpoint endpoint) {
        return endpoint.path().replace("{id}", "none");
    }

    private AdminServer start(FakeFleet shown, Optional<Path> tokens) throws Exception {
        return AdminServer.start(config(0, tokens), SELF, parts(shown), CLOCK);
    }

    private static AdminConfig config(int port, Optional<Path> tokens) {
        return new AdminConfig(
                InetAddress.getLoopbackAddress(),
                port,
                tokens,
                false,
                Optional.empty(),
                Optional.empty());
    }

    private AdminParts parts(FakeFleet shown) {
        return new AdminParts(
                shown,
                shown,
                shown,
                shown,
                shown,
                placement,
                Optional.of(
                        new GuardParts(
                                instance -> {
                                    throw new IllegalStateException("no quarantine here");
                                },
                                recent,
                                (project, table) -> {})),
                new SessionParts(
                        () -> Map.of(new ClusterId("c1"), new SessionCounts(3, 1)),
                        id -> id == 42 ? Optional.of(connection()) : Optional.empty(),
                        (cluster, instance, threadIds) ->
                                threadIds.contains(57L)
                                                && cluster.equals(new ClusterId("c1"))
                                                && instance.equals(new InstanceId("db-1"))
                                        ? Map.of(57L, thread())
                                        : Map.of(),
                        cluster -> Map.of(new ProjectId("p1"), 57)),
                (user, schema, attributes, serverName, listener) -> {
                    if (listener.isPresent()) {
                        throw new IllegalArgumentException("there is no listener " + listener);
                    }
                    return explanation();
                },
                meters,
                () -> notReady);
    }

    private static ThreadView thread() {
        return new ThreadView(new ProjectId("p1"), "app", "10.0.0.7:51234", FakeFleet.NOW, true);
    }

    private static ConnectionView connection() {
        return new ConnectionView(
                new ProjectId("p1"),
                "app",
                new Instance(new InstanceId("c1-1"), "10.0.0.11", 3306),
                -1);
    }

    private static RouteExplanation explanation() {
        return new RouteExplanation(
                List.of(new RouteExplanation.KeyTried("user", true, "app+p1 names p1")),
                Optional.of(new ProjectId("p1")),
                Optional.of("app"),
                Optional.of(new ClusterId("c1")),
                Optional.empty(),
                Optional.of(Availability.CLUSTER_OFFLINE),
                Optional.of(ClientError.of(ErrorKind.CLUSTER_OFFLINE, "works")));
    }
}
