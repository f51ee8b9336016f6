package dev.homeport.router.admin;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.InstanceId;
import java.util.Map;
import java.util.Set;

/** Knows the connections to instances by the ids that the instances gave them. */
public interface ThreadDirectory {
    /**
     * Those that clients of this router have, or had within the last minutes. Callable from any
     * thread; not for every statement, as it looks through all sessions.
     */
    Map<Long, ThreadView> find(ClusterId cluster, InstanceId instance, Set<Long> threadIds);
}
