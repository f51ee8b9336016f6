package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MainIT {
    private static final String CLUSTER =
            """
            {"id": "c1", "family": "mariadb", "intent": "cordoned", "by": "bob",
             "reason": "works", "since": "2026-01-31T11:00:00Z", "health": "degraded",
             "healthReason": "a replica lags", "healthSince": null, "healthEvidence": ["a1 says so"],
             "epoch": 7, "primary": "c1-1", "residents": 12, "sessions": 3, "transactions": 1,
             "acceptsProjects": false, "acceptsProjectsReason": "not fit: its intent is cordoned",
             "instances": [{"id": "c1-1", "host": "db", "port": 3306, "role": "primary",
               "version": "10.11.14-MariaDB"}],
             "capabilities": ["CLIENT_DEPRECATE_EOF", "MARIADB_CLIENT_PROGRESS"]}
            """;
    private static final String PROJECT =
            """
            {"id": "p42", "cluster": "c1", "state": "serving", "available": true,
             "limit": "serve", "limitedBy": null, "since": "2026-01-31T11:00:00Z",
             "reason": "c1 is preferred and healthy", "error": null}
            """;
    private static final String RADIUS =
            """
            {"dryRun": true, "cluster": "c1", "from": "active", "to": "offline", "residents": 12,
             "sessions": 3, "transactions": 1, "newProjectsPercent": {"c2": 60, "c3": 40},
             "complete": true}
            """;
    private static final String DONE =
            "{\"id\": \"c1\", \"intent\": \"offline\", \"applied\": true}";

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

    @Test
    void statusSaysWhatIsWrongFirstAndWhatToDo() {
        // Given
        router.on(
                "GET /v1/status",
                200,
                """
                {"router": "r1", "ready": true, "notReadyReason": null,
                 "map": {"ageSeconds": 0.25, "connection": "connected"},
                 "problems": [{"severity": "critical", "subject": "cluster c1",
                   "what": "has no primary: none is writable", "since": "2026-01-31T11:55:00Z",
                   "affects": "its 12 projects are refused", "advice": "look at its instances"}],
                 "clusters": [%s], "projects": {"total": 13, "serving": 12, "deleted": 1},
                 "sessions": 3, "transactions": 1, "routers": 2, "agents": 1}
                """
                        .formatted(CLUSTER));

        // When
        int exitCode = session.run("status");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().lines())
                .startsWith(
                        "CRITICAL  cluster c1 has no primary: none is writable",
                        "          since    2026-01-31T11:55:00Z (5 min ago)",
                        "          seen     a1 says so",
                        "          affects  its 12 projects are refused",
                        "          do       look at its instances",
                        "",
                        "CLUSTER  INTENT    HEALTH    PRIMARY  PROJECTS  SESSIONS  NEW PROJECTS")
                .endsWith(
                        "13 projects (12 serving, 1 deleted); 3 sessions, 1 in a transaction;"
                                + " 2 routers, 1 agent",
                        "asked router r1: its map is 0.3 s old, ZooKeeper is connected",
                        "Problems, the worst first: 1 critical.");
    }

    @Test
    void statusOfASoundFleetIsShort() {
        // Given
        router.on("GET /v1/status", 200, "{\"problems\": [], \"ready\": true}");

        // Then
        assertThat(session.run("status")).isZero();
        assertThat(session.out()).startsWith("All is well.");
    }

    @Test
    void scriptsGetTheAnswerAsItIs() {
        // Given
        router.on("GET /v1/clusters", 200, "{\"clusters\": [" + CLUSTER + "]}");

        // When
        session.run("clusters", "-o", "json");

        // Then
        assertThat(session.out()).startsWith("{").contains("\"epoch\" : 7");
    }

    @Test
    void clustersAndOneClusterAreTables() {
        // Given
        router.on("GET /v1/clusters", 200, "{\"clusters\": [" + CLUSTER + "]}");
        router.on("GET /v1/clusters/c1", 200, CLUSTER);

        // When
        session.run("clusters");
        session.run("cluster", "c1");

        // Then
        assertThat(session.out())
                .contains("c1       cordoned  degraded  c1-1     12")
                .contains("no, not fit: its intent is cordoned")
                .contains("cordoned by bob: works")
                .contains("2026-01-31T11:00:00Z (60 min ago)")
                .contains("c1-1      db:3306  primary  10.11.14-MariaDB")
                .contains(
                        "CAPABILITIES OF ALL INSTANCES",
                        "CLIENT_DEPRECATE_EOF MARIADB_CLIENT_PROGRESS");
    }

    @Test
    void cordonAsksNobody() {
        // Given
        router.on(
                "POST /v1/clusters/c1/cordon",
                200,
                "{\"id\": \"c1\", \"intent\": \"cordoned\", \"applied\": true}");

        // When
        int exitCode = session.run("cordon", "c1", "--reason", "works");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().strip()).isEqualTo("c1 is cordoned now.");
        assertThat(session.questions()).isEmpty();
        FakeRouter.Asked asked = router.asked().getFirst();
        assertThat(asked.body()).isEqualTo("{\"reason\":\"works\"}");
        assertThat(asked.type()).isEqualTo("application/json");
    }

    @Test
    void aReasonIsRequired() {
        assertThat(session.run("cordon", "c1")).isEqualTo(ExitCode.USAGE);
        assertThat(session.err()).contains("--reason");
        assertThat(router.asked()).isEmpty();
    }

    @Test
    void offlineShowsWhomItHitsAndAsks() {
        // Given
        prepareOffline();
        session.saying("y");

        // When
        int exitCode =
                session.run("offline", "c1", "--reason", "disk", "--retry-after", "60", "--now");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.err())
                .contains(
                        "c1 goes from active to offline. This hits 12 projects, 3 open sessions,"
                                + " 1 open transaction.")
                .contains("New projects would go to: c2 60%, c3 40%.");
        assertThat(session.questions()).containsExactly("Go on with c1? [y/N] ");
        assertThat(router.asked().getLast().body())
                .isEqualTo("{\"reason\":\"disk\",\"retryAfter\":60,\"now\":true}");
        assertThat(session.out().strip()).isEqualTo("c1 is offline now.");
    }

    @Test
    void whatWasAgreedToIsDoneOnlyWhileItIsAsItWasShown() {
        // Given
        String taken = "{\"error\": {\"code\": \"version_conflict\", \"message\": \"changed\"}}";
        String project = "{\"dryRun\": true, \"project\": \"p42\", \"complete\": true}";
        router.onRecord("POST /v1/clusters/c1/offline?dryRun=true", "\".5\"", RADIUS);
        router.onRecord("POST /v1/projects/p42/offline?dryRun=true", "\"a1\"", project);
        router.onRecord("DELETE /v1/projects/p42?dryRun=true", "\"a2\"", project);
        router.on("POST /v1/clusters/c1/offline", 409, taken);
        router.on("POST /v1/projects/p42/offline", 200, PROJECT);
        router.on("DELETE /v1/projects/p42?reason=x", 409, taken);
        session.saying("y");

        // Then
        assertThat(session.run("offline", "c1", "--reason", "x")).isEqualTo(ExitCode.CONFLICT);
        assertThat(router.asked().getLast().header("If-Match")).contains("\".5\"");
        assertThat(session.run("project", "offline", "p42", "--reason", "x")).isZero();
        assertThat(router.asked().getLast().header("If-Match")).contains("\"a1\"");
        assertThat(session.run("project", "delete", "p42", "--reason", "x"))
                .isEqualTo(ExitCode.CONFLICT);
        assertThat(router.asked().getLast().header("If-Match")).contains("\"a2\"");
        assertThat(session.err()).contains("homeport: changed [version_conflict]");
    }

    @Test
    void whoHasNotLookedChangesWhateverStandsThere() {
        // Given
        String project = "{\"dryRun\": true, \"project\": \"p42\", \"complete\": true}";
        router.onRecord("POST /v1/clusters/c1/offline?dryRun=true", "\".5\"", RADIUS);
        router.onRecord("DELETE /v1/projects/p42?dryRun=true", "\"a2\"", project);
        router.on("POST /v1/clusters/c1/offline", 200, DONE);
        router.on("DELETE /v1/projects/p42?reason=x", 200, PROJECT);

        // Then
        assertThat(session.run("offline", "c1", "--reason", "x", "--yes")).isZero();
        assertThat(session.run("project", "delete", "p42", "--reason", "x", "--yes")).isZero();
        assertThat(router.asked()).allMatch(one -> one.header("If-Match").isEmpty());
    }

    @Test
    void nobodyIsAskedForAYesToWhatMayNotStandThere() {
        // Given
        router.on("POST /v1/clusters/c1/offline?dryRun=true", 200, RADIUS);
        router.on("POST /v1/clusters/c1/offline", 200, DONE);
        session.saying("y");

        // Then
        assertThat(session.run("offline", "c1", "--reason", "x")).isEqualTo(ExitCode.REFUSED);
        assertThat(session.questions()).isEmpty();
        assertThat(session.err())
                .contains("This hits 12 projects")
                .contains("has not reached ZooKeeper since it started")
                .contains("nothing was done");
        assertThat(router.asked()).hasSize(1);
        assertThat(session.run("offline", "c1", "--reason", "x", "--yes")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "n", "no", "c1", "yy"})
    void anythingButYesDoesNothing(String answer) {
        // Given
        prepareOffline();
        session.saying(answer);

        // When
        int exitCode = session.run("offline", "c1", "--reason", "disk");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(router.asked())
                .extracting(FakeRouter.Asked::line)
                .containsExactly("POST /v1/clusters/c1/offline?dryRun=true");
    }

    @Test
    void withoutATerminalNothingIsDoneUnlessItIsSaid() {
        // Given
        prepareOffline();

        // Then
        assertThat(session.run("offline", "c1", "--reason", "disk"))
                .isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(session.err()).contains("say --yes if you are sure");
        assertThat(session.run("offline", "c1", "--reason", "disk", "--deadline", "5", "--yes"))
                .isZero();
        assertThat(router.asked().getLast().body())
                .isEqualTo("{\"reason\":\"disk\",\"deadline\":5}");
    }

    @Test
    void nowAndADeadlineExcludeEachOther() {
        assertThat(session.run("drain", "c1", "--reason", "x", "--now", "--deadline", "5", "--yes"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void placesFindsAndListsProjects() {
        // Given
        router.on("POST /v1/projects", 201, PROJECT);
        router.on("GET /v1/projects/p42", 200, PROJECT);
        router.on(
                "GET /v1/projects?cluster=c1&limit=2",
                200,
                "{\"projects\": [" + PROJECT + "], \"next\": \"p42\"}");

        // When
        session.run("place", "p42", "--cluster", "c1");
        session.run("where", "p42");
        session.run("projects", "--cluster", "c1", "--limit", "2");

        // Then
        assertThat(router.asked().getFirst().body())
                .isEqualTo("{\"id\":\"p42\",\"cluster\":\"c1\"}");
        assertThat(session.out())
                .contains("p42      c1       serving  yes        2026-01-31T11:00:00Z")
                .contains("There are more: add --after p42");
    }

    @Test
    void takesAProjectOfflineOnlyWhenSomebodySaysYes() {
        // Given
        String radius =
                """
                {"dryRun": true, "project": "p42", "cluster": "c1", "from": "serving",
                 "to": "offline", "sessionsAtMost": 15, "transactionsAtMost": 1,
                 "notHeardOf": ["r3"], "complete": true}
                """;
        router.onRecord("POST /v1/projects/p42/offline?dryRun=true", "\"a1\"", radius);
        router.onRecord("DELETE /v1/projects/p42?dryRun=true", "\"a1\"", radius);
        router.on("POST /v1/projects/p42/offline", 200, PROJECT);
        router.on("POST /v1/projects/p42/online", 200, PROJECT);

        // Then
        assertThat(session.run("project", "offline", "p42", "--reason", "x"))
                .isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(session.err())
                .contains("p42 on c1 goes from serving to offline. All its logins will be refused.")
                .contains("at most 15 open sessions and 1 open transaction")
                .contains("nothing was heard of them for up to ten minutes: r3.");
        assertThat(session.run("project", "delete", "p42", "--reason", "x"))
                .isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(session.run("project", "offline", "p42", "--reason", "x", "--yes")).isZero();
        assertThat(session.run("project", "online", "p42", "--reason", "x")).isZero();
        assertThat(router.asked())
                .extracting(FakeRouter.Asked::line)
                .containsExactly(
                        "POST /v1/projects/p42/offline?dryRun=true",
                        "DELETE /v1/projects/p42?dryRun=true",
                        "POST /v1/projects/p42/offline?dryRun=true",
                        "POST /v1/projects/p42/offline",
                        "POST /v1/projects/p42/online");
    }

    @Test
    void saysHowTheSessionsOfAProjectEnd() {
        // Given
        String radius = "{\"dryRun\": true, \"project\": \"p42\", \"complete\": true}";
        router.onRecord("POST /v1/projects/p42/offline?dryRun=true", "\"a1\"", radius);
        router.onRecord("DELETE /v1/projects/p42?dryRun=true", "\"a1\"", radius);
        router.on("POST /v1/projects/p42/offline", 200, PROJECT);
        router.on("DELETE /v1/projects/p42?reason=x&deadline=0", 200, PROJECT);
        String[] offline = {
            "project",
            "offline",
            "p42",
            "--reason",
            "x",
            "--deadline",
            "5",
            "--retry-after",
            "60",
            "--yes"
        };

        // When
        int offlineCode = session.run(offline);
        int deleteCode = session.run("project", "delete", "p42", "--reason", "x", "--now", "--yes");

        // Then
        assertThat(offlineCode).isZero();
        assertThat(deleteCode).isZero();
        assertThat(router.asked().get(1).body())
                .isEqualTo("{\"reason\":\"x\",\"retryAfter\":60,\"deadline\":5}");
        assertThat(session.run("project", "online", "p42", "--reason", "x", "--now"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(session.err()).contains("online ends no session");
        assertThat(
                        session.run(
                                "project",
                                "delete",
                                "p42",
                                "--reason",
                                "x",
                                "--retry-after",
                                "5",
                                "--yes"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(session.err()).contains("--retry-after is for offline");
    }

    @Test
    void showsWhoDidWhat() {
        // Given
        router.on(
                "GET /v1/audit?limit=2&target=c1",
                200,
                """
                {"entries": [
                  {"number": 8, "at": "2026-01-31T11:59:00Z", "by": "mia", "role": "operator",
                   "address": "10.0.0.9", "router": "r1", "id": "5f", "method": "POST",
                   "route": "/v1/clusters/{id}/offline", "target": "c1", "reason": "disk",
                   "status": 200, "changes": {"intent": "active -> offline", "deadline": "0s"}},
                  {"number": 7, "at": "2026-01-31T11:58:00Z", "by": "bob", "router": "r1",
                   "method": "PUT", "route": "/v1/clusters/{id}", "target": "c1", "status": 503}],
                 "next": 7}
                """);

        // When
        int exitCode = session.run("audit", "--target", "c1", "--limit", "2");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out().lines().map(line -> line.replaceAll(" {2,}", " | ")))
                .containsExactly(
                        "AT | BY | FROM | DID | TARGET | OUTCOME | CHANGES | REASON",
                        "2026-01-31T11:59:00Z | mia | 10.0.0.9 | offline | c1 | done"
                                + " | intent: active -> offline, deadline: 0s | disk",
                        "2026-01-31T11:58:00Z | bob | - | PUT clusters | c1 | unknown | - | -",
                        "",
                        "There are older ones: add --after 7");
    }

    @Test
    void explainsARoute() {
        // Given
        router.on(
                "GET /v1/route?user=app%2Bp42&schema=s&attribute._server_host=p42.db",
                200,
                """
                {"keys": [{"key": "user", "matched": true, "why": "app+p42 names p42"}],
                 "project": "p42", "user": "app", "cluster": "c1", "instance": null,
                 "error": {"kind": "cluster_offline", "code": 1053, "sqlState": "08S01",
                           "text": "offline [homeport cluster_offline]"}}
                """);

        // When
        int exitCode =
                session.run(
                        "route",
                        "--user",
                        "app+p42",
                        "--schema",
                        "s",
                        "--attribute",
                        "_server_host=p42.db");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out())
                .contains("user  yes      app+p42 names p42")
                .contains("ERROR 1053 (08S01): offline [homeport cluster_offline]");
    }

    @Test
    void showsRoutersAgentsAndThePolicy() throws Exception {
        // Given
        router.on(
                "GET /v1/routers",
                200,
                """
                {"routers": [{"id": "r1", "numbers": [201, 3], "mysqlAddress": "127.0.0.1:7306", "adminUrl": "http://r1",
                  "version": "1", "rejectedEdits": 0, "sessions": {"c1": 2, "c2": 3}}]}
                """);
        router.on(
                "GET /v1/agents",
                200,
                """
                {"agents": [{"id": "a1", "cluster": "c1", "instances": [{"id": "c1-1",
                  "reachability": "answers", "writable": true, "replicates": false, "detail": ""}]}]}
                """);
        String policy =
                "{\"preferred\": [\"c1\", \"c2\"], \"fallback\": [], \"provision\": [\"SQL\"]}";
        router.on("GET /v1/placement-policy", 200, policy);
        router.on("PUT /v1/placement-policy", 200, policy);
        Files.writeString(directory.resolve("policy.json"), policy);

        // When
        session.run("routers");
        session.run("agents");
        session.run("policy");
        int exitCode = session.run("policy", "--set", "policy.json");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out())
                .contains("r1      201     127.0.0.1:7306  http://r1  1        5")
                .contains("c1       a1     c1-1      answers  yes       no")
                .contains("preferred        c1, c2");
        assertThat(router.asked().getLast().body()).isEqualTo(policy);
    }

    @Test
    void thePolicySaysWhatBecomesOfUnknownProjects() {
        // Given
        router.once("GET /v1/placement-policy", 200, "{\"preferred\": [\"c1\"], \"fallback\": []}");
        router.on(
                "GET /v1/placement-policy",
                200,
                "{\"preferred\": [\"c1\"], \"fallback\": [], \"unknownProjects\": \"place\"}");

        // When
        session.run("policy");
        String byDefault = session.out();
        session.run("policy");

        // Then
        assertThat(byDefault).contains("unknownProjects  refuse").doesNotContain("place");
        assertThat(session.out()).contains("unknownProjects  place");
    }

    @Test
    void placementIsExplainedAndSimulated() {
        // Given
        router.on(
                "GET /v1/placement/explain?project=p99",
                200,
                """
                {"project": "p99", "chosen": "c2", "reason": "c2 is preferred and healthy", "rule": 1,
                 "clusters": [
                  {"id": "c2", "fit": true, "why": "preferred and healthy", "tier": "preferred",
                   "weight": 100, "residents": 5, "capacity": 10, "dataBytes": 2048,
                   "capacityBytes": 4096},
                  {"id": "c1", "fit": false, "why": "not fit: its intent is cordoned",
                   "tier": "preferred, tier 2", "weight": 50, "residents": 7}]}
                """);
        router.on(
                "GET /v1/placement/simulate?projects=10",
                200,
                """
                {"projects": 10, "prefix": "sample-", "refused": 2,
                 "steps": [{"step": "preferred and healthy", "projects": 8}],
                 "clusters": [{"id": "c1", "placed": 8, "residents": 15}]}
                """);

        // When
        int explained = session.run("placement", "explain", "p99");
        int simulated = session.run("placement", "simulate", "--projects", "10");

        // Then
        assertThat(explained + simulated).isZero();
        assertThat(session.out())
                .contains("p99 would go to c2: c2 is preferred and healthy")
                .contains("c2       yes  preferred          100     5 of 10   2.0 KiB of 4.0 KiB")
                .contains("c1       no   preferred, tier 2  50      7         -")
                .contains("c1       8    80 %   15")
                .contains("8 to clusters that are preferred and healthy")
                .contains("2 find no cluster");
    }

    private static final String GUARD =
            """
            {"observe": false, "rules": [{"tables": ["tmp_*", "x"], "users": ["app"],
               "actions": {"drop-table": "allow", "all": "refuse"}}],
             "retention": "72h", "quotaBytes": 0, "generations": 10, "memory": "10m",
             "burst": {"tables": 20, "tenantTables": 10, "window": "1m"},
             "sharedTables": ["ns_*"]}
            """;
    private static final String INCIDENT =
            """
            {"id": "i1", "state": "open", "kind": "data-loss", "cluster": "c1", "limit": "contain",
             "scope": {"projects": ["p1", "p2", "p3", "p4"], "tenants": ["12"],
               "tables": [{"schema": "app", "table": "x"}]},
             "opened": "2026-01-31T11:55:00Z", "happened": "2026-01-31T11:54:00Z",
             "gtidBefore": "0-1-41", "actor": "app of p1", "tablesLost": 2, "rowsLost": -1,
             "evidence": ["DROP of 2 tables"]}
            """;

    @Test
    void theGuardIsShownWithWhatItLetsPass() {
        // Given
        router.on("GET /v1/guard", 200, GUARD);
        router.on(
                "GET /v1/approvals",
                200,
                """
                {"approvals": [
                  {"id": "a1", "project": "p1", "classes": ["drop-table"], "tables": ["x*"],
                   "statements": 5, "until": "2026-01-31T12:10:00Z", "by": "mia", "good": true},
                  {"id": "a2", "good": false}]}
                """);
        router.on("GET /v1/announcements", 200, "{\"announcements\": []}");

        // When
        int exitCode = session.run("guard");

        // Then
        assertThat(exitCode).isZero();
        assertThat(session.out())
                .contains("0     users app; tables tmp_*, x  drop-table: allow, all: refuse")
                .contains("20 tables of a project, 10 of a tenant, within 1m")
                .contains("a1        p1       5     drop-table  x*")
                .doesNotContain("a2")
                .doesNotContain("ANNOUNCEMENT");
    }

    @Test
    void theGuardIsPutFromYamlAndObserves() throws Exception {
        // Given
        router.onRecord("GET /v1/guard", "\"g3\"", GUARD);
        router.on("PUT /v1/guard", 200, GUARD.replace("false", "true"));
        Files.writeString(
                directory.resolve("guard.yaml"),
                "# rules\nrules:\n- actions: { drop-table: allow }\nretention: 24h\n");

        // When
        int put = session.run("guard", "put", "guard.yaml");
        int observe = session.run("guard", "observe", "on");

        // Then
        assertThat(put).isZero();
        assertThat(observe).isZero();
        assertThat(router.asked().getFirst().body())
                .isEqualTo(
                        "{\"rules\":[{\"actions\":{\"drop-table\":\"allow\"}}],\"retention\":\"24h\"}");
        assertThat(router.asked().getLast().body()).startsWith("{\"observe\":true,\"rules\":");
        assertThat(router.asked().getLast().header("If-Match")).contains("\"g3\"");
        assertThat(session.out()).contains("The guard ONLY OBSERVES");
        assertThat(session.run("guard", "put")).isEqualTo(ExitCode.USAGE);
        assertThat(session.run("guard", "observe", "maybe")).isEqualTo(ExitCode.USAGE);
        assertThat(session.run("guard", "put", "none.yaml")).isEqualTo(ExitCode.USAGE);
    }

    private static final String VERSION_CONFLICT =
            "{\"error\": {\"code\": \"version_conflict\", \"message\": \"changed meanwhile\"}}";

    @Test
    void observingGoesOverWhatSomebodyElseWroteMeanwhile() {
        // Given
        router.onRecord("GET /v1/guard", "\"g3\"", GUARD)
                .once("PUT /v1/guard", 409, VERSION_CONFLICT)
                .on("PUT /v1/guard", 200, GUARD);

        // When
        int exitCode = session.run("guard", "observe", "off");

        // Then
        assertThat(exitCode).isZero();
        assertThat(router.asked())
                .extracting(FakeRouter.Asked::line)
                .containsExactly(
                        "GET /v1/guard", "PUT /v1/guard", "GET /v1/guard", "PUT /v1/guard");
    }

    @Test
    void observingGivesUpWhenTheGuardIsChangedAgainAndAgain() {
        // Given
        router.onRecord("GET /v1/guard", "\"g3\"", GUARD)
                .on("PUT /v1/guard", 409, VERSION_CONFLICT);

        // When
        int exitCode = session.run("guard", "observe", "on");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.CONFLICT);
        assertThat(router.asked()).hasSize(4);
        assertThat(session.err()).contains("changed meanwhile");
    }

    @Test
    void approvesAndAnnounces() {
        // Given
        router.on(
                "POST /v1/approvals",
                201,
                "{\"id\": \"a1\", \"project\": \"p1\", \"statements\": 5, \"until\": \"later\"}");
        router.on(
                "POST /v1/announcements",
                201,
                "{\"id\": \"n1\", \"project\": \"p1\", \"tenant\": \"12\", \"until\": \"later\"}");

        // When
        session.run(
                "approve",
                "p1",
                "--class",
                "drop-table,truncate",
                "--tables",
                "x*",
                "--statements",
                "5",
                "--reason",
                "r");
        session.run("announce", "p1", "--tenant", "12", "--for", "2h", "--reason", "r");

        // Then
        assertThat(session.out())
                .contains("a1 lets 5 statements of p1 pass until later.")
                .contains("n1: deletions of p1, tenant 12 are announced until later.");
        assertThat(router.asked().getFirst().body())
                .isEqualTo(
                        "{\"project\":\"p1\",\"classes\":[\"drop-table\",\"truncate\"],"
                                + "\"tables\":[\"x*\"],\"statements\":5,\"for\":\"10m\",\"reason\":\"r\"}");
        assertThat(router.asked().getLast().body())
                .isEqualTo(
                        "{\"project\":\"p1\",\"tenant\":\"12\",\"for\":\"2h\",\"reason\":\"r\"}");
        assertThat(session.run("approve", "p1", "--reason", "r")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void incidentsAreListedShownAndClosed() {
        // Given
        router.on("GET /v1/incidents?state=open", 200, "{\"incidents\": [" + INCIDENT + "]}");
        router.on("GET /v1/incidents?cluster=c2", 200, "{\"incidents\": []}");
        router.on("GET /v1/incidents/i1", 200, INCIDENT);
        router.on("POST /v1/incidents/i1/close", 200, INCIDENT);

        // When
        session.run("incidents");
        session.run("incidents", "--all", "--cluster", "c2");
        session.run("incident", "i1");
        int closed = session.run("incident", "close", "i1", "--reason", "restored");

        // Then
        assertThat(closed).isZero();
        assertThat(session.out())
                .contains(
                        "i1        open   data-loss  c1       contain  2       p1, p2, p3 and 1 more"
                                + "  2026-01-31T11:54:00Z (6 min ago)")
                .contains("There are no incidents.")
                .contains("GTID before  0-1-41")
                .contains("rows lost    nobody knows")
                .contains("  table      app.x")
                .contains("  seen       DROP of 2 tables");
        assertThat(router.asked().getLast().body()).isEqualTo("{\"reason\":\"restored\"}");
        assertThat(session.run("incident", "close", "i1")).isEqualTo(ExitCode.USAGE);
        assertThat(session.run("incident", "open", "i1", "--reason", "r"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(session.run("incident", "i1", "--reason", "r")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void deletesAProjectOnlyWhenSomebodySaysYes() {
        // Given
        router.onRecord(
                "DELETE /v1/projects/p42?dryRun=true",
                "\"a1\"",
                """
                {"dryRun": true, "project": "p42", "cluster": "c1", "from": "serving",
                 "to": "deleted", "sessionsAtMost": 1, "transactionsAtMost": 0,
                 "notHeardOf": [], "complete": true}
                """);
        router.on("DELETE /v1/projects/p42?reason=moved%20out", 200, PROJECT);

        // Then
        assertThat(session.run("project", "delete", "p42", "--reason", "moved out"))
                .isEqualTo(ExitCode.NOT_CONFIRMED);
        assertThat(session.err()).contains("All its logins will be refused, for good.");
        assertThat(session.run("project", "delete", "p42", "--reason", "moved out", "--yes"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "401, 4", "403, 4", "404, 1", "409, 1", "503, 1"})
    void theExitCodeSaysWhatHappened(int status, int expected) {
        // Given
        router.on(
                "GET /v1/clusters/c9",
                status,
                "{\"error\": {\"code\": \"the_code\", \"message\": \"what was wrong\"}}");

        // Then
        assertThat(session.run("cluster", "c9")).isEqualTo(expected);
        assertThat(session.err()).isEqualToIgnoringNewLines("homeport: what was wrong [the_code]");
        assertThat(session.out()).isEmpty();
    }

    @Test
    void aRouterThatIsGoneIsUnreachable() {
        // Given
        router.close();

        // Then
        assertThat(session.run("status")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(session.err()).contains("no router can be connected to").contains(router.url());
    }

    @Test
    void somethingElseOnThatPortIsNamed() {
        // Given
        router.on("GET /v1/status", 200, "<html>");

        // Then
        assertThat(session.run("status")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(session.err()).contains("answered 200, but not as a router does");
    }

    @Test
    void theTokenComesFromTheEnvironmentOrAFile() throws Exception {
        // Given
        router.on("GET /v1/status", 200, "{}");
        Path file = directory.resolve("token");
        Files.writeString(file, "from-file\n");

        // When
        session.with("HOMEPORT_TOKEN", "from-environment").run("status");
        session.run("status", "--token-file", file.toString());

        // Then
        assertThat(router.asked())
                .extracting(asked -> asked.authorization().orElse(""))
                .containsExactly("Bearer from-environment", "Bearer from-file");
    }

    @Test
    void aSandboxIsFoundAndItsNextRouterTriedWhenOneIsGone() throws Exception {
        // Given
        router.on("GET /v1/status", 200, "{}");
        FakeRouter gone = new FakeRouter();
        gone.close();
        Path data = Files.createDirectories(directory.resolve("sandbox-data"));
        Files.writeString(
                data.resolve("sandbox.json"),
                """
                {"routers": [
                  {"id": "r1", "admin": {"url": "%s", "token": "one"}},
                  {"id": "r2", "admin": {"url": "%s", "token": "two"}}]}
                """
                        .formatted(gone.url(), router.url()));

        // Then
        assertThat(new Session(directory).run("status")).isZero();
        assertThat(new Session(data).run("status")).isZero();
        assertThat(new Session(Path.of("/")).run("status", "--data", data.toString())).isZero();
        assertThat(router.asked())
                .hasSize(3)
                .allMatch(asked -> asked.authorization().orElse("").equals("Bearer two"));
    }

    @Test
    void aTokenOfASandboxGoesNowhereElse() throws Exception {
        // Given
        router.on("GET /v1/status", 200, "{}");
        Path data = Files.createDirectories(directory.resolve("sandbox-data"));
        Files.writeString(
                data.resolve("sandbox.json"),
                "{\"routers\": [{\"admin\": {\"url\": \"http://127.0.0.1:1\", \"token\": \"t\"}}]}");

        // When
        new Session(directory).run("status", "--url", router.url());

        // Then
        assertThat(router.asked().getFirst().authorization()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost:7380", "ftp://x", "http://", "http://user:pw@x", "not a url"})
    void aWrongUrlIsUsage(String url) {
        assertThat(session.run("status", "--url", url)).isEqualTo(ExitCode.USAGE);
        assertThat(session.err()).contains("is no URL such as");
    }

    @Test
    void withoutAnyRouterItSaysHowToNameOne() {
        assertThat(new Session(directory).run("status")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aSandboxThatDoesNotRunIsUnreachable() {
        assertThat(session.run("status", "--data", directory.toString()))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(session.err()).contains("no sandbox runs in " + directory);
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        assertThat(session.run("--help")).isZero();
        assertThat(session.out()).contains("cordon").contains("Exit codes:").contains("place");
        assertThat(session.run("offline", "--help")).isZero();
        assertThat(session.run("offlien", "c1")).isEqualTo(ExitCode.USAGE);
    }

    private void prepareOffline() {
        router.onRecord("POST /v1/clusters/c1/offline?dryRun=true", "\".5\"", RADIUS);
        router.on("POST /v1/clusters/c1/offline", 200, DONE);
    }
}
