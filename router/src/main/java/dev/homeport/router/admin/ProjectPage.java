package dev.homeport.router.admin;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.Residence;
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
        boolean accepts(Residence residence) {
            return cluster.map(residence.home()::equals).orElse(true)
                    && state.map(wanted -> wanted == residence.state()).orElse(true);
        }
    }

    static ProjectPage of(
            PlacementMap placements, Filter filter, Optional<ProjectId> after, int limit) {
        var page = new Page(limit);
        placements.visit(after, filter::accepts, page);
        return new ProjectPage(page.found, page.isMore ? Optional.of(page.last) : Optional.empty());
    }

    /** Takes projects until there are enough, and looks whether there is one more. */
    private static final class Page implements PackedBucket.Visitor {
        private final int limit;
        private final Map<ProjectId, Placement> found = new LinkedHashMap<>();
        private ProjectId last;
        private boolean isMore;

        Page(int limit) {
            this.limit = limit;
        }

        @Override
        public boolean visit(ProjectId project, Placement placement) {
            isMore = found.size() == limit;
            if (!isMore) {
                found.put(project, placement);
                last = project;
            }
            return !isMore;
        }
    }
}
