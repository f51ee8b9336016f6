package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.acceptance.OperatorCommand.Result;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files, editors and checks of records, with real routers and a real ZooKeeper. */
@Timeout(300)
final class FleetFileIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern KEPT = Pattern.compile("kept in (\\S+)");

    @TempDir private static Path directory;
    private static RunningFleet fleet;
    private static OperatorCommand homeport;

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
        homeport = OperatorCommand.at(fleet, "r1", directory);
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void setBack() throws Exception {
        apply(topology(100).toString());
    }

    /** A file with both clusters and the policy; JSON is YAML. */
    private static ObjectNode topology(int weight) {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode clusters = file.putObject("clusters");
        clusters.set("c1", definition("c1").put("weight", weight));
        clusters.set("c2", definition("c2"));
        file.putObject("placement-policy").putArray("preferred").add("c1").add("c2");
        return file;
    }

    private static ObjectNode definition(String cluster) {
        return (ObjectNode) fleet.get("r1", "/v1/clusters/" + cluster + "/definition");
    }

    private static void apply(String text) throws Exception {
        write("set-back.yaml", text);
        Result result = homeport.run("apply", "-f", "set-back.yaml", "--yes");
        assertThat(result.exitCode()).as(result.all()).isZero();
    }

    private static void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }

    /** An editor that is a script; the file is its last argument, {@code $1}. */
    private static OperatorCommand withEditor(String script) throws Exception {
        Path program = directory.resolve("an editor");
        Files.writeString(program, "#!/bin/sh\nset -e\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return homeport.with("EDITOR", "'" + program + "'");
    }

    private static int weight(String cluster) {
        return definition(cluster).path("weight").asInt();
    }

    @Test
    void writesWhatIsDifferentAndNothingTwice() throws Exception {
        // Given
        ObjectNode file = topology(50);
        file.putObject("guard").put("retention", "48h");
        write("t.yaml", file.toString());
        fleet.change("r1", "c1", "cordon");

        // When
        Result dry = homeport.run("apply", "-f", "t.yaml", "--dry-run");
        int weightAfterDryRun = weight("c1");
        Result applied = homeport.run("apply", "-f", "t.yaml", "--yes", "--reason", "test");
        Result again = homeport.run("apply", "-f", "t.yaml", "--yes");

        // Then
        assertThat(dry.exitCode()).as(dry.all()).isZero();
        assertThat(dry.out())
                .contains("cluster c1: changed\n  ~ weight: 100 -> 50\n")
                .contains("cluster c2: untouched\n")
                .contains("placement-policy: untouched\n")
                .contains("guard: changed\n  ~ retention: \"72h\" -> \"48h\"\n");
        assertThat(weightAfterDryRun).isEqualTo(100);
        assertThat(applied.exitCode()).as(applied.all()).isZero();
        assertThat(applied.out()).contains("2 changes applied.");
        assertThat(weight("c1")).isEqualTo(50);
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("Nothing to do");
        assertThat(fleet.get("r1", "/v1/clusters/c1").path("intent").asText())
                .isEqualTo("cordoned");
        fleet.change("r1", "c1", "uncordon");
        apply(topology(100).set("guard", JSON.createObjectNode()).toString());
    }

    @Test
    void withoutAYesNothingIsWritten() throws Exception {
        write("t.yaml", topology(60).toString());
        assertThat(homeport.run("apply", "-f", "t.yaml").exitCode()).isEqualTo(5);
        assertThat(weight("c1")).isEqualTo(100);
    }

    @Test
    void saysInWhichLineWhatIsWrongAndWritesNothing() throws Exception {
        // Given
        write(
                "wrong.yaml",
                """
                clusters:
                  c1:
                    family: mariadb
                    wieght: 60
                    instances:
                      - { id: c1-1, host: 127.0.0.1, port: 99999 }
                guard: { retention: 48h }
                """);

        // When
        Result applied = homeport.run("apply", "-f", "wrong.yaml", "--yes");
        Result checked = homeport.run("validate", "-f", "set-back.yaml", "wrong.yaml");

        // Then
        assertThat(applied.exitCode()).isEqualTo(1);
        assertThat(applied.err()).contains("nothing was written");
        assertThat(fleet.get("r1", "/v1/guard").path("retention").asText()).isEqualTo("72h");
        assertThat(checked.exitCode()).isEqualTo(1);
        assertThat(checked.out())
                .contains("set-back.yaml: 3 records, all good")
                .contains("wrong.yaml:4: clusters.c1.wieght: unknown field")
                .contains("did you mean \"weight\"?")
                .contains("wrong.yaml:6: clusters.c1.instances[0].port: must be");
    }

    @Test
    void aClusterComesWithThePolicyThatNamesItAndGoesOnlyWhenNothingNeedsIt() throws Exception {
        // Given
        ObjectNode file = topology(100);
        ((ObjectNode) file.path("clusters"))
                .putObject("c3")
                .put("family", "mariadb")
                .putArray("instances")
                .addObject()
                .put("id", "c3-1")
                .put("host", "127.0.0.1")
                .put("port", FreePorts.next());
        ((ObjectNode) file.path("placement-policy")).putArray("fallback").add("c3");
        write("three.yaml", file.toString());

        // When
        Result made = homeport.run("apply", "-f", "three.yaml", "--yes");

        // Then
        assertThat(made.exitCode()).as(made.all()).isZero();
        assertThat(made.out()).contains("cluster c3: new", "placement-policy: applied");

        // When: the file has neither c3, nor c2, which is a home
        ObjectNode one = topology(100);
        ((ObjectNode) one.path("clusters")).remove("c2");
        ((ObjectNode) one.path("placement-policy")).putArray("preferred").add("c1");
        write("one.yaml", one.toString());
        Result kept = homeport.run("apply", "-f", "one.yaml", "--yes");
        Result pruned = homeport.run("apply", "-f", "one.yaml", "--prune", "--yes");

        // Then
        assertThat(kept.out()).contains("cluster c3: untouched, it is not in the file");
        assertThat(pruned.exitCode()).isEqualTo(1);
        assertThat(pruned.out()).isEmpty();
        assertThat(pruned.err())
                .contains("nothing was written")
                .contains("--prune: cluster c2 is the home of")
                .doesNotContain("cluster c3");

        // And without a home among them
        write("two.yaml", topology(100).toString());
        Result gone = homeport.run("apply", "-f", "two.yaml", "--prune", "--yes");
        assertThat(gone.exitCode()).as(gone.all()).isZero();
        assertThat(gone.out()).contains("cluster c3: deleted");
        // What disappears is believed after a second.
        await().atMost(PATIENCE)
                .until(() -> fleet.get("r1", "/v1/clusters").path("clusters").size() == 2);
    }

    @Test
    void anEditorChangesARecord() throws Exception {
        // When
        Result edited =
                withEditor("sed -i 's/^weight: 100/weight: 70/' \"$1\"")
                        .run("edit", "cluster", "c1", "--yes");

        // Then
        assertThat(edited.exitCode()).as(edited.all()).isZero();
        assertThat(edited.all()).contains("~ weight: 100 -> 70", "cluster c1 is written.");
        assertThat(weight("c1")).isEqualTo(70);
    }

    @Test
    void aMistakeIsSaidInTheFileAndTheEditorOpensAgain() throws Exception {
        // Given: an editor that mistypes, and then reads what it is told
        Path seen = directory.resolve("seen");
        String script =
                """
                if grep -q 'NOT TAKEN' "$1"; then
                  cp "$1" '%s'
                  sed -i 's/^weight: 5000/weight: 80/' "$1"
                elif grep -q 'weight: 5000' "$1"; then
                  exit 9
                else
                  sed -i 's/^weight: 100/weight: 5000/' "$1"
                fi
                """
                        .formatted(seen);

        // When
        Result edited = withEditor(script).run("edit", "cluster", "c1", "--yes");

        // Then
        assertThat(edited.exitCode()).as(edited.all()).isZero();
        assertThat(weight("c1")).isEqualTo(80);
        String told = Files.readString(seen);
        Matcher line =
                Pattern.compile("#\\| +line (\\d+): weight: must be a whole number").matcher(told);
        assertThat(line.find()).as(told).isTrue();
        assertThat(told.lines().toList().get(Integer.parseInt(line.group(1)) - 1))
                .isEqualTo("weight: 5000");
    }

    @Test
    void whatIsLeftOrEmptiedChangesNothing() throws Exception {
        Result left = withEditor("true").run("edit", "policy", "--yes");
        Result emptied = withEditor(": > \"$1\"").run("edit", "cluster", "c1", "--yes");
        Result failed = withEditor("exit 3").run("edit", "guard", "--yes");
        Result absent = homeport.with("EDITOR", "/nowhere/ed").run("edit", "guard", "--yes");
        Result unknown = withEditor("true").run("edit", "cluster", "c77");

        assertThat(left.exitCode()).as(left.all()).isZero();
        assertThat(left.out()).contains("placement-policy stays as it is.");
        assertThat(emptied.exitCode()).isEqualTo(5);
        assertThat(emptied.err()).contains("the file was emptied");
        assertThat(failed.exitCode()).isEqualTo(5);
        assertThat(absent.exitCode()).isEqualTo(2);
        assertThat(absent.err()).contains("say which with EDITOR");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(weight("c1")).isEqualTo(100);
    }

    @Test
    void whatSomebodyTypedIsKeptWhenNothingCouldBeMadeOfIt() throws Exception {
        // When: the same mistake, twice
        Result stubborn =
                withEditor("sed -i 's/^weight: .*/weight: 5000/' \"$1\"")
                        .run("edit", "cluster", "c1", "--yes");
        // And a syntax that is none
        Result broken =
                withEditor(
                                "grep -q '^weight: \\[' \"$1\" || sed -i 's/^weight: .*/weight: [/' \"$1\"")
                        .run("edit", "cluster", "c1", "--yes");
        // And nobody who says yes
        Result unasked =
                withEditor("sed -i 's/^weight: .*/weight: 55/' \"$1\"")
                        .run("edit", "cluster", "c1");

        // Then
        assertThat(stubborn.exitCode()).isEqualTo(5);
        assertThat(kept(stubborn)).contains("weight: 5000", "must be a whole number");
        assertThat(broken.exitCode()).isEqualTo(5);
        assertThat(kept(broken)).contains("weight: [", "is no valid YAML");
        assertThat(unasked.exitCode()).isEqualTo(5);
        assertThat(kept(unasked)).contains("weight: 55");
        assertThat(weight("c1")).isEqualTo(100);
    }

    @Test
    void whatSomebodyElseWroteMeanwhileIsNotWrittenOver() throws Exception {
        // Given: an editor that is open for a while
        Path open = directory.resolve("open");
        Path close = directory.resolve("close");
        OperatorCommand slow =
                withEditor(
                        """
                        touch '%s'
                        while [ ! -e '%s' ]; do sleep 0.1; done
                        sed -i 's/^weight: .*/weight: 90/' "$1"
                        """
                                .formatted(open, close));
        Process editing = slow.start("edit", "cluster", "c1", "--yes");
        await().atMost(PATIENCE).until(() -> Files.exists(open));

        // When
        fleet.admin("r1").put("/v1/clusters/c1", definition("c1").put("weight", 20));
        Files.createFile(close);
        String err = new String(editing.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = editing.waitFor();

        // Then
        assertThat(exitCode).as(err).isEqualTo(6);
        assertThat(err).contains("cluster c1: somebody else has changed it since it was read");
        assertThat(kept(new Result(exitCode, "", err))).contains("weight: 90");
        assertThat(weight("c1")).isEqualTo(20);
    }

    @Test
    void withoutARouterOnlyTheFormIsLookedAt() throws Exception {
        // Given
        write("misspelt.yaml", "clusterz: {}\n");
        OperatorCommand nobody =
                homeport.with("HOMEPORT_URL", "http://127.0.0.1:" + FreePorts.next());

        // When
        Result good = nobody.run("validate", "-f", "set-back.yaml");
        Result offline = nobody.run("validate", "--offline", "-f", "set-back.yaml");
        Result wrong = nobody.run("validate", "-f", "misspelt.yaml", "-o", "json");

        // Then
        assertThat(good.exitCode()).isEqualTo(3);
        assertThat(good.err()).contains("ONLY THE FORM was looked at");
        assertThat(good.out()).contains("good in form; no router was asked");
        assertThat(offline.exitCode()).isZero();
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(JSON.readTree(wrong.out()).at("/files/0/problems/0").asText())
                .startsWith("misspelt.yaml:1: clusterz: unknown section")
                .endsWith("(did you mean \"clusters\"?)");
    }

    @Test
    void whatEveryRouterRejectsIsListed() throws Exception {
        try (ZooKeeperFleet zooKeeper = fleet.zooKeeper()) {
            // Given
            assertThat(homeport.run("validate", "--live").exitCode()).isZero();
            byte[] good = zooKeeper.client().getData().forPath("/clusters/c2");
            String bad = new String(good, StandardCharsets.UTF_8).replace("weight", "wieght");

            // When
            zooKeeper
                    .client()
                    .setData()
                    .forPath("/clusters/c2", bad.getBytes(StandardCharsets.UTF_8));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> {
                                Result live = homeport.run("validate", "--live", "-o", "json");
                                assertThat(live.exitCode()).isEqualTo(1);
                                JsonNode rejected = JSON.readTree(live.out()).path("rejected");
                                assertThat(rejected.findValuesAsText("router"))
                                        .containsExactlyInAnyOrder("r1", "r2");
                                assertThat(rejected.findValuesAsText("suggestion"))
                                        .containsOnly("weight");
                            });
            assertThat(homeport.run("validate", "--live").out())
                    .contains("clusters/c2", "wieght", "unknown field")
                    .contains("The last good values stay in force");

            // And when it is mended
            zooKeeper.client().setData().forPath("/clusters/c2", good);
            await().atMost(PATIENCE)
                    .until(() -> homeport.run("validate", "--live").exitCode() == 0);
        }
    }

    private static String kept(Result result) throws Exception {
        Matcher path = KEPT.matcher(result.err());
        assertThat(path.find()).as(result.err()).isTrue();
        Path file = Path.of(path.group(1));
        String text = Files.readString(file);
        Files.delete(file);
        Files.delete(file.getParent());
        return text;
    }
}
