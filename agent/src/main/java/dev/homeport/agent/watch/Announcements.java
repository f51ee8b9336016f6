package dev.homeport.agent.watch;

import dev.homeport.topology.TableName;
import java.time.Instant;

/** What was announced to go, in whatever way it goes. Called on the watch's thread; fast. */
@FunctionalInterface
public interface Announcements {
    /** Nothing was. */
    Announcements NONE = (table, at) -> false;

    /** Whether somebody announced that the table would go at that time. */
    boolean covers(TableName table, Instant at);
}
