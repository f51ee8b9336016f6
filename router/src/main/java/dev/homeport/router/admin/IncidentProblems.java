package dev.homeport.router.admin;

import dev.homeport.router.admin.FleetProblem.Severity;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Open incidents as problems of the fleet. Pure. */
final class IncidentProblems {
    /** Each for itself; of the others only how many there are. */
    private static final int MOST = 20;

    private static final int NAMED = 3;

    private IncidentProblems() {}

    /** The worst first, among equals the newest. */
    static List<FleetProblem> of(Picture picture) {
        List<Incident> open =
                picture.fleet().incidents().stream()
                        .sorted(
                                Comparator.comparing(IncidentProblems::severity)
                                        .thenComparing(Incident::id, Comparator.reverseOrder()))
                        .toList();
        List<FleetProblem> found = new ArrayList<>();
        open.stream().limit(MOST).forEach(one -> found.add(problem(picture, one)));
        if (open.size() > MOST) {
            found.add(
                    new FleetProblem(
                            severity(open.get(MOST)),
                            "incidents",
                            "%d more are open".formatted(open.size() - MOST),
                            Optional.empty(),
                            "as each of them says",
                            "homeport incidents lists them"));
        }
        return found;
    }

    private static Severity severity(Incident incident) {
        return incident.kind() == IncidentKind.DATA_LOSS || incident.limit() != IncidentLimit.ALERT
                ? Severity.CRITICAL
                : Severity.WARNING;
    }

    private static FleetProblem problem(Picture picture, Incident incident) {
        boolean isLoss = incident.kind() == IncidentKind.DATA_LOSS;
        String close = "homeport incident close %s --reason ...".formatted(incident.id());
        return new FleetProblem(
                severity(incident),
                "incident " + incident.id(),
                (isLoss
                                ? "cluster %s has lost data: %s"
                                : "on cluster %s something looked like a mistake: %s")
                        .formatted(incident.cluster(), lost(incident)),
                Optional.of(incident.happened()),
                affects(picture, incident),
                isLoss
                        ? "homeport incident %s says what is missing; restore it, then %s"
                                .formatted(incident.id(), close)
                        : "homeport incident %s says what it was; what it named is kept; then %s"
                                .formatted(incident.id(), close));
    }

    private static String lost(Incident incident) {
        String tables = named(incident.scope().tables(), incident.tablesLost());
        String rows =
                incident.rowsLost() < 0 ? "" : ", about %d rows".formatted(incident.rowsLost());
        String actor = incident.actor().isEmpty() ? "" : "; by " + incident.actor();
        return "%s%s%s%s"
                .formatted(
                        incident.tablesLost() == 1 ? "1 table" : incident.tablesLost() + " tables",
                        tables.isEmpty() ? "" : " (" + tables + ")",
                        rows,
                        actor);
    }

    private static String affects(Picture picture, Incident incident) {
        IncidentScope scope = incident.scope();
        String projects =
                scope.projects().size() == 1
                        ? "project %s".formatted(scope.projects().iterator().next())
                        : "projects %s".formatted(named(scope.projects(), scope.projects().size()));
        if (incident.limit() == IncidentLimit.ALERT) {
            return "nobody is refused"
                    + (scope.projects().isEmpty() ? "" : "; it concerns " + projects);
        }
        if (incident.limit() == IncidentLimit.OFFLINE || scope.wholeCluster()) {
            return "all %d projects of the cluster are refused (limit %s); new projects go elsewhere"
                    .formatted(
                            picture.fleet().placements().residents(incident.cluster()),
                            Words.of(incident.limit()));
        }
        return scope.projects().isEmpty()
                ? "nobody is refused; new projects go elsewhere"
                : "%s %s refused, the others are served; new projects go elsewhere"
                        .formatted(projects, scope.projects().size() == 1 ? "is" : "are");
    }

    /** The first of them, and how many more. */
    private static String named(Collection<?> things, int all) {
        String names =
                things.stream()
                        .limit(NAMED)
                        .map(Object::toString)
                        .collect(Collectors.joining(", "));
        int more = all - Math.min(NAMED, things.size());
        return names.isEmpty() || more <= 0 ? names : names + " and " + more + " more";
    }
}
