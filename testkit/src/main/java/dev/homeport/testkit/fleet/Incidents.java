package dev.homeport.testkit.fleet;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Open incidents of data loss. */
public final class Incidents {
    private Incidents() {}

    /** One that concerns these projects. */
    public static Incident dataLoss(
            String id, String cluster, IncidentLimit limit, String... projects) {
        Set<ProjectId> all = Stream.of(projects).map(ProjectId::new).collect(Collectors.toSet());
        return dataLoss(id, cluster, limit, new IncidentScope(all, List.of(), List.of(), false));
    }

    /** One with that scope. */
    public static Incident dataLoss(
            String id, String cluster, IncidentLimit limit, IncidentScope scope) {
        return new Incident(
                new IncidentId(id),
                IncidentKind.DATA_LOSS,
                new ClusterId(cluster),
                scope,
                limit,
                Clusters.SINCE,
                Clusters.SINCE,
                Optional.of("0-1-41"),
                "app of a test",
                2,
                -1,
                List.of("as built"),
                Optional.empty());
    }
}
