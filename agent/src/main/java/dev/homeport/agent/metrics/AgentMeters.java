package dev.homeport.agent.metrics;

import dev.homeport.agent.probe.InstanceFacts;
import dev.homeport.agent.probe.ProbeResult;
import dev.homeport.agent.publish.VerdictPublisher;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * What the agent counts. Every outcome is there from the start, at zero. Thread-safe.
 *
 * <ul>
 *   <li>{@code agent.probe{instance,outcome}}: timer over probes
 *   <li>{@code agent.replication.lag{instance}}: seconds, as the replica says; NaN where it does
 *       not
 *   <li>{@code agent.leader}: 1 while this agent leads its cluster, else 0
 *   <li>{@code agent.verdicts{outcome}}: attempts to publish a verdict
 *   <li>{@code agent.reports}: changes of what this agent observes
 * </ul>
 */
public final class AgentMeters {
    private final MeterRegistry registry;
    private final Counter reports;
    private final Map<VerdictPublisher.Outcome, Counter> verdicts =
            new EnumMap<>(VerdictPublisher.Outcome.class);
    private final Map<InstanceId, InstanceMeters> instances = new ConcurrentHashMap<>();

    public AgentMeters(MeterRegistry registry) {
        this.registry = registry;
        this.reports =
                Counter.builder("agent.reports")
                        .description("Changes of what this agent observes")
                        .register(registry);
        for (VerdictPublisher.Outcome outcome : VerdictPublisher.Outcome.values()) {
            verdicts.put(
                    outcome,
                    Counter.builder("agent.verdicts")
                            .description("Attempts to publish a verdict")
                            .tag("outcome", Words.of(outcome))
                            .register(registry));
        }
    }

    /** Shows whether this agent leads. */
    public void bindLeader(BooleanSupplier isLeader) {
        Gauge.builder("agent.leader", isLeader, leads -> leads.getAsBoolean() ? 1 : 0)
                .description("1 while this agent leads its cluster")
                // Nobody else holds the lambda.
                .strongReference(true)
                .register(registry);
    }

    public void probed(InstanceId instance, ProbeResult result, Duration took) {
        instances
                .computeIfAbsent(instance, id -> new InstanceMeters(id, registry))
                .probed(result, took);
    }

    /** Takes an instance's meters away. */
    public void removed(InstanceId instance) {
        InstanceMeters meters = instances.remove(instance);
        if (meters != null) {
            meters.remove(registry);
        }
    }

    public void reported() {
        reports.increment();
    }

    public void verdict(VerdictPublisher.Outcome outcome) {
        verdicts.get(outcome).increment();
    }

    /** Meters of one instance. */
    private static final class InstanceMeters {
        private final Map<Reachability, Timer> probes = new EnumMap<>(Reachability.class);
        private final List<Meter> all = new ArrayList<>();
        private volatile double lagSeconds = Double.NaN;

        InstanceMeters(InstanceId instance, MeterRegistry registry) {
            for (Reachability outcome : Reachability.values()) {
                probes.put(
                        outcome,
                        Timer.builder("agent.probe")
                                .description("Probes of an instance")
                                .tag("instance", instance.value())
                                .tag("outcome", Words.of(outcome))
                                .register(registry));
            }
            all.addAll(probes.values());
            all.add(
                    Gauge.builder("agent.replication.lag", this, meters -> meters.lagSeconds)
                            .description("How far the replica says it is behind")
                            .baseUnit("seconds")
                            .tag("instance", instance.value())
                            .register(registry));
        }

        void probed(ProbeResult result, Duration took) {
            probes.get(result.reachability()).record(took);
            lagSeconds =
                    result instanceof ProbeResult.Answered answered
                            ? answered.facts()
                                    .replication()
                                    .flatMap(InstanceFacts.Replication::lag)
                                    .map(lag -> lag.toMillis() / 1000.0)
                                    .orElse(Double.NaN)
                            : Double.NaN;
        }

        void remove(MeterRegistry registry) {
            all.forEach(registry::remove);
        }
    }
}
