package dev.homeport.topology.zk;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.data.ACL;

/** The same ACL for every znode, whoever makes it: this package or one of Curator's recipes. */
final class FleetAcl implements ACLProvider {
    private final List<ACL> acl;

    FleetAcl(List<ACL> acl) {
        // No List.copyOf: ZooKeeper asks it whether it contains null, which that one refuses.
        this.acl = Collections.unmodifiableList(new ArrayList<>(acl));
    }

    @Override
    public List<ACL> getDefaultAcl() {
        return acl;
    }

    @Override
    public List<ACL> getAclForPath(String path) {
        return acl;
    }
}
