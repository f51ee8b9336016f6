package dev.homeport.router.routing;

import java.util.List;

/** What a route-key chain makes of a login. */
public sealed interface RouteKeyResult {
    /** Every key that was looked at, in order, and what came of it. */
    List<Tried> tried();

    /**
     * One key that was looked at.
     *
     * @param key such as {@code user} or {@code attribute _server_host}
     * @param outcome for people
     */
    record Tried(String key, String outcome) {}

    /**
     * A key named a project.
     *
     * @param project as it stands in the login; need not have the form of a project id
     * @param key which key it was
     * @param user the user name to send on
     */
    record Matched(String project, String key, String user, List<Tried> tried)
            implements RouteKeyResult {
        public Matched {
            tried = List.copyOf(tried);
        }
    }

    /** A key matched and an essential part is empty. */
    record Malformed(String why, List<Tried> tried) implements RouteKeyResult {
        public Malformed {
            tried = List.copyOf(tried);
        }
    }

    /** No key matched. */
    record NoMatch(List<Tried> tried) implements RouteKeyResult {
        public NoMatch {
            tried = List.copyOf(tried);
        }
    }
}
