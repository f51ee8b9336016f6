package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.PrivateDirectories;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet whose ACLs go by role from its first znode on: everybody can do all of their work, nobody
 * is refused anything, and no znode is open to anybody else.
 */
@Timeout(300)
final class FleetRolesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The audit's newest that are kept, and how often somebody looks: decisions/0013. */
    private static final int AUDIT_KEPT = 2000;

    private static final int AUDIT_TRIMMED_EVERY = 50;

    @TempDir private static Path directory;
    private static RunningFleet fleet;
    private static TreeByRole tree;

    private final List<ChildProcess> extras = new ArrayList<>();

    @BeforeAll
    static void startFleet() throws Exception {
        fleet = RunningFleet.start(directory, size -> size.sized(2, 0, 2).withRoles());
        tree =
                new TreeByRole(
                        fleet.zooKeeperConnect(),
                        digestOf("routers"),
                        digestOf("agents"),
                        digestOf("operators"));
    }

    private static Path digestOf(String role) {
        return fleet.data().resolve("secrets").resolve("zookeeper-digest-" + role);
    }

    @AfterAll
    static void stopFleet() {
        if (tree != null) {
            tree.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    @AfterEach
    void endExtraAgents() {
        extras.forEach(ChildProcess::stop);
    }

    @AfterEach
    void nobodyWasRefusedAndNoZnodeIsOpenToOthers() throws Exception {
        assertThat(DaemonLogs.fromTheStart(fleet.data()).refusals()).isEmpty();
        for (String router : fleet.routers()) {
            // That a cluster is gone is believed after a while only.
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(fleet.get(router, "/v1/status").path("rejected"))
                                            .isEmpty());
        }
        assertThat(tree.assertAsOnThePage()).isGreaterThan(20);
    }

    @Test
    void operatorsActThroughEveryRouter() throws Exception {
        // Given
        Set<String> targets = new TreeSet<>(Set.of("c2", "demo4"));

        // When
        for (String router : fleet.routers()) {
            for (String verb :
                    List.of("cordon", "uncordon", "drain", "online", "offline", "online")) {
                fleet.change(router, "c2", verb);
            }
            good(
                    fleet.admin(router)
                            .put(
                                    "/v1/clusters/c2?reason=test",
                                    fleet.get(router, "/v1/clusters/c2/definition")));
            good(
                    fleet.admin(router)
                            .put(
                                    "/v1/placement-policy",
                                    fleet.get(router, "/v1/placement-policy")));
            targets.add(moveThroughItsLife(router, "project-of-" + router));
            announceAndTakeBack(router);
        }

        // Then
        fleet.awaitEveryRouter("/v1/clusters/c2", "intent", "active");
        for (String router : fleet.routers()) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                JsonNode entries =
                                        fleet.get(router, "/v1/audit?limit=1000").path("entries");
                                assertThat(texts(entries, "target")).containsAll(targets);
                                assertThat(texts(entries, "router")).containsAll(fleet.routers());
                            });
            assertThat(texts(fleet.get(router, "/v1/routers").path("routers"), "id"))
                    .containsAll(fleet.routers());
        }
        assertThat(tree.asOperator().getChildren().forPath("/router-numbers"))
                .hasSize(fleet.routers().size());
    }

    private static String moveThroughItsLife(String router, String project) {
        String path = "/v1/projects/" + project;
        ObjectNode reason = AdminClient.object().put("reason", "test");
        good(fleet.place(router, project));
        good(fleet.admin(router).post(path + "/offline", reason));
        good(fleet.admin(router).post(path + "/online", reason));
        good(fleet.admin(router).delete(path + "?reason=test"));
        return project;
    }

    private static void announceAndTakeBack(String router) {
        ObjectNode body = AdminClient.object().put("project", "demo4").put("reason", "test");
        String id = good(fleet.admin(router).post("/v1/announcements", body)).path("id").asText();
        good(fleet.admin(router).delete("/v1/announcements/" + id));
    }

    @Test
    void theGuardKeepsAndLetsPassWhatIsApproved() throws Exception {
        // Given
        ObjectNode guard = AdminClient.object();
        ObjectNode rule = guard.putArray("rules").addObject();
        rule.putArray("tables").add("old_*");
        rule.putObject("actions").put("drop-table", "approve");
        good(fleet.admin("r1").put("/v1/guard", guard));
        await().atMost(PATIENCE)
                .until(() -> fleet.get("r2", "/v1/guard").path("rules").size() == 1);
        try (MySqlTestClient client = fleet.connect("r2", "demo2")) {
            client.query("CREATE TABLE old_1 (id INT PRIMARY KEY)");
            assertThat(client.query("DROP TABLE old_1"))
                    .isInstanceOfSatisfying(
                            Failure.class,
                            failure -> assertThat(failure.message()).contains("guard_refused"));

            // When
            ObjectNode approval = AdminClient.object().put("project", "demo2").put("reason", "x");
            approval.putArray("classes").add("drop-table");
            approval.putArray("tables").add("old_*");
            String id =
                    good(fleet.admin("r1").post("/v1/approvals", approval.put("statements", 2)))
                            .path("id")
                            .asText();
            await().atMost(PATIENCE)
                    .until(() -> !(client.query("DROP TABLE old_1") instanceof Failure));
            QueryResult kept = client.query("DROP TABLE notes");

            // Then
            assertThat(kept).isNotInstanceOf(Failure.class);
            assertThat(statementsLeft(id)).isEqualTo(1);
            assertThat(texts(fleet.get("r2", quarantine("demo2")).path("tables"), "table"))
                    .contains("notes");
            good(
                    fleet.admin("r2")
                            .post(
                                    "/v1/projects/demo2/undrop",
                                    AdminClient.object().put("table", "notes")));
            assertThat(client.query("SELECT text FROM notes WHERE id = 1").toString())
                    .contains("This is demo2");
            good(fleet.admin("r2").delete("/v1/approvals/" + id));
        }
        good(fleet.admin("r2").put("/v1/guard", AdminClient.object()));
    }

    /** As ZooKeeper has it: the picture of a router may be a moment older. */
    private static int statementsLeft(String approval) throws Exception {
        byte[] znode = tree.asOperator().getData().forPath("/approvals/" + approval);
        Matcher left =
                Pattern.compile("\"statements\":(\\d+)")
                        .matcher(new String(znode, StandardCharsets.UTF_8));
        assertThat(left.find()).isTrue();
        return Integer.parseInt(left.group(1));
    }

    private static String quarantine(String project) {
        return "/v1/projects/" + project + "/quarantine";
    }

    @Test
    void aLossIsFoundContainedAndResolved() throws Exception {
        // Given
        try (MySqlTestClient client = fleet.connect("r1", "demo1")) {
            client.query("CREATE TABLE orders (id INT PRIMARY KEY)");
            client.query("INSERT INTO orders VALUES (1), (2)");
        }
        fleet.primaryOf("c1").execute("SET GLOBAL binlog_expire_logs_seconds = 86400");

        // When
        fleet.primaryOf("c1").execute("DROP TABLE demo1.notes, demo1.orders");

        // Then
        fleet.awaitEveryRouter("/v1/projects/demo1", "available", "false");
        JsonNode incident = fleet.get("r2", "/v1/incidents?state=open").path("incidents").path(0);
        assertThat(incident.path("kind").asText()).isEqualTo("data-loss");
        assertThat(incident.path("tablesLost").asInt()).isEqualTo(2);
        // The primary keeps its logs meanwhile, and the agents remember what it is to go back to
        await().atMost(PATIENCE).until(() -> isThere("/watch/c1/purge"));

        // And
        ObjectNode reason = AdminClient.object().put("reason", "mended");
        String id = incident.path("id").asText();
        good(fleet.admin("r2").post("/v1/incidents/" + id + "/close", reason));
        fleet.awaitEveryRouter("/v1/projects/demo1", "available", "true");
        await().atMost(PATIENCE).until(() -> !isThere("/watch/c1/purge"));
        assertThat(fleet.primaryOf("c1").variable("binlog_expire_logs_seconds")).isEqualTo("86400");
    }

    @Test
    void anotherAgentTakesOver() throws Exception {
        // Given
        await().atMost(PATIENCE).until(() -> leader("c1").equals("a1"));
        extraAgent("a1b", "c1");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                texts(fleet.get("r1", "/v1/agents").path("agents"), "id")
                                        .contains("a1b"));

        // When
        fleet.agentOf("c1").kill();

        // Then
        await().atMost(PATIENCE).until(() -> leader("c1").equals("a1b"));
        MariaDbServer primary = fleet.primaryOf("c1");
        primary.kill();
        fleet.awaitEveryRouter("/v1/clusters/c1", "health", "unreachable");
        primary.restart();
        primary.openForWrites();
        fleet.awaitEveryRouter("/v1/clusters/c1", "health", "healthy");

        // And the first one comes back behind it
        fleet.agentOf("c1").restart();
        fleet.agentOf("c1").awaitReady();
        extras.forEach(ChildProcess::stop);
        await().atMost(PATIENCE).until(() -> leader("c1").equals("a1"));
        fleet.awaitEveryRouter("/v1/clusters/c1", "health", "healthy");
    }

    @Test
    void aClusterGoesWithItsVerdict() throws Exception {
        // Given: nobody listens where its instance should be
        ObjectNode definition = AdminClient.object().put("family", "mariadb");
        definition
                .putArray("instances")
                .addObject()
                .put("id", "c3-1")
                .put("host", "127.0.0.1")
                .put("port", FreePorts.next());
        good(fleet.admin("r1").put("/v1/clusters/c3", definition));
        extraAgent("a3", "c3");
        fleet.awaitEveryRouter("/v1/clusters/c3", "health", "unreachable");
        assertThat(isThere("/verdicts/c3")).isTrue();
        extras.forEach(ChildProcess::stop);

        // When
        good(fleet.admin("r2").delete("/v1/clusters/c3?reason=test"));

        // Then
        for (String kind : List.of("clusters", "intents", "verdicts")) {
            assertThat(isThere("/" + kind + "/c3")).as(kind).isFalse();
        }
    }

    @Test
    void theAuditIsTrimmed() throws Exception {
        // Given
        CuratorFramework operators = tree.asOperator();
        fleet.change("r1", "c2", "cordon");
        await().atMost(PATIENCE).until(() -> !audit(operators).isEmpty());
        byte[] entry = operators.getData().forPath("/audit/" + audit(operators).getFirst());
        fillAudit(operators, entry);
        String oldest = audit(operators).getFirst();

        // When
        for (int i = 0; i < AUDIT_TRIMMED_EVERY; i++) {
            fleet.change("r" + (1 + i % 2), "c2", i % 2 == 0 ? "uncordon" : "cordon");
        }
        fleet.change("r1", "c2", "uncordon");

        // Then
        await().atMost(PATIENCE).until(() -> !isThere("/audit/" + oldest));
        assertThat(audit(operators)).hasSizeLessThan(AUDIT_KEPT + AUDIT_TRIMMED_EVERY);
    }

    /** As many as are kept, under the next numbers; what is there before is then too much. */
    private static void fillAudit(CuratorFramework operators, byte[] entry) throws Exception {
        long last = Long.parseLong(audit(operators).getLast());
        for (int i = 0; i < AUDIT_KEPT; i += AUDIT_TRIMMED_EVERY) {
            List<CuratorOp> some = new ArrayList<>();
            for (int j = 1; j <= AUDIT_TRIMMED_EVERY; j++) {
                String path = "/audit/%010d".formatted(last + i + j);
                some.add(operators.transactionOp().create().forPath(path, entry));
            }
            operators.transaction().forOperations(some);
        }
    }

    private static List<String> audit(CuratorFramework client) throws Exception {
        return client.getChildren().forPath("/audit").stream().sorted().toList();
    }

    @Test
    void nobodyWritesWhatIsForAnotherRole() throws Exception {
        // Given
        byte[] nothing = new byte[0];
        await().atMost(PATIENCE).until(() -> isThere("/watch/c1"));

        // Then
        for (String ofOperators :
                List.of("/clusters/c1", "/placement-policy", "/projects", "/audit")) {
            assertThatThrownBy(() -> tree.asAgent().setData().forPath(ofOperators, nothing))
                    .as(ofOperators)
                    .isInstanceOf(KeeperException.NoAuthException.class);
        }
        for (String ofAgents : List.of("/verdicts/c1", "/watch", "/election/c1", "/health/c1")) {
            assertThatThrownBy(() -> tree.asRouter().setData().forPath(ofAgents, nothing))
                    .as(ofAgents)
                    .isInstanceOf(KeeperException.NoAuthException.class);
        }
    }

    /** Another agent like that of the cluster {@code c1}, with the same identity. */
    private void extraAgent(String id, String cluster) throws Exception {
        Path folder = PrivateDirectories.create(fleet.data().resolve(id));
        Path config = folder.resolve("agent.yaml");
        String inventory = Matcher.quoteReplacement(folder.resolve("inventory.gz").toString());
        String first = Files.readString(fleet.data().resolve("a1").resolve("agent.yaml"));
        PrivateDirectories.write(
                config,
                first.replaceFirst("(?m)^id: .*", "id: " + id)
                        .replaceFirst("(?m)^cluster: .*", "cluster: " + cluster)
                        .replaceFirst("inventoryFile: \"[^\"]*\"", "inventoryFile: " + inventory)
                        .replaceFirst(
                                "admin: \\{ bind: 127.0.0.1, port: \\d+",
                                "admin: { bind: 127.0.0.1, port: " + FreePorts.next()));
        List<String> command = new ArrayList<>(fleet.agentOf("c1").process().command());
        command.set(command.size() - 1, config.toString());
        extras.add(ChildProcess.start(id, command, folder.resolve(id + ".log")));
    }

    /** The agent whose turn it is; empty where there is none. */
    private static String leader(String cluster) throws Exception {
        CuratorFramework client = tree.asOperator();
        String election = "/election/" + cluster;
        List<String> queue =
                client.getChildren().forPath(election).stream()
                        .sorted(Comparator.comparing(FleetRolesIT::sequence))
                        .toList();
        if (queue.isEmpty()) {
            return "";
        }
        try {
            byte[] id = client.getData().forPath(election + "/" + queue.getFirst());
            return new String(id, StandardCharsets.UTF_8);
        } catch (KeeperException.NoNodeException e) {
            return ""; // it has gone meanwhile
        }
    }

    private static String sequence(String latch) {
        return latch.substring(latch.lastIndexOf('-') + 1);
    }

    private static boolean isThere(String path) throws Exception {
        return tree.asOperator().checkExists().forPath(path) != null;
    }

    private static Set<String> texts(JsonNode records, String field) {
        Set<String> texts = new TreeSet<>();
        StreamSupport.stream(records.spliterator(), false)
                .forEach(one -> texts.add(one.path(field).asText()));
        return texts;
    }

    private static JsonNode good(Answer answer) {
        assertThat(answer.isOk()).as("%d %s", answer.status(), answer.body()).isTrue();
        return answer.body();
    }
}
