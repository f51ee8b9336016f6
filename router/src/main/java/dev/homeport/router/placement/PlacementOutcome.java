package dev.homeport.router.placement;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice.Considered;
import java.util.List;

/** What came of asking for a home. */
public sealed interface PlacementOutcome {
    /**
     * The project has a home and its schema is made.
     *
     * @param isNew this call made the record
     */
    record Placed(Placement placement, boolean isNew) implements PlacementOutcome {}

    /**
     * The record stands, the schema is not made; asking again tries it again.
     *
     * @param isForeign because the schema has something in it already: asking again does not help,
     *     adopting does
     * @param isNew this call made the record
     */
    record Unfinished(Placement placement, String error, boolean isForeign, boolean isNew)
            implements PlacementOutcome {}

    /** It lives on another cluster than the one asked for. */
    record AlreadyElsewhere(Placement placement) implements PlacementOutcome {}

    /** It is a tombstone, and not placed anew. */
    record Deleted(Placement placement) implements PlacementOutcome {}

    /** No cluster may take it. */
    record NoClusterAvailable(List<Considered> considered) implements PlacementOutcome {
        public NoClusterAvailable {
            considered = List.copyOf(considered);
        }
    }

    /** The cluster asked for may not take it, or its records do not let it. */
    record Refused(String why) implements PlacementOutcome {}

    record UnknownCluster(ClusterId cluster) implements PlacementOutcome {}

    /** ZooKeeper is away: whether a record was written may be unknown, asking again is safe. */
    record Unavailable(String why) implements PlacementOutcome {}

    /** This router has no account for provisioning. */
    record NotConfigured() implements PlacementOutcome {}
}
