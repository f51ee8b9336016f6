package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.C1;
import static dev.homeport.agent.AgentFleet.DB1;
import static dev.homeport.agent.AgentFleet.DB2;
import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.net.TcpProxy;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two agents of one cluster, of which one reaches the databases over a network that fails: what
 * {@code VerdictFixturesTest} has as records, with real servers and a real ZooKeeper. The clusters'
 * records name a host that leads one agent to the servers and the other one, a process with a hosts
 * file of its own, to the network.
 */
@Timeout(300)
final class AgentViewsIT {
    private static final AgentId NEAR = new AgentId("near");
    private static final AgentId FAR = new AgentId("far");
    private static final String HOST = "localhost";
    private static final String NETWORK = "127.0.0.2";
    private static final Pattern PROBES =
            Pattern.compile("(?m)^agent_probe_seconds_count\\{.*} (\\S+)$");

    /** More than a judgement takes. */
    private static final int PROBES_EACH = 6;

    @TempDir Path directory;

    private AgentFleet fleet;
    private final List<TcpProxy> network = new ArrayList<>();
    private final List<Verdict> verdicts = new CopyOnWriteArrayList<>();
    private AgentMain near;
    private ChildProcess far;

    /** What the network does to the one agent. */
    enum Trouble {
        CUT,
        BLACK_HOLE,
        /** An answer takes longer than a probe waits for a connection, and it has one. */
        SLOW,
        /** No answer comes within the probe's timeout. */
        TOO_SLOW;

        private static final Duration SOME = Duration.ofMillis(400);
        private static final Duration MUCH = Duration.ofSeconds(3);

        void befall(TcpProxy proxy) {
            switch (this) {
                case CUT -> proxy.cut();
                case BLACK_HOLE -> proxy.blackHole();
                case SLOW -> proxy.delay(SOME);
                case TOO_SLOW -> proxy.delay(MUCH);
            }
        }

        boolean silences() {
            return this != SLOW;
        }
    }

    /** Who leads. */
    enum Leader {
        NEAR,
        FAR
    }

    @BeforeEach
    void startFleet() throws Exception {
        fleet = new AgentFleet(directory);
        fleet.define(instance(DB1, fleet.primary), instance(DB2, fleet.replica));
        InetAddress there = InetAddress.getByName(NETWORK);
        network.add(TcpProxy.at(there, fleet.primary.port()));
        network.add(TcpProxy.at(there, fleet.replica.port()));
        Files.writeString(directory.resolve("hosts"), NETWORK + " " + HOST + "\n");
    }

    @AfterEach
    void stopFleet() {
        if (far != null) {
            far.close();
        }
        network.forEach(TcpProxy::close);
        fleet.close();
    }

    private static Instance instance(InstanceId id, MariaDbServer server) {
        return new Instance(id, HOST, server.port());
    }

    @ParameterizedTest
    @EnumSource
    void theVerdictIsWhatTheAgentSeesThatIsAnsweredWhicheverLeads(Leader leader) throws Exception {
        // Given
        Verdict healthy = startAgents(leader);
        record(healthy);

        for (Trouble trouble : Trouble.values()) {
            // When
            network.forEach(trouble::befall);
            if (trouble.silences()) {
                awaitFar(Reachability.SILENT);
                fleet.awaitVerdict(
                        verdict -> verdict.evidence().stream().anyMatch(AgentViewsIT::isSilence));
            } else {
                awaitProbesOfFar();
            }

            // Then
            Verdict now = fleet.verdict();
            assertThat(now.primary()).contains(DB1);
            assertThat(now.evidence()).contains("db1 to near: answers, writable");
            assertThat(verdicts).as("%s", trouble).allSatisfy(one -> assertGood(one, leader));
            network.forEach(TcpProxy::heal);
            awaitFar(Reachability.ANSWERS);
            fleet.awaitHealth(Health.HEALTHY);
        }
        assertThat(verdicts).allSatisfy(one -> assertThat(one.epoch()).isEqualTo(healthy.epoch()));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SLOW")
    void onceTheOneThatIsAnsweredGoesNobodyIsAnsweredAndThePrimaryStays(Trouble trouble)
            throws Exception {
        // Given
        Verdict healthy = startAgents(Leader.NEAR);
        network.forEach(trouble::befall);
        awaitFar(Reachability.SILENT);
        assertThat(fleet.verdict().health()).isEqualTo(Health.HEALTHY);

        // When
        near.close();
        Verdict unreachable = fleet.awaitHealth(Health.UNREACHABLE);
        network.forEach(TcpProxy::heal);
        Verdict again = fleet.awaitHealth(Health.HEALTHY);

        // Then
        assertThat(unreachable.reason()).isEqualTo("no instance answers any agent");
        assertThat(unreachable.primary()).contains(DB1);
        assertThat(unreachable.epoch()).isEqualTo(healthy.epoch());
        assertThat(again.primary()).contains(DB1);
        // Where the replica is answered first there is no primary for a moment: a new term.
        assertThat(again.epoch()).isBetween(healthy.epoch(), healthy.epoch() + 1);
    }

    @Test
    void aLeaderThatIsCutOffSaysThatItsWatchIsBlindUntilAnotherLeads() throws Exception {
        // Given
        Verdict healthy = startAgents(Leader.FAR);
        record(healthy);

        // When
        network.forEach(TcpProxy::cut);
        Verdict blind = fleet.awaitHealth(Health.DEGRADED);
        assertThat(far.stop(PATIENCE)).isTrue();
        Verdict again = fleet.awaitHealth(Health.HEALTHY);

        // Then
        assertThat(blind.reason()).startsWith("data-loss watch");
        assertThat(verdicts).allSatisfy(one -> assertGood(one, Leader.FAR));
        assertThat(again.epoch()).isEqualTo(healthy.epoch());
        assertThat(fleet.metrics(near)).contains("agent_leader 1.0");
    }

    /** Who is there first leads. */
    private Verdict startAgents(Leader leader) throws Exception {
        if (leader == Leader.NEAR) {
            startNear();
        } else {
            startFar();
        }
        fleet.awaitHealth(Health.HEALTHY);
        if (leader == Leader.NEAR) {
            startFar();
        } else {
            startNear();
        }
        awaitFar(Reachability.ANSWERS);
        Verdict healthy =
                fleet.awaitVerdict(
                        verdict ->
                                verdict.evidence().contains("db1 to near: answers, writable")
                                        && verdict.evidence()
                                                .contains("db1 to far: answers, writable"));
        assertThat(network).allSatisfy(one -> assertThat(one.connections()).isPositive());
        assertThat(fleet.metrics(near))
                .contains("agent_leader " + (leader == Leader.NEAR ? "1.0" : "0.0"));
        assertThat(metricsOfFar())
                .contains("agent_leader " + (leader == Leader.FAR ? "1.0" : "0.0"));
        return healthy;
    }

    private void startNear() throws IOException {
        near = fleet.startAgent(NEAR.value());
        await().atMost(PATIENCE).until(() -> fleet.reports().containsKey(NEAR));
    }

    private void startFar() throws IOException {
        Path config = AgentProcess.configFile(fleet, directory, FAR.value(), "1m");
        far =
                AgentProcess.start(
                        FAR.value(),
                        List.of("-Djdk.net.hosts.file=" + directory.resolve("hosts")),
                        List.of("--config", config.toString()),
                        directory.resolve("far.log"));
        await().atMost(PATIENCE).until(() -> fleet.reports().containsKey(FAR));
    }

    private void record(Verdict healthy) {
        verdicts.add(healthy);
        fleet.view
                .source()
                .onChange(
                        (before, after) ->
                                after.cluster(C1)
                                        .ifPresent(cluster -> verdicts.add(cluster.verdict())));
    }

    /** A leader that is cut off says besides that its watch sees nothing, and nothing else. */
    private static void assertGood(Verdict verdict, Leader leader) {
        assertThat(verdict.primary()).contains(DB1);
        assertThat(verdict.replicas()).containsExactly(DB2);
        if (leader == Leader.FAR && verdict.health() == Health.DEGRADED) {
            assertThat(verdict.reason().split("; "))
                    .allSatisfy(problem -> assertThat(problem).startsWith("data-loss watch"));
        } else {
            assertThat(verdict.health()).isEqualTo(Health.HEALTHY);
        }
    }

    private static boolean isSilence(String line) {
        return line.startsWith("db1 to far: silent");
    }

    private void awaitFar(Reachability reachability) {
        await().atMost(PATIENCE)
                .until(
                        () ->
                                farReport().stream()
                                        .flatMap(report -> report.instances().stream())
                                        .map(InstanceStatus::reachability)
                                        .toList(),
                        all -> all.equals(List.of(reachability, reachability)));
    }

    private Optional<AgentReport> farReport() {
        return Optional.ofNullable(fleet.reports().get(FAR));
    }

    private void awaitProbesOfFar() throws Exception {
        double before = probesOfFar();
        await().atMost(PATIENCE)
                .until(() -> probesOfFar() >= before + PROBES_EACH * network.size());
    }

    private double probesOfFar() throws IOException, InterruptedException {
        return PROBES.matcher(metricsOfFar())
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    private String metricsOfFar() throws IOException, InterruptedException {
        return fleet.metrics(farReport().orElseThrow().adminUrl());
    }
}
