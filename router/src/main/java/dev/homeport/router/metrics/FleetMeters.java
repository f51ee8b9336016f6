package dev.homeport.router.metrics;

import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Gauges over the picture of the fleet: its age, the connection to ZooKeeper, edits that were
 * rejected, and what is known of each cluster. They read the picture in force when they are asked.
 */
public final class FleetMeters {
    private FleetMeters() {}

    /**
     * Registers the gauges; those per cluster follow the picture from then on.
     *
     * @param isOut whether this router could not connect to an instance lately; asked on any thread
     */
    public static void bind(
            MeterRegistry registry,
            FleetSource source,
            FleetReports reports,
            Predicate<Instance> isOut,
            Clock clock) {
        TimeGauge.builder("router.map.age", source, TimeUnit.MILLISECONDS, from -> age(from, clock))
                .description("Time since the picture was known to agree with ZooKeeper")
                .register(registry);
        Gauge.builder("router.map.zxid", source, FleetMeters::zxid)
                .description("Newest ZooKeeper transaction in the picture")
                .register(registry);
        Gauge.builder("router.map.projects", source, FleetMeters::projects)
                .description("Projects in the picture, tombstones included")
                .register(registry);
        Gauge.builder("router.edits.rejected", source, from -> from.status().rejected().size())
                .description("Edits in ZooKeeper that are not taken over")
                .register(registry);
        for (IncidentKind kind : IncidentKind.values()) {
            Gauge.builder("router.incidents.open", source, from -> incidents(from, kind))
                    .description("Open incidents, by what kind of thing is wrong")
                    .tags(Tags.of("kind", Words.of(kind)))
                    .register(registry);
        }
        for (FleetSource.Connection state : FleetSource.Connection.values()) {
            Gauge.builder(
                            "router.zookeeper.state",
                            source,
                            from -> from.status().connection() == state ? 1 : 0)
                    .description("1 for the state of the connection to ZooKeeper")
                    .tags(Tags.of("state", Words.of(state)))
                    .register(registry);
        }
        new ClusterMeters(registry, source, reports, isOut).follow();
    }

    /** Milliseconds; not a number while there is no picture. */
    private static double age(FleetSource source, Clock clock) {
        return source.status()
                .asOf()
                .map(asOf -> (double) Duration.between(asOf, clock.instant()).toMillis())
                .map(millis -> Math.max(0, millis))
                .orElse(Double.NaN);
    }

    private static double zxid(FleetSource source) {
        return source.current().map(fleet -> (double) fleet.zxid()).orElse(Double.NaN);
    }

    private static double projects(FleetSource source) {
        return source.current().map(FleetSnapshot::placements).map(all -> all.size()).orElse(0);
    }

    /** Not a number while there is no picture: nobody knows whether one is open. */
    private static double incidents(FleetSource source, IncidentKind kind) {
        return source.current()
                .map(fleet -> fleet.incidents().stream().filter(one -> one.kind() == kind).count())
                .map(Long::doubleValue)
                .orElse(Double.NaN);
    }
}
