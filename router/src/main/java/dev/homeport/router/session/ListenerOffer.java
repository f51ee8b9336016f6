package dev.homeport.router.session;

import dev.homeport.router.protocol.Capabilities;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.ServerCapabilities;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The capability flags that a listener offers: those of its family that all instances of its
 * clusters have, as far as the agents know; where nobody knows anything, what every instance has.
 * Thread-safe.
 */
public final class ListenerOffer implements LongSupplier {
    private final long most;
    private final Function<FleetSnapshot, Optional<ServerCapabilities>> observed;
    private volatile long flags = Capabilities.CAUTIOUS;

    /**
     * Follows the pictures of that source from now on.
     *
     * @param observed what the instances have in common, in a picture
     */
    public ListenerOffer(
            Family family,
            FleetSource fleet,
            Function<FleetSnapshot, Optional<ServerCapabilities>> observed) {
        this.most =
                switch (family) {
                    case MARIADB -> Capabilities.MARIADB;
                    case MYSQL -> Capabilities.MYSQL;
                };
        this.observed = observed;
        fleet.onChange((before, after) -> take(after));
        fleet.current().ifPresent(this::take);
    }

    private void take(FleetSnapshot fleet) {
        flags =
                observed.apply(fleet)
                        .map(known -> Capabilities.offer(most, known.bits()))
                        .orElse(Capabilities.CAUTIOUS);
    }

    @Override
    public long getAsLong() {
        return flags;
    }
}
