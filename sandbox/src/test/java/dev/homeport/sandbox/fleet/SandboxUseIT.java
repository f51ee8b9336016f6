package dev.homeport.sandbox.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.description.SandboxDescription.Agent;
import dev.homeport.sandbox.description.SandboxDescription.Instance;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.process.ChildProcess;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code homeport up} gives: one sandbox that all tests here use. */
final class SandboxUseIT {
    @TempDir private static Path directory;

    private static UpProcess up;
    private static SandboxDescription sandbox;
    private static List<ProcessHandle> partsAtTheStart;

    @BeforeAll
    static void start() throws Exception {
        up = UpProcess.start(directory.resolve("data"), "--clusters", "2", "--replicas", "1");
        sandbox = up.awaitReady();
        partsAtTheStart = UpProcess.parts(sandbox);
    }

    @AfterAll
    static void stop() {
        up.close();
    }

    @Test
    void describesItselfInAFileOfItsOwner() throws Exception {
        // Given
        Path file = directory.resolve("data").resolve("sandbox.json");

        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(partsAtTheStart).hasSize(1 + 4 + 2 + 1);
        assertThat(sandbox.pid()).isEqualTo(up.process().pid());
        assertThat(sandbox.projects())
                .extracting(project -> project.id() + " on " + project.cluster())
                .containsExactly("demo1 on c1", "demo2 on c2", "demo3 on c1", "demo4 on c2");
        assertThat(sandbox.cluster("c1").instances())
                .extracting(Instance::role)
                .containsExactly("primary", "replica");
    }

    @Test
    void aRouterSaysWhichVersionItIs() {
        // Given
        SandboxDescription.Admin admin = sandbox.router("r1").admin();

        // When
        String version =
                new AdminClient(URI.create(admin.url()), admin.token())
                        .get("/v1/routers")
                        .body()
                        .at("/routers/0/version")
                        .asText();

        // Then
        assertThat(version).matches("\\d+\\.\\d+\\..*");
    }

    @Test
    void demoProjectsAreReachedByUserAndBySchema() throws Exception {
        // Given
        Login bySchema = Login.as("app", sandbox.app().password()).withSchema("demo1");
        int port = sandbox.router("r1").mysql().port();

        // When
        try (MySqlTestClient client = MySqlTestClient.login(port, bySchema)) {
            String text = Asking.firstValue(client, "SELECT text FROM notes WHERE id = 1");

            // Then
            assertThat(text).isEqualTo("This is demo1.");
        }
        assertThat(Asking.project(sandbox, "demo2", "SELECT text FROM notes WHERE id = 1"))
                .isEqualTo("This is demo2.");
    }

    @Test
    void replicasHaveWhatApplicationsWrote() throws Exception {
        // Given
        Instance replica = sandbox.cluster("c1").instances().get(1);
        Login root = Login.as("root", sandbox.cluster("c1").root().password());

        // When
        try (MySqlTestClient client = MySqlTestClient.login(replica.port(), root)) {
            // Then
            await().atMost(Duration.ofMinutes(1))
                    .until(
                            () ->
                                    Asking.firstValue(client, "SELECT COUNT(*) FROM demo1.notes")
                                            .equals("3"));
            assertThat(Asking.firstValue(client, "SELECT @@read_only")).isEqualTo("1");
        }
    }

    @Test
    void aNewProjectIsUsedByTheApplicationAtOnce() throws Exception {
        // Given
        SandboxDescription.Admin admin = sandbox.router("r1").admin();
        AdminClient client = new AdminClient(URI.create(admin.url()), admin.token());

        // When
        AdminClient.Answer answer =
                client.post("/v1/projects", AdminClient.object().put("id", "p-4.2_x"));

        // Then
        assertThat(answer.status()).isEqualTo(201);
        Asking.project(sandbox, "p-4.2_x", "CREATE TABLE t AS SELECT 7 AS a");
        assertThat(Asking.project(sandbox, "p-4.2_x", "SELECT a FROM t")).isEqualTo("7");
    }

    @Test
    void theApplicationReachesNothingOfTheServersOwn() throws Exception {
        // Given
        Login login = Login.as("app+demo1", sandbox.app().password());
        int port = sandbox.router("r1").mysql().port();
        try (MySqlTestClient client = MySqlTestClient.login(port, login)) {
            for (String statement :
                    List.of(
                            "SELECT * FROM mysql.global_priv",
                            "CREATE TABLE mysql.t (a INT)",
                            "UPDATE homeport.epoch SET epoch = 0",
                            "DROP DATABASE sys",
                            "SET GLOBAL read_only = OFF",
                            "CREATE USER somebody")) {
                // Then
                assertThat(client.query(statement)).isInstanceOf(Failure.class);
            }
        }
    }

    @Test
    void noSecretIsOnTheScreenInALogOrInACommandLine() throws Exception {
        // Given
        List<Path> places = new ArrayList<>(List.of(up.output()));
        for (ProcessHandle part : UpProcess.parts(sandbox)) {
            places.add(Path.of("/proc/" + part.pid() + "/cmdline"));
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            files.filter(file -> file.toString().endsWith(".log")).forEach(places::add);
        }

        // Then
        assertThat(places).hasSizeGreaterThan(14);
        for (Path place : places) {
            // Some of the server's own logs are no text.
            assertThat(Files.readString(place, StandardCharsets.ISO_8859_1))
                    .as(place.toString())
                    .doesNotContain(
                            sandbox.app().password(),
                            sandbox.cluster("c1").root().password(),
                            sandbox.router("r1").admin().token(),
                            sandbox.zookeeper().digest().split(":")[1]);
        }
    }

    @Test
    void aPartThatDiedIsToldOfAndIsStartedAgainByHand() throws Exception {
        // Given
        Agent agent = sandbox.agents().get(1);
        ProcessHandle.of(agent.pid()).orElseThrow().destroyForcibly();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> up.screen().contains("a2 (pid " + agent.pid() + ") has ended"));

        // When
        try (ChildProcess again =
                ChildProcess.start("a2", agent.command().argv(), directory.resolve("a2.log"))) {
            // Then
            await().atMost(Duration.ofMinutes(2)).until(() -> isReady(agent) && again.isAlive());
        }
    }

    @Test
    void itsDirectoryIsForOneSandboxOnly() {
        // When
        UpProcess second = UpProcess.start(directory.resolve("data"));

        // Then
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.screen().strip())
                .isEqualTo(
                        "homeport up: a sandbox runs in %s already (pid %d)"
                                .formatted(directory.resolve("data"), up.process().pid()));
        assertThat(directory.resolve("data").resolve("sandbox.json")).exists();
    }

    private static boolean isReady(Agent agent) {
        try {
            return new AdminClient(URI.create(agent.admin().url()), "").get("/health/ready").isOk();
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
