package dev.homeport.router.admin;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.RouterReport;
import java.util.Map;

/** Counts the client connections of this router. */
public interface SessionCensus {
    /** Counts per cluster; a cluster without sessions may be absent. Callable from any thread. */
    Map<ClusterId, RouterReport.SessionCounts> counts();
}
