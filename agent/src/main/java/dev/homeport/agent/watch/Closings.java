package dev.homeport.agent.watch;

import dev.homeport.agent.watch.WatchStore.Closed;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.topology.IncidentId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where in the log operators closed incidents. An agent that reads a part of the log again, which
 * its predecessor has judged, has to close them at the same places: otherwise it would put what
 * came behind into an incident that was closed by then, and tell it once more. Of one thread.
 */
final class Closings {
    /** More than that are not closed within the minutes that a successor reads again. */
    private static final int MOST = 50;

    private final Deque<Closed> all = new ArrayDeque<>();
    private final Deque<Closed> toReplay = new ArrayDeque<>();

    /** Takes over what a predecessor has left. */
    void begin(List<Closed> left) {
        all.clear();
        all.addAll(left);
        toReplay.clear();
        toReplay.addAll(left);
    }

    /**
     * One is closed now.
     *
     * @param judged everything up to there has gone where it belongs
     */
    void add(IncidentId id, GtidPosition judged) {
        all.removeIf(one -> one.id().equals(id));
        all.addLast(new Closed(id, judged));
        if (all.size() > MOST) {
            all.removeFirst();
        }
    }

    /** Whether a predecessor saw one closed before that statement. */
    boolean areBefore(BinlogTransaction statement) {
        return !toReplay.isEmpty() && isBefore(toReplay.getFirst(), statement);
    }

    /** Those that a predecessor saw closed before that statement; each is given once. */
    List<IncidentId> before(BinlogTransaction statement) {
        List<IncidentId> closed = new ArrayList<>();
        while (areBefore(statement)) {
            closed.add(toReplay.removeFirst().id());
        }
        return closed;
    }

    private static boolean isBefore(Closed closed, BinlogTransaction statement) {
        return statement.gtid().map(gtid -> !closed.at().contains(gtid)).orElse(false);
    }

    /** For a successor, which may read from before where this agent would: all that are known. */
    List<Closed> all() {
        return List.copyOf(all);
    }
}
