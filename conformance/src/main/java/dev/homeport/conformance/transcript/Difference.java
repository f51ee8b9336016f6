package dev.homeport.conformance.transcript;

import dev.homeport.conformance.matrix.Cell;
import dev.homeport.conformance.matrix.ServerKind;
import dev.homeport.conformance.transcript.Transcript.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Differences between a direct connection and one through the router that belong to the nature of
 * the thing. {@code docs/compatibility.md} has this list as a table. Each says how the values have
 * to differ: where a step differs in another way, or not at all, the run fails.
 */
public enum Difference {
    VERSION(
            "The version that the driver reports is the router's",
            "The router greets before it knows the cluster, so it cannot say what the instance"
                    + " would",
            "`listeners[].serverVersion` is what drivers see, and what they derive their features"
                    + " from: set it to the oldest version behind the listener. `SELECT VERSION()`"
                    + " asks the instance") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("server_info.version") && !direct.equals(routed);
        }
    },
    CONNECTION_ID(
            "`CONNECTION_ID()` is not the id that the driver knows",
            "The driver has the id of the router's greeting, the function is the instance's",
            "Use the driver's own id, or let the driver cancel: the router translates it") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("server_info.connection_id")
                    && !direct.equals(routed)
                    && List.of("true", "same").contains(direct.getFirst().toLowerCase(Locale.ROOT));
        }
    },
    CAPABILITIES(
            "The capabilities of the greeting are not the instance's",
            "The router offers what all clusters of the listener have and what it does itself",
            "None needed: drivers ask before they use one") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("server_info.capabilities") && !direct.equals(routed);
        }
    },
    ENCRYPTION(
            "`Ssl_cipher` and the like say whether the router's connection is encrypted",
            "Client and router have one connection, router and instance another",
            "`tls: { mode: follow }` in the cluster's record, the default, makes both alike") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("server_info.encrypted")
                    && cell.legs().isMixed()
                    && !direct.equals(routed);
        }
    },
    KILL_BY_PROCESS_LIST(
            "`KILL` with an id from `CONNECTION_ID()` or the process list is refused with 1094",
            "Clients know the router's ids, and in a `KILL` an id has to be the router's",
            "Where the driver does not tell its id (PDO, Go, R2DBC): statement timeouts"
                    + " (`max_statement_time`, `max_execution_time`), or a `KILL` on a direct"
                    + " connection") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            // What was not killed goes on and gets the lock that it waited for; what was, MariaDB
            // answers with a row of NULL and MySQL with an error.
            return switch (step) {
                case "cancel.by_process_list" -> routed.toString().contains(" 1094");
                case "cancel.killed" ->
                        !direct.equals(routed)
                                && (direct.toString().contains("GET_LOCK")
                                        || direct.toString().contains("1317"))
                                && routed.toString().contains("GET_LOCK")
                                && isLockTaken(routed);
                default -> false;
            };
        }

        // Some programs tell a row in a value of its own, some all in one.
        private boolean isLockTaken(List<String> told) {
            return told.getLast().contains("1")
                    || told.stream()
                            .filter(one -> !one.startsWith("column"))
                            .anyMatch(one -> one.contains("1"));
        }
    },
    PROCESS_KILL(
            "COM_PROCESS_KILL is answered where the instance is a MySQL 9",
            "MySQL 9 took the command away (1047); the router sends a `KILL` in its place, as it"
                    + " does with every server",
            "None needed") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("cancel.kill")
                    && cell.server() == ServerKind.MYSQL
                    && direct.toString().contains("1047")
                    && !routed.toString().contains("error");
        }
    },
    OWN_TEXT(
            "`KILL` of an id that nobody has: the text ends in `[homeport unknown_thread ...]`,"
                    + " and `SHOW WARNINGS` does not know it",
            "Errors that the router makes say so, and the instance has not seen them",
            "None needed: code and SQLSTATE are the server's") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("cancel.unknown_id")
                    && !direct.equals(routed)
                    && withoutWarnings(routed).stream()
                            .map(OWN_TOKEN::matcher)
                            .map(m -> m.replaceAll(""))
                            .toList()
                            .equals(withoutWarnings(direct));
        }

        // The mysql command line asks for them after an error.
        private List<String> withoutWarnings(List<String> told) {
            return told.stream().filter(one -> !one.startsWith("Error (Code ")).toList();
        }
    },
    ATTRIBUTES(
            "`performance_schema.session_connect_attrs` has three rows more",
            "The router adds `homeport_router`, `homeport_project` and `homeport_client`, so that"
                    + " operators see whose connection it is",
            "None needed; queries that list attributes can leave out `homeport_%`") {
        @Override
        boolean accounts(Cell cell, String step, List<String> direct, List<String> routed) {
            return step.equals("attributes")
                    && rows(routed).stream().anyMatch(row -> row.contains("homeport_router"))
                    && rows(routed).stream()
                            .filter(row -> !row.contains("homeport_"))
                            .toList()
                            .equals(rows(direct));
        }

        // Without how many they are.
        private List<String> rows(List<String> told) {
            return told.stream().filter(one -> !one.startsWith("affected")).toList();
        }
    };

    private static final Pattern OWN_TOKEN = Pattern.compile(" \\[homeport [^\\]]*\\]");

    private final String what;
    private final String why;
    private final String remedy;

    Difference(String what, String why, String remedy) {
        this.what = what;
        this.why = why;
        this.remedy = remedy;
    }

    /** Whether it accounts for a step that both sides saw. */
    abstract boolean accounts(Cell cell, String step, List<String> direct, List<String> routed);

    /** What accounts for these two not being the same, if anything does. */
    static Optional<Difference> of(
            Cell cell, String step, Optional<Step> direct, Optional<Step> routed) {
        if (direct.orElse(null) instanceof Step.Seen one
                && routed.orElse(null) instanceof Step.Seen other) {
            return Arrays.stream(values())
                    .filter(each -> each.accounts(cell, step, one.values(), other.values()))
                    .findFirst();
        }
        return Optional.empty();
    }

    /** As a row of the table in {@code docs/compatibility.md}. */
    public String row() {
        return "| %s | %s | %s |".formatted(what, why, remedy);
    }
}
