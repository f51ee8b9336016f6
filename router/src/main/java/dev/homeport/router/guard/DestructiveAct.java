package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.util.List;

/**
 * A statement that can destroy data, and whose it is. Verb and names only: no text of a statement
 * goes further than the classifier.
 *
 * @param user that the session is logged in as on the instance
 * @param client its address
 * @param threadId the session's connection id on the instance
 * @param tables that it names, each with its schema; of DROP DATABASE none
 * @param schema of DROP DATABASE; else empty
 * @param sure whether every reading of the text says so
 */
public record DestructiveAct(
        ProjectId project,
        ClusterId cluster,
        Instance instance,
        String user,
        String client,
        long threadId,
        StatementClass kind,
        List<TableName> tables,
        String schema,
        boolean sure) {
    public DestructiveAct {
        requireNonNull(project, "project");
        requireNonNull(cluster, "cluster");
        requireNonNull(instance, "instance");
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        requireNonNull(kind, "kind");
        requireNonNull(schema, "schema");
        tables = List.copyOf(tables);
    }
}
