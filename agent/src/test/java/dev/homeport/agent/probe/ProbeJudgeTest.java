package dev.homeport.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.Family;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProbeJudgeTest {
    private static final InstanceId DB1 = new InstanceId("db1");
    private static final ServerCapabilities MARIADB = new ServerCapabilities(0x1d81fff7feL);
    private static final ServerCapabilities MYSQL = new ServerCapabilities(0xdfffffffL);
    private static final ProbeResult PRIMARY =
            new ProbeResult.Answered(
                    facts(new Server("10.11", MARIADB), false, Optional.empty(), Optional.empty()));
    private static final ProbeResult SILENT = new ProbeResult.Silent("connection refused");
    private static final ProbeResult LOCKED_OUT =
            new ProbeResult.LockedOut("access denied (error 1045)");

    private final ProbeJudge judge = new ProbeJudge(3, Duration.ofSeconds(10));

    @Test
    void believesTheFirstAnswer() {
        assertThat(judged(PRIMARY))
                .contains(
                        new InstanceStatus(
                                DB1,
                                Reachability.ANSWERS,
                                true,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(new Server("10.11", MARIADB)),
                                ""));
    }

    @Test
    void doesNotJudgeBeforeItHasSeenEnough() {
        assertThat(judged(SILENT, SILENT)).isEmpty();
        assertThat(judged(LOCKED_OUT, LOCKED_OUT)).isEmpty();
    }

    @Test
    void filtersAShortFlap() {
        assertThat(judged(PRIMARY, SILENT, SILENT)).isEqualTo(judged(PRIMARY));
        assertThat(judged(PRIMARY, SILENT, SILENT, PRIMARY, SILENT, SILENT))
                .isEqualTo(judged(PRIMARY));
    }

    @Test
    void callsItSilentAfterSoManySilencesInARow() {
        // When
        InstanceStatus status = judged(PRIMARY, SILENT, SILENT, SILENT).orElseThrow();

        // Then
        assertThat(status.reachability()).isEqualTo(Reachability.SILENT);
        assertThat(status.writable()).isFalse();
        assertThat(status.detail()).isEqualTo("connection refused");
    }

    @Test
    void callsItLockedOutIfItSpokeInBetween() {
        assertThat(reachability(PRIMARY, SILENT, LOCKED_OUT, SILENT))
                .isEqualTo(Reachability.LOCKED_OUT);
        assertThat(reachability(LOCKED_OUT, LOCKED_OUT, LOCKED_OUT, SILENT, SILENT))
                .isEqualTo(Reachability.LOCKED_OUT);
        assertThat(reachability(LOCKED_OUT, LOCKED_OUT, LOCKED_OUT, SILENT, SILENT, SILENT))
                .isEqualTo(Reachability.SILENT);
        assertThat(reachability(SILENT, SILENT, SILENT, LOCKED_OUT))
                .isEqualTo(Reachability.LOCKED_OUT);
    }

    @Test
    void believesTheFirstAnswerAfterASilence() {
        assertThat(judged(SILENT, SILENT, SILENT, SILENT, PRIMARY)).isEqualTo(judged(PRIMARY));
    }

    @Test
    void callsAReplicaLaggingAboveTheLimitUntilItIsBelowHalfOfIt() {
        assertThat(isLagging(replica(10))).isFalse();
        assertThat(isLagging(replica(11))).isTrue();
        assertThat(isLagging(replica(11), replica(6))).isTrue();
        assertThat(isLagging(replica(11), replica(5))).isFalse();
        assertThat(isLagging(replica(11), replica(5), replica(6))).isFalse();
    }

    @Test
    void keepsTheLagThatTheServerDoesNotKnow() {
        assertThat(isLagging(replica(11), threads(false, true))).isTrue();
        assertThat(isLagging(replica(1), threads(false, true))).isFalse();
    }

    @Test
    void filtersAShortStopOfAReplicationThread() {
        // Given
        ProbeResult runs = replica(0);
        ProbeResult stopped = threads(false, false);

        // Then
        assertThat(replication(runs, stopped, stopped).ioRunning()).isTrue();
        assertThat(replication(runs, stopped, stopped, runs, stopped, stopped).sqlRunning())
                .isTrue();
        assertThat(replication(runs, stopped, stopped, stopped).ioRunning()).isFalse();
        assertThat(replication(runs, stopped, stopped, stopped).sqlRunning()).isFalse();
        assertThat(replication(runs, stopped, stopped, stopped, runs).ioRunning()).isTrue();
    }

    @Test
    void believesAThreadThatWasNeverSeenRunning() {
        assertThat(replication(threads(false, true)).ioRunning()).isFalse();
        assertThat(replication(threads(false, true)).sqlRunning()).isTrue();
    }

    @Test
    void saysWhatIsWrongWithoutNumbersThatChange() {
        // When
        InstanceStatus status = judged(threads(false, false)).orElseThrow();
        InstanceStatus lagging = judged(replica(400)).orElseThrow();

        // Then
        assertThat(status.detail())
                .isEqualTo(
                        "replication IO thread stopped (error 1236), replication SQL thread stopped");
        assertThat(lagging.detail()).isEqualTo("replication lags");
        assertThat(judged(replica(500))).contains(lagging);
    }

    @Test
    void callsAGaleraNodeReadyOnlyIfAllThreeVariablesSaySo() {
        assertThat(isReady(true, "Primary", 4)).isTrue();
        assertThat(isReady(false, "Primary", 4)).isFalse();
        assertThat(isReady(true, "non-Primary", 4)).isFalse();
        assertThat(isReady(true, "Primary", 2)).isFalse();
    }

    @Test
    void keepsWhatTheServerIsWhileItIsSilentOrLocksTheAgentOut() {
        // Given
        Optional<Server> known = Optional.of(new Server("10.11", MARIADB));

        // Then
        assertThat(server(PRIMARY, SILENT, SILENT, SILENT, SILENT)).isEqualTo(known);
        assertThat(server(PRIMARY, LOCKED_OUT, LOCKED_OUT, LOCKED_OUT)).isEqualTo(known);
        assertThat(server(SILENT, SILENT, SILENT)).isEmpty();
    }

    @Test
    void seesAnotherServerWithTheFirstAnswer() {
        // Given
        var more = new ServerCapabilities(0x3d81fffffeL);

        // Then
        assertThat(server(PRIMARY, SILENT, SILENT, SILENT, runs("11.4", more)))
                .contains(new Server("11.4", more));
        assertThat(judged(PRIMARY, runs("10.11", MARIADB))).isEqualTo(judged(PRIMARY));
    }

    @Test
    void saysThatTheServerIsOfAnotherFamily() {
        // When
        InstanceStatus status = judged(runs("8.0.36", MYSQL)).orElseThrow();

        // Then
        assertThat(status.detail()).isEqualTo("of family mysql, its cluster of family mariadb");
        assertThat(status.writable()).isTrue();
    }

    private Optional<Server> server(ProbeResult... results) {
        return judged(results).orElseThrow().server();
    }

    private boolean isReady(boolean ready, String component, int state) {
        ProbeResult result =
                new ProbeResult.Answered(
                        facts(
                                new Server("10.11", MARIADB),
                                false,
                                Optional.empty(),
                                Optional.of(new InstanceFacts.Galera(ready, component, state))));
        return judged(result).orElseThrow().galera().orElseThrow().ready();
    }

    private Reachability reachability(ProbeResult... results) {
        return judged(results).orElseThrow().reachability();
    }

    private ReplicationStatus replication(ProbeResult... results) {
        return judged(results).orElseThrow().replication().orElseThrow();
    }

    private boolean isLagging(ProbeResult... results) {
        return replication(results).lagging();
    }

    private Optional<InstanceStatus> judged(ProbeResult... results) {
        ProbeHistory history = ProbeHistory.NONE;
        for (ProbeResult result : List.of(results)) {
            history = judge.judge(DB1, Family.MARIADB, history, result);
        }
        return history.judged();
    }

    private static ProbeResult replica(int lagSeconds) {
        return replica(true, true, Optional.of(Duration.ofSeconds(lagSeconds)), 0);
    }

    private static ProbeResult threads(boolean ioRunning, boolean sqlRunning) {
        return replica(ioRunning, sqlRunning, Optional.empty(), ioRunning ? 0 : 1236);
    }

    private static ProbeResult replica(
            boolean ioRunning, boolean sqlRunning, Optional<Duration> lag, int ioError) {
        var replication =
                new InstanceFacts.Replication("db2:3306", ioRunning, sqlRunning, lag, ioError, 0);
        return new ProbeResult.Answered(
                facts(
                        new Server("10.11", MARIADB),
                        true,
                        Optional.of(replication),
                        Optional.empty()));
    }

    private static ProbeResult runs(String version, ServerCapabilities capabilities) {
        return new ProbeResult.Answered(
                facts(
                        new Server(version, capabilities),
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }

    private static InstanceFacts facts(
            Server server,
            boolean readOnly,
            Optional<InstanceFacts.Replication> replication,
            Optional<InstanceFacts.Galera> galera) {
        return new InstanceFacts(
                server.version(), server.capabilities(), 1, readOnly, "0-1-7", replication, galera);
    }
}
