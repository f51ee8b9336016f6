package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.NameCase;
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
    private final Supplier<NameCase> nameCase;

    /**
     * @param nameCase how the cluster's primary compares names
     */
    public FleetAnnouncements(
            Supplier<Optional<FleetSnapshot>> fleet,
            Ownership ownership,
            Supplier<NameCase> nameCase) {
        this.fleet = fleet;
        this.ownership = ownership;
        this.nameCase = nameCase;
    }

    @Override
    public boolean covers(TableName table, Instant at) {
        Optional<ProjectId> project = ownership.project(table);
        Optional<FleetSnapshot> picture = fleet.get();
        return project.isPresent()
                && picture.isPresent()
                && covers(picture.get(), project.get(), ownership.tenant(table), at);
    }

    private boolean covers(
            FleetSnapshot picture, ProjectId project, Optional<String> tenant, Instant at) {
        if (picture.isDeletionAnnounced(project, tenant, at)) {
            return true;
        }
        // The table's name is in lower case there; people name the tenant as they always do.
        return tenant.isPresent()
                && nameCase.get() == NameCase.FOLDS
                && picture.guard().announcements().stream()
                        .filter(
                                one ->
                                        one.tenant()
                                                .filter(tenant.get()::equalsIgnoreCase)
                                                .isPresent())
                        .anyMatch(one -> one.covers(project, one.tenant(), at));
    }

    @Override
    public boolean covers(ProjectId project, Instant at) {
        return fleet.get()
                .map(one -> one.isDeletionAnnounced(project, Optional.empty(), at))
                .orElse(false);
    }
}
