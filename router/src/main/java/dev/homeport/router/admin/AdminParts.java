package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.placement.PlacementService;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.IncidentLog;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the REST interface shows and acts on.
 *
 * @param guard empty on a router that guards nothing
 * @param nearLimits how many are near each limit of this router, where somebody is
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
        Supplier<Map<LimitKind, Integer>> nearLimits) {
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
        requireNonNull(nearLimits, "nearLimits");
    }

    /** Those of a router that limits nothing. */
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
                source, writer, reports, incidents, audit, placement, guard, sessions, explainer,
                meters, readiness, Map::of);
    }
}
