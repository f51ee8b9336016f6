package dev.homeport.router.metrics;

import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gauges with a tag {@code cluster}. Series come and go with the clusters, and there are never more
 * than {@link #MAX_CLUSTERS} of each: clusters beyond that, in order of their ids, have none.
 */
final class ClusterMeters {
    static final int MAX_CLUSTERS = 200;

    private final FleetSource source;
    private final FleetReports reports;
    private final MultiGauge residents;
    private final MultiGauge available;
    private final MultiGauge epoch;
    private final MultiGauge agents;
    private final MultiGauge health;
    private final MultiGauge intent;
    private final MultiGauge out;
    private final Predicate<Instance> isOut;

    ClusterMeters(
            MeterRegistry registry,
            FleetSource source,
            FleetReports reports,
            Predicate<Instance> isOut) {
        this.source = source;
        this.reports = reports;
        this.residents = gauge(registry, "residents", "Projects that live on the cluster");
        this.available = gauge(registry, "available", "1 if sessions are served there");
        this.epoch = gauge(registry, "epoch", "Fencing number of the cluster");
        this.agents = gauge(registry, "agents", "Agents that are registered for the cluster");
        this.health = gauge(registry, "health", "1 for the health of the last verdict");
        this.isOut = isOut;
        this.out =
                gauge(
                        registry,
                        "out.of.reach",
                        "1 while this router cannot connect to the primary");
        this.intent = gauge(registry, "intent", "1 for the intent in force");
    }

    /** Registers the series of the picture in force, and of every one to come. */
    void follow() {
        source.onChange(
                (before, after) -> {
                    if (!before.map(FleetSnapshot::clusters)
                            .map(Map::keySet)
                            .equals(Optional.of(after.clusters().keySet()))) {
                        register(after.clusters().keySet());
                    }
                });
        source.current().ifPresent(fleet -> register(fleet.clusters().keySet()));
    }

    private void register(Set<ClusterId> all) {
        List<ClusterId> clusters = all.stream().limit(MAX_CLUSTERS).toList();
        residents.register(rows(clusters, this::residents), true);
        available.register(rows(clusters, id -> of(id, ClusterMeters::available)), true);
        epoch.register(rows(clusters, id -> of(id, one -> one.verdict().epoch())), true);
        agents.register(
                rows(clusters, id -> reports.agents().getOrDefault(id, Map.of()).size()), true);
        out.register(rows(clusters, id -> of(id, this::outOfReach)), true);
        health.register(
                clusters.stream().flatMap(this::healthRows).collect(Collectors.toList()), true);
        intent.register(
                clusters.stream().flatMap(this::intentRows).collect(Collectors.toList()), true);
    }

    private Stream<Row<?>> healthRows(ClusterId id) {
        return Stream.of(Health.values())
                .map(
                        value ->
                                Row.of(
                                        tags(id).and("health", Words.of(value)),
                                        id,
                                        key -> of(key, one -> one.health() == value ? 1 : 0)));
    }

    private Stream<Row<?>> intentRows(ClusterId id) {
        return Stream.of(Intent.values())
                .map(
                        value ->
                                Row.of(
                                        tags(id).and("intent", Words.of(value)),
                                        id,
                                        key ->
                                                of(
                                                        key,
                                                        one ->
                                                                one.intent().intent() == value
                                                                        ? 1
                                                                        : 0)));
    }

    private static List<Row<?>> rows(List<ClusterId> clusters, ToDoubleFunction<ClusterId> value) {
        return clusters.stream()
                .<Row<?>>map(id -> Row.of(tags(id), id, value))
                .collect(Collectors.toList());
    }

    private static Tags tags(ClusterId id) {
        return Tags.of("cluster", id.value());
    }

    private double residents(ClusterId id) {
        return source.current().map(fleet -> fleet.placements().residents(id)).orElse(0);
    }

    private double of(ClusterId id, ToDoubleFunction<ClusterSnapshot> value) {
        return source.current()
                .flatMap(fleet -> fleet.cluster(id))
                .map(value::applyAsDouble)
                .orElse(Double.NaN);
    }

    private static double available(ClusterSnapshot cluster) {
        Availability availability = Availability.ofCluster(cluster);
        return availability.limit() == Availability.Limit.SERVE ? 1 : 0;
    }

    private double outOfReach(ClusterSnapshot cluster) {
        return cluster.primary().filter(isOut).isPresent() ? 1 : 0;
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder("router.cluster." + name)
                .description(description)
                .register(registry);
    }
}
