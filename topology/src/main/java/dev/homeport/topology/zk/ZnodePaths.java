package dev.homeport.topology.zk;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import java.util.List;

/** All paths below the chroot. */
public final class ZnodePaths {
    public static final String CLUSTERS = "/clusters";
    public static final String INTENTS = "/intents";
    public static final String VERDICTS = "/verdicts";
    public static final String PROJECTS = "/projects";
    public static final String POLICY = "/placement-policy";
    public static final String GUARD = "/guard";
    public static final String APPROVALS = "/approvals";
    public static final String ANNOUNCEMENTS = "/announcements";
    public static final String INCIDENTS = "/incidents";
    public static final String AUDIT = "/audit";
    public static final String HEALTH = "/health";
    public static final String ROUTERS = "/routers";
    public static final String ROUTER_NUMBERS = "/router-numbers";
    public static final String ELECTION = "/election";

    /**
     * What the agents of a cluster remember of their watch; made by the first that has something.
     */
    public static final String WATCH = "/watch";

    /** The parents that every fleet has. */
    static final List<String> PARENTS =
            List.of(
                    CLUSTERS,
                    INTENTS,
                    VERDICTS,
                    PROJECTS,
                    APPROVALS,
                    ANNOUNCEMENTS,
                    INCIDENTS,
                    AUDIT,
                    HEALTH,
                    ROUTERS,
                    ROUTER_NUMBERS,
                    ELECTION);

    private ZnodePaths() {}

    public static String cluster(ClusterId cluster) {
        return CLUSTERS + "/" + cluster;
    }

    public static String intent(ClusterId cluster) {
        return INTENTS + "/" + cluster;
    }

    public static String verdict(ClusterId cluster) {
        return VERDICTS + "/" + cluster;
    }

    /** The bucket that holds the project's placement. */
    public static String bucketOf(ProjectId project) {
        return bucket(Buckets.of(project));
    }

    public static String bucket(int bucket) {
        return PROJECTS + "/" + Buckets.name(bucket);
    }

    public static String approval(ApprovalId approval) {
        return APPROVALS + "/" + approval;
    }

    public static String announcement(AnnouncementId announcement) {
        return ANNOUNCEMENTS + "/" + announcement;
    }

    public static String incident(IncidentId incident) {
        return INCIDENTS + "/" + incident;
    }

    /** One entry of the audit; ZooKeeper gives the numbers, and writes ten digits. */
    static String auditEntry(long number) {
        String digits = Long.toString(number);
        return AUDIT + "/" + "0".repeat(Math.max(0, 10 - digits.length())) + digits;
    }

    /** Parent of what the agents of a cluster observe. */
    public static String health(ClusterId cluster) {
        return HEALTH + "/" + cluster;
    }

    public static String health(ClusterId cluster, AgentId agent) {
        return health(cluster) + "/" + agent;
    }

    /** Where the agents of a cluster elect their leader; made for Curator's LeaderLatch. */
    public static String election(ClusterId cluster) {
        return ELECTION + "/" + cluster;
    }

    public static String router(RouterId router) {
        return ROUTERS + "/" + router;
    }

    /** Where the agents of a cluster remember. */
    static String watch(ClusterId cluster) {
        return WATCH + "/" + cluster;
    }

    /** What an agent writes to be told the ensemble's time. No cluster's id has a dot. */
    static String clock(ClusterId cluster) {
        return watch(cluster) + ".clock";
    }

    /** The lease of a number; named without leading zeros. */
    public static String routerNumber(RouterNumber number) {
        return ROUTER_NUMBERS + "/" + number;
    }

    /** As people write it: below the chroot and without the first slash. */
    static String shown(String path) {
        return path.substring(1);
    }

    /** What comes after the last slash. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What comes before the last slash; empty for a znode at the top. */
    static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
