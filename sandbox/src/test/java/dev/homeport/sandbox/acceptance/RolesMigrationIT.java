package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.fleet.Daemon;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.topology.zk.AclConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that runs with one identity is brought to roles, by the steps of docs/zookeeper.md. */
@Timeout(300)
final class RolesMigrationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROUTERS = "routers";
    private static final String AGENTS = "agents";
    private static final String OPERATORS = "operators";

    @TempDir private Path directory;
    private RunningFleet fleet;

    @Test
    void theStepsOfThePageBringARunningFleetToRoles() throws Exception {
        try (RunningFleet started = RunningFleet.start(directory, size -> size.sized(1, 0, 2))) {
            // Given: files of the new identities
            fleet = started;
            for (String role : List.of(ROUTERS, AGENTS, OPERATORS)) {
                PrivateDirectories.write(digestOf(role), role + ":" + UUID.randomUUID() + "\n");
            }
            DaemonLogs whileRefused = DaemonLogs.fromNow(fleet.data());

            // When: steps 1 to 3
            Path copy = directory.resolve("copy.yaml");
            PrivateDirectories.write(copy, Files.readString(config("r1", "router")));
            addAcl(copy);
            for (String router : fleet.routers()) {
                giveIdentity(config(router, "router"), ROUTERS);
            }
            giveIdentity(config("a1", "agent"), AGENTS);
            assertThat(ensemble("acl", "--config", copy.toString()))
                    .contains(" znodes have the ACLs of ");

            // Then: the old daemons serve by the picture that they have, and say so
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(whileRefused.refusals())
                                            .extracting(line -> line.substring(0, 2))
                                            .contains("r1", "r2", "a1"));
            for (String router : fleet.routers()) {
                assertServes(router);
                await().atMost(PATIENCE)
                        .untilAsserted(
                                () ->
                                        assertThat(fleet.get(router, "/v1/status").toString())
                                                .contains("refuses to let this daemon"));
            }

            // When: step 4
            Map<String, DaemonLogs> afterwards = new TreeMap<>();
            afterwards.put("a1", restart(fleet.agentOf("c1")));
            for (String router : fleet.routers()) {
                afterwards.put(router, restart(fleet.router(router)));
            }

            // Then
            assertWorks();
            for (Map.Entry<String, DaemonLogs> one : afterwards.entrySet()) {
                assertThat(one.getValue().refusals())
                        .noneMatch(line -> line.startsWith(one.getKey()));
            }
        }
    }

    private void assertWorks() throws Exception {
        fleet.awaitEveryRouter("/v1/clusters/c1", "health", "healthy");
        for (String router : fleet.routers()) {
            assertServes(router);
            String project = "/v1/projects/placed-by-" + router;
            assertThat(fleet.place(router, "placed-by-" + router).status()).isEqualTo(201);
            assertThat(fleet.admin(router).delete(project + "?reason=test").isOk()).isTrue();
            fleet.change(router, "c1", "cordon");
            fleet.change(router, "c1", "uncordon");
        }
        try (TreeByRole tree =
                new TreeByRole(
                        fleet.zooKeeperConnect(),
                        digestOf(ROUTERS),
                        digestOf(AGENTS),
                        digestOf(OPERATORS))) {
            assertThat(tree.assertAsOnThePage()).isGreaterThan(20);
        }
    }

    private void assertServes(String router) throws Exception {
        try (MySqlTestClient client = fleet.connect(router, "demo1")) {
            assertThat(client.query("SELECT text FROM notes WHERE id = 1").toString())
                    .contains("This is demo1");
        }
        assertThat(fleet.get(router, "/v1/projects/demo1").path("available").asBoolean()).isTrue();
    }

    /** Returns what everybody logs from then on. */
    private DaemonLogs restart(Daemon daemon) throws IOException {
        daemon.stop();
        DaemonLogs afterwards = DaemonLogs.fromNow(fleet.data());
        daemon.restart();
        daemon.awaitReady();
        return afterwards;
    }

    private Path digestOf(String role) {
        return directory.resolve("digest-of-" + role);
    }

    private Path config(String daemon, String kind) {
        return fleet.data().resolve(daemon).resolve(kind + ".yaml");
    }

    private void giveIdentity(Path config, String role) throws Exception {
        String digest = Matcher.quoteReplacement("digestFile: \"" + digestOf(role) + "\"");
        PrivateDirectories.write(
                config, Files.readString(config).replaceFirst("digestFile: \"[^\"]*\"", digest));
        addAcl(config);
    }

    private void addAcl(Path config) throws Exception {
        String section =
                "$1, acl: { routers: [\"%s\"], agents: [\"%s\"], operators: [\"%s\"] }"
                        .formatted(identity(ROUTERS), identity(AGENTS), identity(OPERATORS));
        PrivateDirectories.write(
                config, Files.readString(config).replaceFirst("(digestFile: \"[^\"]*\")", section));
    }

    /** As {@code homeport ensemble identity} tells it. */
    private String identity(String role) throws Exception {
        return AclConfig.identityOf(digestOf(role)).toString();
    }

    private static String ensemble(String... arguments) throws Exception {
        return Program.run(
                JavaCommand.withOwnClassPath(
                        "dev.homeport.router.EnsembleMain",
                        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                        List.of(arguments)),
                Map.of());
    }
}
