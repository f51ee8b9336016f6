package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A record that something is wrong with data. Open until an operator closes it with a reason.
 *
 * @param limit what it limits while it is open
 * @param opened when the record was made
 * @param happened when the server executed what was noticed, as exactly as that is known
 * @param gtidBefore the GTID position just before it, as the server's family writes it: what a
 *     restore goes to; empty where no binlog event was seen
 * @param actor who did it: project, user and address as a router knew them, or that it did not come
 *     through a router
 * @param tablesLost all of them, also those that the scope does not name
 * @param rowsLost an estimate; -1 where nobody knows
 * @param evidence what it rests on, one line each, no SQL text and no values
 */
public record Incident(
        IncidentId id,
        IncidentKind kind,
        ClusterId cluster,
        IncidentScope scope,
        IncidentLimit limit,
        Instant opened,
        Instant happened,
        Optional<String> gtidBefore,
        String actor,
        int tablesLost,
        long rowsLost,
        List<String> evidence,
        Optional<Closing> closing) {
    /** Lines of evidence that are kept at most. */
    public static final int MOST_EVIDENCE = 50;

    /** What a text of it has at most, in characters; the rest is cut off. */
    public static final int MOST_CHARS = 400;

    public Incident {
        requireNonNull(id, "id");
        requireNonNull(kind, "kind");
        requireNonNull(cluster, "cluster");
        requireNonNull(scope, "scope");
        requireNonNull(limit, "limit");
        requireNonNull(opened, "opened");
        requireNonNull(happened, "happened");
        gtidBefore = gtidBefore.filter(text -> !text.isEmpty());
        actor = cut(actor);
        requireNonNull(closing, "closing");
        evidence = evidence.stream().limit(MOST_EVIDENCE).map(Incident::cut).toList();
        if (tablesLost < 0 || rowsLost < -1) {
            throw new IllegalArgumentException(
                    "tablesLost must not be negative, and rowsLost at least -1");
        }
    }

    private static String cut(String text) {
        return text.length() > MOST_CHARS ? text.substring(0, MOST_CHARS - 1) + "…" : text;
    }

    /** Who closed it, and why. */
    public record Closing(String by, String reason, Instant at) {
        public Closing {
            by = cut(by);
            reason = cut(reason);
            requireNonNull(at, "at");
        }
    }

    /**
     * One that limits nothing: what was destroyed is kept, and looks as if it was not meant to go.
     *
     * @param by who did it
     * @param rows an estimate; -1 where nobody knows
     */
    public static Incident suspiciousDrop(
            IncidentId id,
            ClusterId cluster,
            IncidentScope scope,
            Instant opened,
            Instant happened,
            String by,
            long rows,
            String why) {
        return new Incident(
                id,
                IncidentKind.SUSPICIOUS_DROP,
                cluster,
                scope,
                IncidentLimit.ALERT,
                opened,
                happened,
                Optional.empty(),
                by,
                scope.tables().size(),
                rows,
                List.of(why),
                Optional.empty());
    }

    public boolean isOpen() {
        return closing.isEmpty();
    }

    /**
     * The same with more that has become known: scopes and evidence are joined, the larger of two
     * limits and numbers counts, and what happened first.
     *
     * @param more of the same cluster and kind
     */
    public Incident widened(Incident more) {
        boolean isEarlier = more.happened.isBefore(happened);
        return new Incident(
                id,
                kind,
                cluster,
                scope.and(more.scope),
                limit.compareTo(more.limit) >= 0 ? limit : more.limit,
                opened,
                isEarlier ? more.happened : happened,
                isEarlier ? more.gtidBefore.or(() -> gtidBefore) : gtidBefore.or(more::gtidBefore),
                joined(actor, more.actor),
                Math.max(tablesLost, more.tablesLost),
                Math.max(rowsLost, more.rowsLost),
                Stream.concat(evidence.stream(), more.evidence.stream()).distinct().toList(),
                closing);
    }

    /** Whoever found more knows of what was found before, or of what came after. */
    private static String joined(String before, String more) {
        if (before.contains(more)) {
            return before;
        }
        return more.contains(before) ? more : before + "; " + more;
    }

    /** The same, closed. Closing one that is closed changes nothing. */
    public Incident closed(Closing how) {
        return isOpen()
                ? new Incident(
                        id,
                        kind,
                        cluster,
                        scope,
                        limit,
                        opened,
                        happened,
                        gtidBefore,
                        actor,
                        tablesLost,
                        rowsLost,
                        evidence,
                        Optional.of(how))
                : this;
    }
}
