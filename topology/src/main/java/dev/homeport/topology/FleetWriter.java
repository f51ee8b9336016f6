package dev.homeport.topology;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Conditional writes of the fleet's records. Every method reads what stands in ZooKeeper at this
 * moment, decides, and writes under the versions it read; it repeats that a bounded number of times
 * when somebody else was faster. Blocking: never call it on an event loop. An acknowledged write is
 * durable; its {@link Written#zxid} tells when a router has applied it.
 */
public interface FleetWriter {
    /** A value as it was written. */
    record Written<T>(T value, int version, long zxid) {}

    /** What came of placing a project. */
    sealed interface Placed {
        /** It was placed by this call. */
        record Created(Placement placement, PlacementChoice.Choice.Chosen choice, long zxid)
                implements Placed {}

        /** It has a home already; nothing was written. */
        record Existing(Placement placement) implements Placed {}

        /** No cluster may take it; nothing was written. */
        record NoneAvailable(PlacementChoice.Choice.NoneAvailable choice) implements Placed {}
    }

    /**
     * Changes the intent of a cluster.
     *
     * @param change gets the intent in force and returns the new one; may be called more than once.
     *     An {@link IllegalStateException} of it is a {@code CONFLICT} with its message
     * @param expectedVersion of the intent; empty changes whatever stands there
     * @throws TopologyException {@code NOT_FOUND} if there is no such cluster; {@code CONFLICT}
     *     with {@link TopologyException#currentVersion} if the version is another
     */
    Written<ClusterIntent> changeIntent(
            ClusterId cluster, OptionalInt expectedVersion, UnaryOperator<ClusterIntent> change)
            throws TopologyException;

    /** {@link #changeIntent(ClusterId, OptionalInt, UnaryOperator)}, whatever its version is. */
    default Written<ClusterIntent> changeIntent(
            ClusterId cluster, UnaryOperator<ClusterIntent> change) throws TopologyException {
        return changeIntent(cluster, OptionalInt.empty(), change);
    }

    /**
     * Creates or replaces a cluster's definition, and creates its intent znode if there is none.
     *
     * @param expectedVersion of the definition; empty writes over whatever stands there
     */
    Written<ClusterDefinition> putCluster(ClusterDefinition cluster, OptionalInt expectedVersion)
            throws TopologyException;

    /**
     * Deletes a cluster with its intent and verdict.
     *
     * @param expectedVersion of the definition; empty deletes whatever stands there
     * @throws TopologyException {@code CONFLICT} if any placement names it, tombstones included, or
     *     the version is another
     */
    void deleteCluster(ClusterId cluster, OptionalInt expectedVersion) throws TopologyException;

    /** {@link #deleteCluster(ClusterId, OptionalInt)}, whatever its version is. */
    default void deleteCluster(ClusterId cluster) throws TopologyException {
        deleteCluster(cluster, OptionalInt.empty());
    }

    /**
     * Replaces the placement policy.
     *
     * @param expectedVersion {@link RecordVersions#ABSENT} where there was none; empty writes over
     *     whatever stands there
     * @throws TopologyException {@code INVALID} if it names a cluster that does not exist; {@code
     *     CONFLICT} if the version is another
     */
    Written<PlacementPolicy> putPolicy(PlacementPolicy policy, OptionalInt expectedVersion)
            throws TopologyException;

    /** {@link #putPolicy(PlacementPolicy, OptionalInt)}, whatever its version is. */
    default Written<PlacementPolicy> putPolicy(PlacementPolicy policy) throws TopologyException {
        return putPolicy(policy, OptionalInt.empty());
    }

    /**
     * Gives a project its home: reads clusters, intents, verdicts, policy and the project's bucket
     * from ZooKeeper, chooses, and writes state {@link ProjectState#PROVISIONING} in one multi that
     * checks that the chosen cluster's definition and intent are still what was read.
     *
     * @param wanted a cluster asked for by name: taken if it is fit, else {@code CONFLICT} with the
     *     reason
     */
    default Placed place(ProjectId project, Optional<ClusterId> wanted) throws TopologyException {
        return place(project, wanted, Optional.empty());
    }

    /**
     * The same, by somebody whose reason stands before that of the choice.
     *
     * @param why for people, such as who asked
     */
    Placed place(ProjectId project, Optional<ClusterId> wanted, Optional<String> why)
            throws TopologyException;

    /**
     * Changes a project's placement.
     *
     * @param change gets the placement in force, and what it returns is written only where that
     *     still stands; may be called more than once. An {@link IllegalStateException} of it is a
     *     {@code CONFLICT} with its message, and the cause
     * @throws TopologyException {@code NOT_FOUND} if the project has none
     */
    Written<Placement> changePlacement(ProjectId project, UnaryOperator<Placement> change)
            throws TopologyException;

    /**
     * Replaces what the guard goes by.
     *
     * @param expectedVersion {@link RecordVersions#ABSENT} where there was none; empty writes over
     *     whatever stands there
     * @throws TopologyException {@code CONFLICT} if the version is another
     */
    Written<GuardPolicy> putGuard(GuardPolicy policy, OptionalInt expectedVersion)
            throws TopologyException;

    /** {@link #putGuard(GuardPolicy, OptionalInt)}, whatever its version is. */
    default Written<GuardPolicy> putGuard(GuardPolicy policy) throws TopologyException {
        return putGuard(policy, OptionalInt.empty());
    }

    /**
     * Gives an approval.
     *
     * @throws TopologyException {@code CONFLICT} if there is one of that id, or there are too many
     *     that are still good
     */
    Written<Approval> putApproval(Approval approval) throws TopologyException;

    /**
     * Uses one statement of an approval up, before that statement is sent. Each statement of it is
     * given away once, whoever asks; where an answer of ZooKeeper is lost, one may be lost with it.
     *
     * @return whether it was still good
     * @throws TopologyException {@code UNAVAILABLE} if that cannot be known
     */
    boolean useApproval(ApprovalId approval) throws TopologyException;

    /** Takes an approval back. {@code NOT_FOUND} if there is none of that id. */
    void removeApproval(ApprovalId approval) throws TopologyException;

    /**
     * Announces a deletion.
     *
     * @throws TopologyException {@code CONFLICT} if there is one of that id, or there are too many
     *     that still hold
     */
    Written<Announcement> putAnnouncement(Announcement announcement) throws TopologyException;

    /** Takes an announcement back. {@code NOT_FOUND} if there is none of that id. */
    void removeAnnouncement(AnnouncementId announcement) throws TopologyException;

    /**
     * Closes an incident: whatever it limits ends. Also one whose znode is gone while it is still
     * in force.
     *
     * @throws TopologyException {@code NOT_FOUND} if there is none of that id, {@code CONFLICT} if
     *     it is closed already
     */
    Written<Incident> closeIncident(IncidentId incident, String by, String reason)
            throws TopologyException;
}
