package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.router.admin.HttpCaller.Reply;
import dev.homeport.testkit.zookeeper.ZooKeeperServer;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dry runs beside the writes that they stand for, on a real ZooKeeper. */
final class DryRunsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_BYTES = 262_144;
    private static final String PRIMARY = "{\"id\": \"c1-1\", \"host\": \"db1\", \"port\": 3306}";

    @TempDir private static Path directory;
    private static ZooKeeperServer zookeeper;
    private static TestAdmin admin;
    private static ZooKeeperFleet operator;
    private static List<Reply> vacant;

    /** c1 is a home and has a primary; c2 is named by the policy; nothing needs c3. */
    @BeforeAll
    static void start() throws Exception {
        zookeeper = ZooKeeperServer.start(directory.resolve("zk"));
        admin = TestAdmin.onZooKeeper("r1", zookeeper.connect(), directory);
        operator = TestAdmin.open(zookeeper.connect());
        await().atMost(PATIENCE).until(() -> get("/v1/clusters").status() == 200);
        vacant =
                List.of(
                        get("/v1/clusters"),
                        get("/v1/placement-policy"),
                        get("/v1/guard"),
                        put("/v1/clusters/c1?dryRun=true", definition(PRIMARY)),
                        put("/v1/placement-policy?dryRun=true", "{\"preferred\": [\"c1\"]}"),
                        get("/v1/clusters/c1"));
        await().atMost(PATIENCE)
                .until(() -> put("/v1/clusters/c1", definition(PRIMARY)).status() == 201);
        put("/v1/clusters/c2", definition(server("c2-1", "db2", 3306)));
        put("/v1/clusters/c3", definition(server("c3-1", "db3", 3306)));
        operator.writer().place(new ProjectId("p1"), Optional.of(new ClusterId("c1")));
        put("/v1/placement-policy", "{\"preferred\": [\"c2\"]}");
        operator.client()
                .create()
                .forPath(
                        "/verdicts/c1",
                        "{\"v\":1,\"health\":\"healthy\",\"primary\":\"c1-1\",\"epoch\":1}"
                                .getBytes(StandardCharsets.UTF_8));
        await().atMost(PATIENCE)
                .until(
                        () ->
                                get("/v1/clusters/c1")
                                                .json()
                                                .path("primary")
                                                .asText("")
                                                .equals("c1-1")
                                        && get("/v1/clusters/c1").json().path("residents").asInt()
                                                == 1
                                        && get("/v1/clusters/c3").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
        operator.close();
        zookeeper.close();
    }

    /** Of a fleet without a cluster, as apply asks before it writes the first one. */
    @Test
    void theFirstClusterMayBeTriedToo() {
        assertThat(vacant).extracting(Reply::status).containsExactly(200, 200, 200, 200, 400, 404);
        assertThat(vacant.get(0).json().path("clusters")).isEmpty();
        assertThat(vacant.get(1).etag()).contains("\"-1\"");
        assertThat(vacant.get(2).etag()).contains("\"-1\"");
        assertThat(vacant.get(3).json().path("isNew").asBoolean()).isTrue();
        assertThat(vacant.get(4).json().toString()).contains("do not exist");
    }

    @Test
    void whatIsDeletedIsOutOfTheWayForDryRunsToo() {
        // Given
        put("/v1/clusters/c5", definition(server("c5-1", "db5", 3306)));
        String moved = definition(server("c6-1", "db5", 3306));
        assertThat(put("/v1/clusters/c6?dryRun=true", moved).status()).isEqualTo(409);

        // When
        admin.as("admin").delete("/v1/clusters/c5");

        // Then
        assertThat(put("/v1/clusters/c6?dryRun=true", moved).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    c1 | c1-2 db1  3307 | 409 | must have c1-1, which is the primary | []
                    c3 | c3-1 db1  3306 | 409 | must not name db1:3306               | ["clusters/c1"]
                    c9 | c9-1 DB2  3306 | 409 | which is instance c2-1 of cluster c2 | ["clusters/c2"]
                    c1 | c1-2 db2  3306 | 409 | must have c1-1, which is the primary | []
                    c9 | c9-1 db2 99999 | 400 | instances[0].port: must be           | []
                    """)
    void aDefinitionIsRefusedWhereTheWriteWouldBe(
            String cluster, String instance, int status, String why, String conflictsWith) {
        // Given
        String[] words = instance.split(" +");
        String body = definition(server(words[0], words[1], Integer.parseInt(words[2])));
        String path = "/v1/clusters/" + cluster;

        // When
        Reply dry = put(path + "?dryRun=true", body);
        Reply write = put(path, body);

        // Then
        assertRefused(dry, write, status, why);
        assertThat(dry.json().at("/error/conflictsWith").toString())
                .isEqualTo(conflictsWith.equals("[]") ? "" : conflictsWith);
    }

    @Test
    void severalClustersMayStandInTheWay() {
        // When
        Reply dry =
                put(
                        "/v1/clusters/c9?dryRun=true",
                        definition(server("c9-1", "db1", 3306), server("c9-2", "db3", 3306)));

        // Then
        assertThat(dry.json().at("/error/conflictsWith").toString())
                .isEqualTo("[\"clusters/c1\",\"clusters/c3\"]");
    }

    @Test
    void whatIsTooLongForAZnodeIsTooLongForADryRun() {
        // Given: as long as a request may be, and the znode has the weight too
        String body =
                definition(PRIMARY).replace("{\"family\"", "{\"labels\":{\"a\":\"%s\"},\"family\"");
        String filled = body.formatted("x".repeat(MOST_BYTES - body.length() + 2));

        // When
        Reply dry = put("/v1/clusters/c1?dryRun=true", filled);
        Reply write = put("/v1/clusters/c1", filled);

        // Then
        assertRefused(dry, write, 400, "must be at most 262144 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    c1 | is the home of 1 projects (tombstones included) |
                    c2 | placement-policy names cluster c2               | placement-policy
                    """)
    void aClusterThatIsNeededStays(String cluster, String why, String conflictsWith) {
        // When
        Reply dry = admin.as("admin").delete("/v1/clusters/" + cluster + "?dryRun=true");
        Reply write = admin.as("admin").delete("/v1/clusters/" + cluster);

        // Then
        assertRefused(dry, write, 409, why);
        assertThat(dry.json().at("/error/conflictsWith/0").asText(null)).isEqualTo(conflictsWith);
    }

    @Test
    void aPolicyOfUnknownClustersIsRefusedWhateverItsVersionIs() {
        // Given
        String body = "{\"preferred\": [\"c9\"]}";

        // When
        Reply dry = putBy("\"7\"", "/v1/placement-policy?dryRun=true", body);
        Reply write = putBy("\"7\"", "/v1/placement-policy", body);

        // Then
        assertRefused(dry, write, 400, "names clusters that do not exist: [c9]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/clusters/c3", "/v1/placement-policy", "/v1/guard"})
    void anotherVersionIsRefused(String path) {
        // Given
        String body = path.contains("c3") ? definition(server("c3-1", "db3", 3306)) : "{}";

        // When
        Reply dry = putBy("\"7\"", path + "?dryRun=true", body);
        Reply write = putBy("\"7\"", path, body);

        // Then
        assertThat(dry.status()).isEqualTo(409).isEqualTo(write.status());
        assertThat(dry.errorCode()).isEqualTo("version_conflict").isEqualTo(write.errorCode());
    }

    private static void assertRefused(Reply dry, Reply write, int status, String why) {
        assertThat(dry.status()).isEqualTo(status);
        assertThat(dry.errorMessage()).contains(why);
        assertThat(dry.json()).isEqualTo(write.json());
        assertThat(write.status()).isEqualTo(status);
    }

    private static String definition(String... instances) {
        return "{\"family\":\"mariadb\",\"instances\":[" + String.join(",", instances) + "]}";
    }

    private static String server(String id, String host, int port) {
        return "{\"id\": \"%s\", \"host\": \"%s\", \"port\": %d}".formatted(id, host, port);
    }

    private static Reply get(String path) {
        return admin.as("viewer").get(path);
    }

    private static Reply put(String path, String body) {
        return admin.as("admin").put(path, body);
    }

    private static Reply putBy(String tag, String path, String body) {
        return HttpCaller.send(
                admin.as("admin")
                        .request(path)
                        .header("Content-Type", "application/json")
                        .header("If-Match", tag)
                        .PUT(BodyPublishers.ofString(body)));
    }
}
