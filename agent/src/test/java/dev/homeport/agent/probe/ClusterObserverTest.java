package dev.homeport.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClusterObserverTest {
    private static final Instance DB1 = new Instance(new InstanceId("db1"), "127.0.0.1", 3301);
    private static final Instance DB2 = new Instance(new InstanceId("db2"), "127.0.0.1", 3302);
    private static final ProbeResult ANSWER =
            new ProbeResult.Answered(
                    new InstanceFacts(
                            "10.11",
                            new ServerCapabilities(0x1d81fff7feL),
                            1,
                            false,
                            "",
                            Optional.empty(),
                            Optional.empty()));
    private static final ProbeResult SILENCE = new ProbeResult.Silent("connection refused");

    private final Map<Instance, FakeProbe> probes = new ConcurrentHashMap<>();
    private final Recorder recorder = new Recorder();
    private final ClusterObserver observer =
            new ClusterObserver(
                    new ClusterObserver.Identity(
                            new AgentId("a1"), new ClusterId("c1"), "http://127.0.0.1:7480"),
                    new ProbeJudge(3, Duration.ofSeconds(10)),
                    instance -> probes.computeIfAbsent(instance, one -> new FakeProbe(ANSWER)),
                    Duration.ofMillis(5),
                    Clock.systemUTC(),
                    recorder);

    @AfterEach
    void stop() {
        observer.close();
    }

    @Test
    void reportsOnceEveryInstanceIsJudgedAndThenOnlyChanges() {
        // Given
        probes.put(DB2, new FakeProbe(SILENCE));

        // When
        observer.watch(cluster(DB1, DB2));
        await().until(observer::hasReported);
        int before = probes.get(DB1).asked.get();
        await().until(() -> probes.get(DB1).asked.get() > before + 20);

        // Then
        assertThat(recorder.reports).hasSize(1);
        assertThat(recorder.reports.getFirst().instances())
                .extracting(InstanceStatus::reachability)
                .containsExactly(Reachability.ANSWERS, Reachability.SILENT);
        assertThat(observer.hasReported()).isTrue();
        assertThat(observer.facts()).containsOnlyKeys(DB1.id());
    }

    @Test
    void reportsAnInstanceThatFallsSilentAndComesBack() {
        // Given
        observer.watch(cluster(DB1));
        await().until(observer::hasReported);

        // When
        probes.get(DB1).result = SILENCE;
        await().until(() -> recorder.reports.size() == 2);
        probes.get(DB1).result = ANSWER;
        await().until(() -> recorder.reports.size() == 3);

        // Then
        assertThat(recorder.reports)
                .extracting(report -> report.instances().getFirst().reachability())
                .containsExactly(Reachability.ANSWERS, Reachability.SILENT, Reachability.ANSWERS);
    }

    @Test
    void followsTheDefinitionAndLeavesAloneWhatStays() {
        // Given
        observer.watch(cluster(DB1));
        await().until(observer::hasReported);
        FakeProbe first = probes.get(DB1);

        // When
        observer.watch(cluster(DB1, DB2));
        await().until(() -> recorder.reports.size() == 2);
        observer.watch(cluster(DB2));
        await().until(() -> recorder.reports.size() == 3);

        // Then
        assertThat(recorder.reports)
                .extracting(report -> report.instances().stream().map(i -> i.instance()).toList())
                .containsExactly(List.of(DB1.id()), List.of(DB1.id(), DB2.id()), List.of(DB2.id()));
        assertThat(recorder.removed).containsExactly(DB1.id());
        await().until(() -> first.isClosed);
        assertThat(probes.get(DB2).isClosed).isFalse();
    }

    @Test
    void startsAnewWhereTheAddressChanges() {
        // Given
        var moved = new Instance(DB1.id(), "127.0.0.1", 3309);
        probes.put(moved, new FakeProbe(SILENCE));
        observer.watch(cluster(DB1));
        await().until(observer::hasReported);

        // When
        observer.watch(cluster(moved));
        await().until(() -> recorder.reports.size() == 2);

        // Then
        assertThat(recorder.reports.getLast().instances().getFirst().reachability())
                .isEqualTo(Reachability.SILENT);
        await().until(() -> probes.get(DB1).isClosed);
    }

    @Test
    void goesOnWhenAProbeThrowsAndCallsThatLockedOut() {
        // Given
        var broken = new FakeProbe(ANSWER);
        broken.bug = Optional.of(new IllegalStateException("a bug"));
        probes.put(DB1, broken);

        // When
        observer.watch(cluster(DB1));
        await().until(observer::hasReported);
        broken.bug = Optional.empty();
        await().until(() -> recorder.reports.size() == 2);

        // Then
        assertThat(recorder.reports)
                .extracting(report -> report.instances().getFirst().reachability())
                .containsExactly(Reachability.LOCKED_OUT, Reachability.ANSWERS);
    }

    @Test
    void isNotHeldUpByAnInstanceThatHangs() {
        // Given
        var hanging = new FakeProbe(ANSWER);
        hanging.isHanging = true;
        probes.put(DB2, hanging);

        // When
        observer.watch(cluster(DB1, DB2));

        // Then
        await().until(() -> probes.get(DB1).asked.get() > 20);
        assertThat(observer.hasReported()).isFalse();
        hanging.isHanging = false;
        await().until(observer::hasReported);
    }

    private static ClusterDefinition cluster(Instance... instances) {
        return new ClusterDefinition(
                new ClusterId("c1"),
                Family.MARIADB,
                List.of(instances),
                ClusterDefinition.DEFAULT_WEIGHT,
                Capacity.UNLIMITED,
                Map.of(),
                BackendLink.DEFAULT);
    }

    private static final class FakeProbe implements InstanceProbe {
        private final AtomicInteger asked = new AtomicInteger();
        private volatile ProbeResult result;
        private volatile Optional<RuntimeException> bug = Optional.empty();
        private volatile boolean isHanging;
        private volatile boolean isClosed;

        FakeProbe(ProbeResult result) {
            this.result = result;
        }

        @Override
        public ProbeResult ask() {
            asked.incrementAndGet();
            while (isHanging) {
                Thread.onSpinWait();
            }
            if (bug.isPresent()) {
                throw bug.get();
            }
            return result;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static final class Recorder implements ClusterObserver.Listener {
        private final List<AgentReport> reports = new CopyOnWriteArrayList<>();
        private final List<InstanceId> removed = new CopyOnWriteArrayList<>();

        @Override
        public void onReport(AgentReport report) {
            reports.add(report);
        }

        @Override
        public void onProbed(InstanceId instance, ProbeResult result, Duration took) {}

        @Override
        public void onRemoved(InstanceId instance) {
            removed.add(instance);
        }
    }
}
