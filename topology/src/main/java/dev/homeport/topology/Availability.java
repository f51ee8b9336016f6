package dev.homeport.topology;

/**
 * What routers do for the sessions of a project: the strictest of the limits that intent, health
 * and the project's state set. Pure: the same arguments give the same answer.
 *
 * <p>Instances are shared constants, so that asking costs no allocation.
 */
public enum Availability {
    SERVE(Limit.SERVE),
    /** The cluster drains: running transactions end, idle sessions are closed, no new ones. */
    CLUSTER_DRAINING(Limit.FINISH),
    /** The cluster has no primary at the moment. */
    NO_PRIMARY(Limit.HOLD),
    PROJECT_MOVING(Limit.HOLD),
    /** The cluster drains and cannot serve either: nothing can finish there. */
    DRAINING_WITHOUT_SERVICE(Limit.REFUSE),
    CLUSTER_OFFLINE(Limit.REFUSE),
    PROJECT_PROVISIONING(Limit.REFUSE),
    PROJECT_OFFLINE(Limit.REFUSE),
    PROJECT_RESTORING(Limit.REFUSE),
    PROJECT_DELETED(Limit.REFUSE);

    private final Limit limit;

    Availability(Limit limit) {
        this.limit = limit;
    }

    public Limit limit() {
        return limit;
    }

    /** From the mildest to the strictest. */
    public enum Limit {
        /** Route to the primary. */
        SERVE,
        /** Running transactions end, idle sessions are closed, no new sessions. */
        FINISH,
        /** Commands that were never sent wait for a bounded time. */
        HOLD,
        /** A clear error. */
        REFUSE
    }

    /** The availability of a project in that state on that cluster. */
    public static Availability of(ClusterSnapshot cluster, ProjectState project) {
        return of(cluster.intent().intent(), cluster.health(), project);
    }

    /**
     * The strictest of the three limits. Where two are equally strict the one that says most about
     * this project wins: its own state, then the intent, then the health.
     */
    public static Availability of(Intent intent, Health health, ProjectState project) {
        Availability byIntent = ofIntent(intent);
        Availability strictest = stricter(stricter(ofProject(project), byIntent), ofHealth(health));
        return strictest.limit == Limit.HOLD && byIntent.limit == Limit.FINISH
                ? DRAINING_WITHOUT_SERVICE
                : strictest;
    }

    private static Availability stricter(Availability first, Availability second) {
        return second.limit.compareTo(first.limit) > 0 ? second : first;
    }

    private static Availability ofIntent(Intent intent) {
        return switch (intent) {
            case ACTIVE, CORDONED -> SERVE;
            case DRAINING -> CLUSTER_DRAINING;
            case OFFLINE -> CLUSTER_OFFLINE;
        };
    }

    private static Availability ofHealth(Health health) {
        return switch (health) {
            // What does not answer is found out by the router itself, connection by connection.
            case HEALTHY, DEGRADED, UNKNOWN, UNREACHABLE -> SERVE;
            case NO_PRIMARY -> NO_PRIMARY;
        };
    }

    private static Availability ofProject(ProjectState state) {
        return switch (state) {
            case SERVING -> SERVE;
            case MOVING -> PROJECT_MOVING;
            case PROVISIONING -> PROJECT_PROVISIONING;
            case OFFLINE -> PROJECT_OFFLINE;
            case RESTORING -> PROJECT_RESTORING;
            case DELETED -> PROJECT_DELETED;
        };
    }
}
