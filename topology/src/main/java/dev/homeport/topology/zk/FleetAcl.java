package dev.homeport.topology.zk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/**
 * The ACL of every znode, whoever makes it: this package or one of Curator's recipes. Either one
 * for all, or by role, as the table in docs/design.md ("Znodes") says who writes what: everybody in
 * it reads everything, operators may do everything, and the world gets nothing.
 */
final class FleetAcl implements ACLProvider {
    private static final int SHARED = Perms.ALL & ~Perms.ADMIN;
    private static final int MAKE = Perms.READ | Perms.CREATE;

    /** What routers and agents may do with a znode at the top of the chroot and all below it. */
    private record Rights(int routers, int agents) {}

    /** For what stands nowhere else. */
    private static final Rights READERS = new Rights(Perms.READ, Perms.READ);

    /** Both make the znodes that every fleet has; routers also the two records at the top. */
    private static final Rights CHROOT = new Rights(MAKE, MAKE);

    /** Operators' records: routers write them in the name of operators who ask by REST. */
    private static final Rights OF_OPERATORS = new Rights(SHARED, Perms.READ);

    private static final Rights OF_ROUTERS = new Rights(SHARED, Perms.READ);
    private static final Rights OF_AGENTS = new Rights(Perms.READ, SHARED);
    private static final Rights OF_BOTH = new Rights(SHARED, SHARED);

    /** Whoever removes a cluster removes its verdict with it. */
    private static final Rights OF_AGENTS_REMOVED_BY_ROUTERS =
            new Rights(Perms.READ | Perms.DELETE, SHARED);

    private static final Map<String, Rights> TABLE =
            Map.ofEntries(
                    Map.entry(ZnodePaths.CLUSTERS, OF_OPERATORS),
                    Map.entry(ZnodePaths.INTENTS, OF_OPERATORS),
                    Map.entry(ZnodePaths.POLICY, OF_OPERATORS),
                    Map.entry(ZnodePaths.GUARD, OF_OPERATORS),
                    Map.entry(ZnodePaths.APPROVALS, OF_OPERATORS),
                    Map.entry(ZnodePaths.ANNOUNCEMENTS, OF_OPERATORS),
                    Map.entry(ZnodePaths.PROJECTS, OF_ROUTERS),
                    Map.entry(ZnodePaths.AUDIT, OF_ROUTERS),
                    Map.entry(ZnodePaths.ROUTERS, OF_ROUTERS),
                    Map.entry(ZnodePaths.ROUTER_NUMBERS, OF_ROUTERS),
                    Map.entry(ZnodePaths.VERDICTS, OF_AGENTS_REMOVED_BY_ROUTERS),
                    Map.entry(ZnodePaths.HEALTH, OF_AGENTS),
                    Map.entry(ZnodePaths.ELECTION, OF_AGENTS),
                    Map.entry(ZnodePaths.WATCH, OF_AGENTS),
                    Map.entry(ZnodePaths.INCIDENTS, OF_BOTH));

    private final List<ACL> sole;
    private final List<AclConfig> roles;

    private FleetAcl(List<ACL> sole, List<AclConfig> roles) {
        // No List.copyOf: ZooKeeper asks it whether it contains null, which that one refuses.
        this.sole = Collections.unmodifiableList(new ArrayList<>(sole));
        this.roles = List.copyOf(roles);
    }

    /** Everything to everybody, for ensembles that are protected by other means. */
    static FleetAcl open() {
        return new FleetAcl(Ids.OPEN_ACL_UNSAFE, List.of());
    }

    /** Everything to the identity that makes a znode, nothing to anybody else. */
    static FleetAcl ofCreator() {
        return new FleetAcl(Ids.CREATOR_ALL_ACL, List.of());
    }

    /** By role. */
    static FleetAcl of(AclConfig roles) {
        return new FleetAcl(List.of(), List.of(roles));
    }

    @Override
    public List<ACL> getDefaultAcl() {
        return roles.isEmpty() ? sole : of(roles.getFirst(), READERS);
    }

    /**
     * @param path below the chroot; {@code /} is the chroot itself
     */
    @Override
    public List<ACL> getAclForPath(String path) {
        return roles.isEmpty() ? sole : of(roles.getFirst(), rights(path));
    }

    private static Rights rights(String path) {
        if (path.equals("/")) {
            return CHROOT;
        }
        int second = path.indexOf('/', 1);
        return TABLE.getOrDefault(second < 0 ? path : path.substring(0, second), READERS);
    }

    private static List<ACL> of(AclConfig roles, Rights rights) {
        List<ACL> acl = new ArrayList<>();
        add(acl, roles.operators(), Perms.ALL);
        add(acl, roles.routers(), rights.routers);
        add(acl, roles.agents(), rights.agents);
        return acl;
    }

    private static void add(List<ACL> acl, List<AclConfig.Identity> identities, int permissions) {
        identities.forEach(one -> acl.add(new ACL(permissions, new Id(one.scheme(), one.id()))));
    }
}
