package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.router.guard.RecentStatements;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What the REST interface shows of a guard and its quarantine.
 *
 * @param quarantines that of each primary; blocking
 * @param createFailed another router says that a CREATE TABLE failed there
 */
public record GuardParts(
        Function<Instance, JdbcQuarantine> quarantines,
        RecentStatements recent,
        BiConsumer<ProjectId, TableName> createFailed) {
    public GuardParts {
        requireNonNull(quarantines, "quarantines");
        requireNonNull(recent, "recent");
        requireNonNull(createFailed, "createFailed");
    }
}
