package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What it means that the inventory misses tables. Pure. */
final class MissingTables {
    private MissingTables() {}

    /**
     * The signal of one project.
     *
     * @param isProof the log was read all the time, and did not say that they went; otherwise it
     *     may have said so where it was not read
     * @param position of the inventory that had them
     */
    static Signal signal(
            Optional<ProjectId> project,
            List<TableName> tables,
            boolean isProof,
            Optional<String> position,
            Instant now) {
        TableName first = tables.getFirst();
        if (!isProof) {
            return new Hint(
                    project,
                    Hint.Kind.MISSING_AFTER_GAP,
                    tables,
                    -1,
                    now,
                    position,
                    "inventory: %d tables are missing in %s after a time of which no log was read"
                            .formatted(tables.size(), first.schema()));
        }
        return new Destroyed(
                project,
                List.of(),
                tables,
                tables.size(),
                -1,
                Extent.TABLES,
                Standing.UNANNOUNCED,
                now,
                "inventory " + first + " " + position.orElse(""),
                position,
                "not in the binary log",
                "inventory: %d tables are missing in %s, and the binary log does not say why"
                        .formatted(tables.size(), first.schema()));
    }
}
