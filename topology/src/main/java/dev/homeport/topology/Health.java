package dev.homeport.topology;

/** What the agents see of a cluster. Exact meanings: docs/design.md, "Availability". */
public enum Health {
    /** One writable, non-replicating instance, and all replicas replicate within the lag limit. */
    HEALTHY,
    /** Such a primary, but something else is wrong, and named. */
    DEGRADED,
    /** Instances answer; none, or more than one, is such a primary. */
    NO_PRIMARY,
    /** No instance answers any agent, several probes in a row. */
    UNREACHABLE,
    /** No fresh observation, or the agents could not log in. */
    UNKNOWN
}
