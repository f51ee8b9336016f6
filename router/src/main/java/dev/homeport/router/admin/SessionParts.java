package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

/** What the REST interface shows of the sessions of this router. */
public record SessionParts(
        SessionCensus census,
        ConnectionDirectory connections,
        ThreadDirectory threads,
        MissingTableCensus missingTables) {
    public SessionParts {
        requireNonNull(census, "census");
        requireNonNull(connections, "connections");
        requireNonNull(threads, "threads");
        requireNonNull(missingTables, "missingTables");
    }
}
