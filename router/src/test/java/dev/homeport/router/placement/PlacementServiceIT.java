package dev.homeport.router.placement;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.router.FakeFleet;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real server; the fleet's records are in memory. */
final class PlacementServiceIT {
    private static final Account MAKER = Account.withRandomPassword("maker");

    @TempDir private static Path directory;
    private static MariaDbServer server;

    private FakeFleet fleet;
    private PlacementService service;

    @BeforeAll
    static void startServer() {
        server = MariaDbServer.startPrimary(MariaDbSettings.in(directory));
        // What conf/router.yaml asks for.
        server.execute(
                "CREATE USER maker@'%%' IDENTIFIED BY '%s'".formatted(MAKER.password()),
                "GRANT CREATE, CREATE ROUTINE, EVENT ON *.* TO maker@'%'");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void openService() {
        fleet = FakeFleet.empty().with("c1", Health.HEALTHY, primary());
        service = open("r1", MAKER.password());
    }

    @AfterEach
    void closeService() {
        service.close();
        server.openForWrites();
    }

    @Test
    void makesTheSchemaAndThenLetsTheProjectServe() {
        // When
        PlacementOutcome outcome = service.place(request("fresh", false));

        // Then
        assertThat(outcome).isEqualTo(new PlacementOutcome.Placed(fleet.placement("fresh"), true));
        assertThat(fleet.placement("fresh").state()).isEqualTo(ProjectState.SERVING);
        assertThat(fleet.placement("fresh").error()).isEmpty();
        assertThat(schemas()).contains("fresh");

        // And asked again it says where the project lives
        assertThat(service.place(request("fresh", false)))
                .isEqualTo(new PlacementOutcome.Placed(fleet.placement("fresh"), false));
    }

    @Test
    void takesAnEmptySchemaOfThatName() {
        // Given
        server.execute("CREATE DATABASE empty1");

        // Then
        assertThat(service.place(request("empty1", false)))
                .isInstanceOf(PlacementOutcome.Placed.class);
    }

    @Test
    void refusesASchemaWithTablesUnlessItIsAdopted() {
        // Given
        server.execute("CREATE DATABASE foreign1", "CREATE TABLE foreign1.t (a INT)");

        // When
        PlacementOutcome refused = service.place(request("foreign1", false));

        // Then
        assertThat(refused)
                .isInstanceOfSatisfying(
                        PlacementOutcome.Unfinished.class,
                        unfinished -> {
                            assertThat(unfinished.isForeign()).isTrue();
                            assertThat(unfinished.isNew()).isTrue();
                        });
        assertThat(fleet.placement("foreign1").state()).isEqualTo(ProjectState.PROVISIONING);
        assertThat(fleet.placement("foreign1").error().orElseThrow())
                .contains("schema foreign1 exists on c1-1 and is not empty");

        // And again: a failed attempt does not make it the project's
        assertThat(service.place(request("foreign1", false)))
                .isInstanceOfSatisfying(
                        PlacementOutcome.Unfinished.class,
                        unfinished -> assertThat(unfinished.isNew()).isFalse());

        // When
        PlacementOutcome adopted = service.place(request("foreign1", true));

        // Then
        assertThat(adopted).isInstanceOf(PlacementOutcome.Placed.class);
        assertThat(server.query("SHOW TABLES IN foreign1")).containsExactly(List.of("t"));
    }

    @Test
    void refusesASchemaThatHasOnlyARoutine() {
        // Given
        server.execute("CREATE DATABASE foreign2", "CREATE PROCEDURE foreign2.p() SELECT 1");

        // Then
        assertThat(service.place(request("foreign2", false)))
                .isInstanceOf(PlacementOutcome.Unfinished.class);
    }

    @Test
    void goesOnWhereAFailedAttemptStopped() {
        // Given: a second statement that fails until the schema it needs is there
        fleet.withPolicy(
                policy(
                        "CREATE DATABASE IF NOT EXISTS `{project}`",
                        "CREATE TABLE IF NOT EXISTS `{project}`.made (a INT)",
                        "CREATE TABLE IF NOT EXISTS `later`.`{project}` (a INT)"));
        PlacementOutcome failed = service.place(request("crashed", false));
        assertThat(failed)
                .isInstanceOfSatisfying(
                        PlacementOutcome.Unfinished.class,
                        unfinished ->
                                assertThat(unfinished.error())
                                        .contains("statement 3 of 3")
                                        .contains("error 1049")
                                        .doesNotContain("CREATE"));

        // When
        server.execute("CREATE DATABASE later");
        PlacementOutcome outcome = service.place(request("crashed", false));

        // Then: the table that the first attempt made does not stand in the way
        assertThat(outcome).isInstanceOf(PlacementOutcome.Placed.class);
        assertThat(fleet.placement("crashed").state()).isEqualTo(ProjectState.SERVING);
        assertThat(server.query("SHOW TABLES IN crashed")).containsExactly(List.of("made"));
    }

    @Test
    void writesNothingOnAServerThatIsReadOnly() {
        // Given
        server.closeForWrites();

        // When
        service.place(request("readonly", false));

        // Then
        assertThat(fleet.placement("readonly").error()).contains("primary c1-1 is read-only");
        assertThat(schemas()).doesNotContain("readonly");
    }

    @Test
    void aWrongPasswordIsShownWithoutThePassword() {
        // Given
        try (PlacementService wrong = open("r1", "not-the-password")) {
            // When
            wrong.place(request("locked", false));

            // Then
            assertThat(fleet.placement("locked").error().orElseThrow())
                    .contains("cannot be reached for provisioning: error 1045")
                    .doesNotContain("not-the-password");
        }

        // And the next attempt goes on
        assertThat(service.place(request("locked", false)))
                .isInstanceOf(PlacementOutcome.Placed.class);
    }

    @Test
    void manyAtOnceOnTwoRoutersGiveOneAnswer() throws Exception {
        // Given
        fleet.withPolicy(
                policy(
                        "CREATE DATABASE IF NOT EXISTS `{project}`",
                        "CREATE TABLE IF NOT EXISTS `{project}`.made (a INT)"));
        try (PlacementService other = open("r2", MAKER.password());
                ExecutorService threads = Executors.newFixedThreadPool(12)) {
            // When
            List<CompletableFuture<PlacementOutcome>> answers = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                PlacementService asked = i % 2 == 0 ? service : other;
                answers.add(supplyAsync(() -> asked.place(request("crowd", false)), threads));
            }

            // Then
            for (CompletableFuture<PlacementOutcome> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS))
                        .isInstanceOfSatisfying(
                                PlacementOutcome.Placed.class,
                                placed ->
                                        assertThat(placed.placement())
                                                .isEqualTo(fleet.placement("crowd")));
            }
            assertThat(answers)
                    .filteredOn(
                            answer ->
                                    answer.join() instanceof PlacementOutcome.Placed placed
                                            && placed.isNew())
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void aProjectThatIsServedMeanwhileIsPlaced() throws Exception {
        // When
        PlacementOutcome outcome = outcomeOfChangeTo(ProjectState.SERVING, "hurried");

        // Then
        assertThat(outcome)
                .isEqualTo(new PlacementOutcome.Placed(fleet.placement("hurried"), false));
    }

    @Test
    void aTombstoneInMidPlacingIsToldAsOne() throws Exception {
        // When
        PlacementOutcome outcome = outcomeOfChangeTo(ProjectState.DELETED, "buried");

        // Then
        assertThat(outcome).isEqualTo(new PlacementOutcome.Deleted(fleet.placement("buried")));
        assertThat(fleet.placement("buried").state()).isEqualTo(ProjectState.DELETED);
    }

    /** What comes of placing a project that somebody changes while its statements run. */
    private PlacementOutcome outcomeOfChangeTo(ProjectState state, String project)
            throws Exception {
        fleet.withPolicy(policy("CREATE DATABASE IF NOT EXISTS `{project}`", "DO SLEEP(1)"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<PlacementOutcome> answer =
                    supplyAsync(() -> service.place(request(project, false)), threads);
            await().atMost(Duration.ofSeconds(10)).until(() -> schemas().contains(project));
            fleet.changePlacement(
                    new ProjectId(project),
                    found -> found.in(state, Instant.now(), "changed by hand"));
            return answer.get(60, TimeUnit.SECONDS);
        }
    }

    private PlacementService open(String router, String password) {
        return PlacementService.open(
                new RouterId(router),
                fleet,
                fleet,
                new ServiceAccountConfig(
                        MAKER.user(),
                        Path.of("/unread"),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(30)),
                new Secret(password),
                any -> AccountLink.DEFAULT,
                Clock.systemUTC());
    }

    private static Instance primary() {
        return new Instance(new InstanceId("c1-1"), MariaDbServer.HOST, server.port());
    }

    private static PlacementPolicy policy(String... provision) {
        return new PlacementPolicy(List.of(), List.of(), List.of(provision));
    }

    private static PlacementRequest request(String project, boolean adopt) {
        return new PlacementRequest(new ProjectId(project), Optional.empty(), adopt, "test");
    }

    private static List<String> schemas() {
        return server.query("SHOW DATABASES").stream().map(List::getFirst).toList();
    }
}
