package dev.homeport.agent.probe;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps one probe per instance of the cluster's definition and sums up what they find. A report
 * goes out when every instance was judged, and then whenever a judgement changes.
 *
 * <p>Thread-safe. Listeners are called one at a time, in the order of the observations.
 */
public final class ClusterObserver implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

    /** Makes the probe of an instance. */
    @FunctionalInterface
    public interface ProbeFactory {
        InstanceProbe probeOf(Instance instance);
    }

    /** Is told what was observed; must not block. */
    public interface Listener {
        /** Something judged has changed. */
        void onReport(AgentReport report);

        /** One probe was done. */
        void onProbed(InstanceId instance, ProbeResult result, Duration took);

        /** The instance is no longer in the definition. */
        void onRemoved(InstanceId instance);
    }

    /** Who observes what, and where the agent can be asked about it. */
    public record Identity(AgentId agent, ClusterId cluster, String adminUrl) {}

    private final Identity identity;
    private final ProbeJudge judge;
    private final ProbeFactory factory;
    private final Duration interval;
    private final Clock clock;
    private final Listener listener;

    // All guarded by this.
    private final Map<InstanceId, Watched> watched = new TreeMap<>();
    private List<InstanceId> order = List.of();
    private Optional<List<InstanceStatus>> reported = Optional.empty();
    private boolean isClosed;

    public ClusterObserver(
            Identity identity,
            ProbeJudge judge,
            ProbeFactory factory,
            Duration interval,
            Clock clock,
            Listener listener) {
        this.identity = identity;
        this.judge = judge;
        this.factory = factory;
        this.interval = interval;
        this.clock = clock;
        this.listener = listener;
    }

    /** An instance under observation. Replaced when its address changes. */
    private static final class Watched {
        private final Instance instance;
        private final Family family;
        private ProbeLoop loop;
        private ProbeHistory history = ProbeHistory.NONE;
        private Optional<InstanceFacts> facts = Optional.empty();

        Watched(Instance instance, Family family) {
            this.instance = instance;
            this.family = family;
        }
    }

    /** Observes these instances from now on. What did not change goes on undisturbed. */
    public synchronized void watch(ClusterDefinition definition) {
        if (isClosed) {
            return;
        }
        for (Iterator<Watched> all = watched.values().iterator(); all.hasNext(); ) {
            Watched one = all.next();
            boolean stays =
                    one.family == definition.family()
                            && definition
                                    .instance(one.instance.id())
                                    .equals(Optional.of(one.instance));
            if (!stays) {
                all.remove();
                one.loop.close();
                listener.onRemoved(one.instance.id());
            }
        }
        order = definition.instances().stream().map(Instance::id).toList();
        for (Instance instance : definition.instances()) {
            watched.computeIfAbsent(instance.id(), id -> start(instance, definition.family()));
        }
        reportIfChanged();
    }

    private Watched start(Instance instance, Family family) {
        var one = new Watched(instance, family);
        one.loop =
                new ProbeLoop(
                        instance.id(),
                        factory.probeOf(instance),
                        interval,
                        (result, took) -> onResult(one, result, took));
        one.loop.start();
        return one;
    }

    private synchronized void onResult(Watched one, ProbeResult result, Duration took) {
        InstanceId id = one.instance.id();
        if (watched.get(id) != one) {
            return;
        }
        one.history = judge.judge(id, one.family, one.history, result);
        one.facts =
                result instanceof ProbeResult.Answered answered
                        ? Optional.of(answered.facts())
                        : Optional.empty();
        listener.onProbed(id, result, took);
        reportIfChanged();
    }

    private void reportIfChanged() {
        List<InstanceStatus> statuses = new ArrayList<>();
        for (InstanceId id : order) {
            watched.get(id).history.judged().ifPresent(statuses::add);
        }
        boolean isComplete = statuses.size() == order.size() && !order.isEmpty();
        if (isComplete && !reported.equals(Optional.of(statuses))) {
            reported = Optional.of(List.copyOf(statuses));
            listener.onReport(
                    new AgentReport(
                            identity.agent(),
                            identity.cluster(),
                            identity.adminUrl(),
                            clock.instant(),
                            statuses));
        }
    }

    /** Whether a report went out. */
    public synchronized boolean hasReported() {
        return reported.isPresent();
    }

    /** What the instances said last; an instance that did not answer last time is missing. */
    public synchronized Map<InstanceId, InstanceFacts> facts() {
        Map<InstanceId, InstanceFacts> all = new TreeMap<>();
        watched.forEach((id, one) -> one.facts.ifPresent(facts -> all.put(id, facts)));
        return Collections.unmodifiableMap(all);
    }

    /** Ends all probes, and waits a moment for them. Nothing is reported afterwards. */
    @Override
    public void close() {
        try {
            for (ProbeLoop loop : endAll()) {
                loop.awaitEnd(CLOSE_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<ProbeLoop> endAll() {
        isClosed = true;
        List<ProbeLoop> loops = watched.values().stream().map(one -> one.loop).toList();
        loops.forEach(ProbeLoop::close);
        watched.clear();
        order = List.of();
        return loops;
    }
}
