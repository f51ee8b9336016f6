package dev.homeport.agent.watch;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;

/** What was announced to go, in whatever way it goes. Called on the watch's thread; fast. */
public interface Announcements {
    /** Whether somebody announced that the table would go at that time. */
    boolean covers(TableName table, Instant at);

    /** Whether somebody announced that all of the project would go at that time. */
    boolean covers(ProjectId project, Instant at);
}
