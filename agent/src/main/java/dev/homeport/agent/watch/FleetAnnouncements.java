package dev.homeport.agent.watch;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** What operators announced to the fleet, and projects that are deleted. Thread-safe. */
public final class FleetAnnouncements implements Announcements {
    private final Supplier<Optional<FleetSnapshot>> fleet;
    private final Ownership ownership;

    public FleetAnnouncements(Supplier<Optional<FleetSnapshot>> fleet, Ownership ownership) {
        this.fleet = fleet;
        this.ownership = ownership;
    }

    @Override
    public boolean covers(TableName table, Instant at) {
        Optional<ProjectId> project = ownership.project(table);
        return project.isPresent()
                && fleet.get()
                        .map(
                                one ->
                                        one.isDeletionAnnounced(
                                                project.get(), ownership.tenant(table), at))
                        .orElse(false);
    }

    @Override
    public boolean covers(ProjectId project, Instant at) {
        return fleet.get()
                .map(one -> one.isDeletionAnnounced(project, Optional.empty(), at))
                .orElse(false);
    }
}
