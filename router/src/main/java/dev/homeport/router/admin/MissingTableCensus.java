package dev.homeport.router.admin;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import java.util.Map;

/** Counts how often clients are told that a table does not exist. */
public interface MissingTableCensus {
    /**
     * The projects of a cluster that heard it lately, and how often. Callable from any thread.
     *
     * @see dev.homeport.router.session.MissingTables#WINDOW
     */
    Map<ProjectId, Integer> of(ClusterId cluster);
}
