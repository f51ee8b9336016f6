package dev.homeport.agent.watch;

import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.TopologyException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings findings to the sink, again and again until it has them. Of one thread. */
final class Delivery {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    private final IncidentSink sink;
    private final WatchListener listener;
    private final Map<IncidentId, LossFinding> waiting = new LinkedHashMap<>();
    private boolean isFailing;

    Delivery(IncidentSink sink, WatchListener listener) {
        this.sink = sink;
        this.listener = listener;
    }

    /** Whether the sink has everything. */
    boolean isDone() {
        return waiting.isEmpty();
    }

    void add(LossFinding finding) {
        waiting.put(finding.id(), finding);
    }

    /** Forgets what waits: another agent leads, and finds it by itself. */
    void clear() {
        waiting.clear();
    }

    /**
     * Tries.
     *
     * @return findings whose incident turned out to be closed: what is new in them was not told
     */
    List<LossFinding> deliver() {
        List<LossFinding> closed = new ArrayList<>();
        while (!waiting.isEmpty()) {
            LossFinding next = waiting.values().iterator().next();
            try {
                IncidentSink.Outcome outcome = sink.put(next);
                waiting.remove(next.id());
                isFailing = false;
                if (outcome == IncidentSink.Outcome.CLOSED) {
                    closed.add(next);
                } else if (outcome != IncidentSink.Outcome.UNCHANGED) {
                    listener.onIncident(next, outcome);
                }
            } catch (TopologyException e) {
                fail("the incident could not be written; it is tried again", e);
                break;
            }
        }
        return closed;
    }

    /** Which of the open ones an operator has closed. */
    Set<IncidentId> closed(SortedMap<IncidentId, LossFinding> open) {
        if (open.isEmpty()) {
            return Set.of();
        }
        try {
            Set<IncidentId> asked = new HashSet<>(open.keySet());
            // What was never written cannot have been closed.
            asked.removeAll(waiting.keySet());
            Set<IncidentId> closed = sink.closedAmong(asked);
            closed.forEach(listener::onClosed);
            return closed;
        } catch (TopologyException e) {
            fail("which incidents are closed is not known", e);
            return Set.of();
        }
    }

    private void fail(String what, TopologyException e) {
        if (!isFailing) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log(what);
        }
        isFailing = true;
    }
}
