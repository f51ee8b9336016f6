package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.IncidentLog;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Optional;

/**
 * What the REST interface shows and acts on.
 *
 * @param guard empty on a router that guards nothing
 * @param own what this router can tell of itself
 */
public record AdminParts(
        FleetSource source,
        FleetWriter writer,
        FleetReports reports,
        IncidentLog incidents,
        AuditLog audit,
        PlacementService placement,
        Optional<GuardParts> guard,
        SessionParts sessions,
        RouteExplainer explainer,
        PrometheusMeterRegistry meters,
        Readiness readiness,
        OwnParts own) {
    public AdminParts {
        requireNonNull(source, "source");
        requireNonNull(writer, "writer");
        requireNonNull(reports, "reports");
        requireNonNull(incidents, "incidents");
        requireNonNull(audit, "audit");
        requireNonNull(placement, "placement");
        requireNonNull(guard, "guard");
        requireNonNull(sessions, "sessions");
        requireNonNull(explainer, "explainer");
        requireNonNull(meters, "meters");
        requireNonNull(readiness, "readiness");
        requireNonNull(own, "own");
    }

    /** Those of a router that has nothing to tell of itself. */
    public AdminParts(
            FleetSource source,
            FleetWriter writer,
            FleetReports reports,
            IncidentLog incidents,
            AuditLog audit,
            PlacementService placement,
            Optional<GuardParts> guard,
            SessionParts sessions,
            RouteExplainer explainer,
            PrometheusMeterRegistry meters,
            Readiness readiness) {
        this(
                source,
                writer,
                reports,
                incidents,
                audit,
                placement,
                guard,
                sessions,
                explainer,
                meters,
                readiness,
                OwnParts.NONE);
    }
}
