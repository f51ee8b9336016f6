package dev.homeport.router.admin;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Some of a fleet's projects, in the order of the map: by bucket, and by id within one. That order
 * stands while projects come and go, so a reader who goes on after the last one misses none that
 * was there all the time.
 *
 * @param next what to go on after; empty at the end
 */
record ProjectPage(Map<ProjectId, Placement> projects, Optional<ProjectId> next) {
    /** Which projects are wanted. */
    record Filter(Optional<ClusterId> cluster, Optional<ProjectState> state) {
        boolean accepts(Placement placement) {
            return cluster.map(placement.home()::equals).orElse(true)
                    && state.map(wanted -> wanted == placement.state()).orElse(true);
        }
    }

    static ProjectPage of(
            PlacementMap placements, Filter filter, Optional<ProjectId> after, int limit) {
        Map<ProjectId, Placement> found = new LinkedHashMap<>();
        ProjectId last = null;
        for (int bucket = after.map(Buckets::of).orElse(0); bucket < Buckets.COUNT; bucket++) {
            boolean isFirst = after.isPresent() && Buckets.of(after.get()) == bucket;
            for (Map.Entry<ProjectId, Placement> each : placements.bucket(bucket).entrySet()) {
                boolean isSeen = isFirst && each.getKey().compareTo(after.get()) <= 0;
                if (isSeen || !filter.accepts(each.getValue())) {
                    continue;
                }
                if (found.size() == limit) {
                    return new ProjectPage(found, Optional.of(last));
                }
                last = each.getKey();
                found.put(last, each.getValue());
            }
        }
        return new ProjectPage(found, Optional.empty());
    }
}
