package dev.homeport.quarantine.account;

import dev.homeport.topology.BackendLink;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Instance;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How to connect to an instance at this moment. Asked for each new connection, so that an edit of a
 * cluster's record is in force for the next one.
 */
@FunctionalInterface
public interface AccountLinks {
    AccountLink of(Instance instance);

    /** As the cluster's record says that the instance stands in; the default for any other. */
    static AccountLinks of(Supplier<Optional<FleetSnapshot>> fleet, TlsFiles files) {
        return instance ->
                AccountLink.of(
                        fleet.get()
                                .flatMap(one -> linkOf(one, instance))
                                .orElse(BackendLink.DEFAULT),
                        files);
    }

    private static Optional<BackendLink> linkOf(FleetSnapshot fleet, Instance instance) {
        return fleet.clusters().values().stream()
                .map(ClusterSnapshot::definition)
                .filter(one -> one.instance(instance.id()).equals(Optional.of(instance)))
                .map(ClusterDefinition::link)
                .findFirst();
    }
}
