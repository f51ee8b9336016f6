package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.DB1;
import static dev.homeport.agent.AgentFleet.DB2;
import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Health;
import dev.homeport.topology.ObservedHealth;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.ZnodePaths;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AgentIT {
    @TempDir Path directory;

    private AgentFleet fleet;

    @BeforeEach
    void startFleet() throws Exception {
        fleet = new AgentFleet(directory);
    }

    @AfterEach
    void stopFleet() {
        fleet.close();
    }

    @Test
    void judgesAHealthyClusterAndKeepsTheEpochOnItToo() throws Exception {
        // Given
        fleet.primary.execute("INSERT INTO homeport.epoch VALUES ('c1', 41)");
        fleet.replica.awaitCaughtUpWith(fleet.primary);

        // When
        AgentMain agent = fleet.startAgent("a1");
        Verdict verdict = fleet.awaitHealth(Health.HEALTHY);

        // Then
        assertThat(verdict.primary()).contains(DB1);
        assertThat(verdict.replicas()).containsExactly(DB2);
        assertThat(verdict.epoch()).isEqualTo(42);
        assertThat(verdict.capabilities().orElseThrow().names())
                .contains("CLIENT_DEPRECATE_EOF", "MARIADB_CLIENT_PROGRESS");
        assertThat(fleet.primary.query("SELECT epoch FROM homeport.epoch"))
                .containsExactly(List.of("42"));
        await().until(() -> get(agent, "/health/ready").statusCode() == 200);
        assertThat(get(agent, "/health/live").body()).isEqualTo("live\n");
        assertThat(get(agent, "/v1/instances").body())
                .contains("\"db1\":{\"version\":\"")
                .contains("\"capabilities\":\"" + verdict.capabilities().orElseThrow())
                .contains("\"source\":\"127.0.0.1:" + fleet.primary.port());
        assertThat(get(agent, "/metrics").body())
                .contains("agent_leader 1.0")
                .contains("agent_verdicts_total{outcome=\"published\"}")
                .contains("agent_probe_seconds_count{instance=\"db2\",outcome=\"answers\"}")
                .contains("agent_watch_problems 0.0")
                .doesNotContain(fleet.account.password());
    }

    @Test
    void watchesForDataLossAndSaysWhatBlindsIt() throws Exception {
        // Given
        fleet.primary.execute("CREATE DATABASE p1", "CREATE TABLE p1.a (x INT)");
        AgentMain agent = fleet.startAgent("a1");
        fleet.awaitHealth(Health.HEALTHY);
        await().atMost(PATIENCE)
                .until(() -> !get(agent, "/metrics").body().contains("silence_seconds NaN"));

        // When
        fleet.primary.execute("DROP DATABASE p1");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                get(agent, "/metrics")
                                        .body()
                                        .contains(
                                                "agent_watch_incidents_total{severity=\"loss\"} 1.0"));
        fleet.primary.execute("REVOKE REPLICATION SLAVE ON *.* FROM " + fleet.account.user());
        fleet.startAgent("a2");
        agent.close();
        Verdict blind = fleet.awaitHealth(Health.DEGRADED);

        // Then
        assertThat(blind.primary()).contains(DB1);
        assertThat(blind.reason())
                .contains(
                        "data-loss watch of db1: the agent's account has no right REPLICATION SLAVE");
    }

    @Test
    void connectsAsTheRecordSaysAndTellsWhyItCannot() throws Exception {
        // Given
        fleet.startAgent("a1");
        fleet.awaitHealth(Health.HEALTHY);
        var required = new BackendLink(TlsMode.REQUIRED, Optional.empty(), false, Compression.OFF);

        // When the record asks for what these instances do not have
        fleet.define(
                required,
                AgentFleet.instance(DB1, fleet.primary),
                AgentFleet.instance(DB2, fleet.replica));
        Verdict unknown = fleet.awaitHealth(Health.UNKNOWN);

        // Then
        assertThat(unknown.primary()).contains(DB1);
        fleet.awaitVerdict(
                verdict ->
                        verdict.evidence()
                                .contains(
                                        "db1 to a1: locked-out, it offers no TLS, and tls.mode of"
                                                + " the cluster's record is required: it needs a"
                                                + " certificate, or another mode"));

        // When
        fleet.define(
                AgentFleet.instance(DB1, fleet.primary), AgentFleet.instance(DB2, fleet.replica));

        // Then
        fleet.awaitHealth(Health.HEALTHY);
    }

    @Test
    void hasNoPrimaryWhileItIsDeadAndANewEpochWhenItIsBack() throws Exception {
        // Given
        fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);

        // When
        fleet.primary.kill();
        Verdict without = fleet.awaitHealth(Health.NO_PRIMARY);
        fleet.primary.restart();
        fleet.primary.openForWrites();
        Verdict again = fleet.awaitHealth(Health.HEALTHY);

        // Then
        assertThat(without.primary()).isEmpty();
        assertThat(without.epoch()).isEqualTo(healthy.epoch());
        assertThat(again.primary()).contains(DB1);
        assertThat(again.epoch()).isEqualTo(healthy.epoch() + 1);
    }

    @Test
    void isUnreachableWithAllItsInstancesDeadAndKeepsItsPrimary() throws Exception {
        // Given
        fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);

        // When
        fleet.replica.kill();
        fleet.primary.kill();
        Verdict unreachable = fleet.awaitHealth(Health.UNREACHABLE);
        fleet.primary.restart();
        fleet.primary.openForWrites();
        Verdict degraded = fleet.awaitHealth(Health.DEGRADED);

        // Then
        assertThat(unreachable.reason()).isEqualTo("no instance answers any agent");
        assertThat(unreachable.epoch()).isGreaterThanOrEqualTo(healthy.epoch());
        assertThat(unreachable.capabilities()).isEqualTo(healthy.capabilities());
        assertThat(degraded.primary()).contains(DB1);
        // What else is wrong for a moment after the start, as with the watch, stands before it.
        assertThat(degraded.reason()).endsWith("db2 does not answer");
    }

    @Test
    void refusesToChooseBetweenTwoWritableInstances() throws Exception {
        // Given
        fleet.startAgent("a1");
        fleet.awaitHealth(Health.HEALTHY);

        // When
        fleet.replica.execute("STOP SLAVE", "RESET SLAVE ALL");
        fleet.replica.openForWrites();
        Verdict verdict = fleet.awaitHealth(Health.NO_PRIMARY);

        // Then
        assertThat(verdict.reason()).startsWith("db1 and db2 are writable");
        assertThat(verdict.primary()).isEmpty();
    }

    @Test
    void takesTheWordOfTheAgentThatIsLetIn() throws Exception {
        // Given
        fleet.startAgent("a1", "wrong password");
        await().atMost(PATIENCE).until(() -> fleet.reports().size() == 1);
        Verdict alone = fleet.awaitVerdict(verdict -> verdict.since().isPresent());

        // When
        fleet.startAgent("a2");
        Verdict together = fleet.awaitHealth(Health.HEALTHY);

        // Then
        assertThat(alone.health()).isEqualTo(Health.UNKNOWN);
        assertThat(fleet.reports().get(new AgentId("a1")).instances())
                .extracting(InstanceStatus::reachability)
                .containsOnly(Reachability.LOCKED_OUT);
        assertThat(together.primary()).contains(DB1);
        assertThat(together.evidence())
                .contains(
                        "db1 to a1: locked-out, access denied (error 1045)",
                        "db1 to a2: answers, writable");
    }

    @Test
    void keepsThePrimaryWhenItsAgentIsLockedOut() throws Exception {
        // Given
        AgentMain first = fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);
        first.close();

        // When
        fleet.startAgent("a2", "wrong password");
        Verdict unknown = fleet.awaitHealth(Health.UNKNOWN);

        // Then
        assertThat(unknown.primary()).isEqualTo(healthy.primary());
        assertThat(unknown.epoch()).isEqualTo(healthy.epoch());
    }

    @Test
    void leavesItsVerdictAndTakesItsReportWithItWhenItStops() throws Exception {
        // Given
        AgentMain agent = fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);
        await().atMost(PATIENCE).until(() -> fleet.reports().size() == 1);

        // When
        agent.close();
        await().atMost(PATIENCE).until(() -> fleet.reports().isEmpty());

        // Then
        // The size of the data may have become known in between.
        assertThat(fleet.verdict().with(healthy.dataBytes())).isEqualTo(healthy);
        assertThat(ObservedHealth.of(fleet.verdict(), fleet.reports())).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void handsLeadershipOver() throws Exception {
        // Given
        AgentMain first = fleet.startAgent("a1");
        fleet.awaitHealth(Health.HEALTHY);
        AgentMain second = fleet.startAgent("a2");
        await().atMost(PATIENCE).until(() -> fleet.reports().size() == 2);

        // When
        first.close();
        fleet.replica.kill();
        Verdict verdict = fleet.awaitHealth(Health.DEGRADED);

        // Then
        assertThat(verdict.primary()).contains(DB1);
        assertThat(get(second, "/metrics").body()).contains("agent_leader 1.0");
    }

    @Test
    void aLeaderThatWasReplacedWritesNothing() throws Exception {
        // Given
        AgentMain first = fleet.startAgent("a1");
        fleet.awaitHealth(Health.HEALTHY);
        AgentMain second = fleet.startAgent("a2");
        await().atMost(PATIENCE).until(() -> candidates().size() == 2);

        // When
        fleet.view.client().delete().forPath(electionPath() + "/" + candidates().getFirst());
        await().atMost(PATIENCE)
                .until(() -> get(second, "/metrics").body().contains("agent_leader 1.0"));
        second.close();
        fleet.replica.kill();
        await().atMost(PATIENCE)
                .until(() -> !get(first, "/metrics").body().contains("{outcome=\"conflict\"} 0.0"));

        // Then
        assertThat(fleet.verdict().health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void followsTheDefinition() throws Exception {
        // Given
        fleet.define(AgentFleet.instance(DB1, fleet.primary));
        fleet.startAgent("a1");
        Verdict alone = fleet.awaitHealth(Health.HEALTHY);

        // When
        fleet.define(
                AgentFleet.instance(DB1, fleet.primary), AgentFleet.instance(DB2, fleet.replica));
        Verdict both =
                fleet.awaitVerdict(
                        verdict ->
                                verdict.health() == Health.HEALTHY
                                        && verdict.replicas().contains(DB2));

        // Then
        assertThat(alone.replicas()).isEmpty();
        assertThat(both.primary()).contains(DB1);
        assertThat(both.epoch()).isEqualTo(alone.epoch());
    }

    @Test
    void goesOnAfterZooKeeperWasAway() throws Exception {
        // Given
        AgentMain agent = fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);

        // When
        fleet.zookeeper.kill();
        await().atMost(PATIENCE).until(() -> get(agent, "/health/ready").statusCode() == 503);
        fleet.replica.kill();
        fleet.zookeeper.restart();
        Verdict degraded = fleet.awaitHealth(Health.DEGRADED);

        // Then
        assertThat(degraded.primary()).contains(DB1);
        assertThat(degraded.epoch()).isEqualTo(healthy.epoch());
        await().atMost(PATIENCE).until(() -> fleet.reports().size() == 1);
    }

    @Test
    void writesItsVerdictAgainWhereSomebodyGarbledIt() throws Exception {
        // Given
        fleet.startAgent("a1");
        Verdict healthy = fleet.awaitHealth(Health.HEALTHY);
        String path = ZnodePaths.verdict(AgentFleet.C1);

        // When
        fleet.view.client().setData().forPath(path, new byte[] {'{'});
        await().atMost(PATIENCE)
                .until(() -> fleet.view.verdicts().read(AgentFleet.C1).value().isPresent());

        // Then
        Verdict again = fleet.view.verdicts().read(AgentFleet.C1).value().orElseThrow();
        // The size of the data may have become known in between.
        assertThat(again.with(healthy.dataBytes())).isEqualTo(healthy);
    }

    private static String electionPath() {
        return ZnodePaths.election(AgentFleet.C1);
    }

    private List<String> candidates() throws Exception {
        return fleet.view.client().getChildren().forPath(electionPath()).stream()
                .sorted((a, b) -> sequence(a).compareTo(sequence(b)))
                .toList();
    }

    private static String sequence(String znode) {
        return znode.substring(znode.lastIndexOf('-') + 1);
    }

    private static HttpResponse<String> get(AgentMain agent, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(agent.url() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
