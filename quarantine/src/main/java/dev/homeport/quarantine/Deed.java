package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Who is about to destroy what how: goes into the catalogue with every table that is set aside.
 *
 * @param user that the session is logged in as on the instance
 * @param client address of the client, as the router knows it
 * @param router that the statement came through
 * @param threadId the session's connection id on the instance
 * @param at by the router's clock; recorded is the server's where that is later
 * @param keep how long what is set aside must be kept
 * @param note why it is kept other than by rule, or which announcement covers it; empty usually
 */
public record Deed(
        StatementClass statement,
        ProjectId project,
        Optional<String> tenant,
        String user,
        String client,
        String router,
        long threadId,
        Instant at,
        Duration keep,
        String note) {
    public Deed {
        requireNonNull(statement, "statement");
        requireNonNull(project, "project");
        requireNonNull(tenant, "tenant");
        requireNonNull(user, "user");
        requireNonNull(client, "client");
        requireNonNull(router, "router");
        requireNonNull(at, "at");
        requireNonNull(keep, "keep");
        requireNonNull(note, "note");
    }
}
