package dev.homeport.agent.watch;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes the guard's pattern for tenants where the agent's own says nothing, so that an announcement
 * for a tenant means the same to routers and agents. Thread-safe.
 */
public final class TenantsOfTheFleet implements Ownership {
    private final Ownership own;
    private final Supplier<Optional<FleetSnapshot>> fleet;

    public TenantsOfTheFleet(Ownership own, Supplier<Optional<FleetSnapshot>> fleet) {
        this.own = own;
        this.fleet = fleet;
    }

    @Override
    public Optional<ProjectId> project(TableName table) {
        return own.project(table);
    }

    @Override
    public Optional<String> tenant(TableName table) {
        return own.tenant(table)
                .or(() -> fleet.get().flatMap(one -> one.guard().policy().tenantOf(table.table())));
    }
}
