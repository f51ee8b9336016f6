package dev.homeport.agent.watch;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Optional;

/** Whose a table is. Pure, fast, and safe for use by several threads. */
public interface Ownership {
    /** The project; empty where nobody can say. */
    Optional<ProjectId> project(TableName table);

    /** The tenant within the project, as far as the name tells. */
    Optional<String> tenant(TableName table);
}
