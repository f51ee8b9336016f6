package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What the REST interface shows and acts on. */
public record AdminParts(
        FleetSource source,
        FleetWriter writer,
        FleetReports reports,
        PlacementService placement,
        SessionCensus census,
        ConnectionDirectory connections,
        RouteExplainer explainer,
        PrometheusMeterRegistry meters,
        Readiness readiness) {
    public AdminParts {
        requireNonNull(source, "source");
        requireNonNull(writer, "writer");
        requireNonNull(reports, "reports");
        requireNonNull(placement, "placement");
        requireNonNull(census, "census");
        requireNonNull(connections, "connections");
        requireNonNull(explainer, "explainer");
        requireNonNull(meters, "meters");
        requireNonNull(readiness, "readiness");
    }
}
