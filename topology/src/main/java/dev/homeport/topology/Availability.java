package dev.homeport.topology;

/**
 * What routers do for the sessions of a project: the strictest of the limits that intent, health,
 * open incidents and the project's state set. Pure: the same arguments give the same answer.
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
    /** An open incident takes the whole cluster out of service. */
    CLUSTER_DATA_LOSS(Limit.REFUSE),
    /** The project is in the scope of an open incident on its home. */
    PROJECT_DATA_LOSS(Limit.REFUSE),
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

    /**
     * The availability of a project in that state on that cluster, its home. Where two limits are
     * equally strict the one that says most about this project wins: its own state, an incident
     * that names it, then the intent, an incident of the cluster, the health.
     */
    public static Availability of(ClusterSnapshot cluster, ProjectId project, ProjectState state) {
        Availability ofState = ofProject(state);
        if (ofState.limit != Limit.REFUSE && isContained(cluster.containment(), project)) {
            return PROJECT_DATA_LOSS;
        }
        return of(cluster.intent().intent(), cluster.health(), state, cluster.containment());
    }

    /** What holds on that cluster for a project that is served and that no incident names. */
    public static Availability ofCluster(ClusterSnapshot cluster) {
        return of(
                cluster.intent().intent(),
                cluster.health(),
                ProjectState.SERVING,
                cluster.containment());
    }

    /** What intent, health and state alone limit. */
    static Availability of(Intent intent, Health health, ProjectState project) {
        return of(intent, health, project, Containment.NONE);
    }

    private static Availability of(
            Intent intent, Health health, ProjectState project, Containment containment) {
        Availability byIntent = ofIntent(intent);
        Availability strictest = stricter(ofProject(project), byIntent);
        if (containment.wholeCluster()) {
            strictest = stricter(strictest, CLUSTER_DATA_LOSS);
        }
        strictest = stricter(strictest, ofHealth(health));
        return strictest.limit == Limit.HOLD && byIntent.limit == Limit.FINISH
                ? DRAINING_WITHOUT_SERVICE
                : strictest;
    }

    /** Asked for every session: costs nothing while there is no incident. */
    private static boolean isContained(Containment containment, ProjectId project) {
        return !containment.acceptsProjects() && containment.projects().contains(project);
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
