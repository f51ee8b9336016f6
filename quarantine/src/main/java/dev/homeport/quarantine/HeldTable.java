package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Optional;

/**
 * A table as the catalogue knows it.
 *
 * @param table what it was called
 * @param kept where its rows are while it is held
 * @param user that destroyed it
 * @param droppedAt by the later of two clocks, the router's and the server's
 * @param rows an estimate of the server's
 * @param incident that it belongs to, where somebody said so
 */
public record HeldTable(
        long id,
        HeldState state,
        TableName table,
        TableName kept,
        StatementClass statement,
        ProjectId project,
        Optional<String> tenant,
        String user,
        String client,
        String router,
        long threadId,
        Instant droppedAt,
        Instant keepUntil,
        long rows,
        long bytes,
        String engine,
        String note,
        Optional<IncidentId> incident) {
    public HeldTable {
        requireNonNull(state, "state");
        requireNonNull(table, "table");
        requireNonNull(kept, "kept");
        requireNonNull(statement, "statement");
        requireNonNull(project, "project");
        requireNonNull(tenant, "tenant");
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        requireNonNull(router, "router");
        requireNonNull(droppedAt, "droppedAt");
        requireNonNull(keepUntil, "keepUntil");
        requireNonNull(engine, "engine");
        requireNonNull(note, "note");
        requireNonNull(incident, "incident");
    }
}
