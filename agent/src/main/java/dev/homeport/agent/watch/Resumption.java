package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.topology.IncidentId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From where the log must be read again after a restart, so that a new agent judges as this one
 * would: from before the window, before what is still a stand-in, and before incidents that may
 * still grow. Of one thread.
 */
final class Resumption {
    /** Events may arrive later than they happened. */
    private static final int WINDOWS = 3;

    private static final Duration STEP = Duration.ofSeconds(1);

    private final Duration back;
    private final Duration mergeFor;
    private final Deque<Checkpoint> checkpoints = new ArrayDeque<>();
    private final Map<IncidentId, GtidPosition> starts = new HashMap<>();

    private record Checkpoint(GtidPosition position, Instant reached) {}

    Resumption(WatchPolicy policy) {
        this.back = policy.window().multipliedBy(WINDOWS);
        this.mergeFor = policy.mergeFor().plus(policy.window());
    }

    /** Begins anew there. */
    void begin(GtidPosition position, Instant now) {
        checkpoints.clear();
        starts.clear();
        checkpoints.add(new Checkpoint(position, now));
    }

    /** Everything up to there was read. */
    void reached(GtidPosition position, Instant now) {
        if (checkpoints.isEmpty() || !now.isBefore(checkpoints.getLast().reached().plus(STEP))) {
            checkpoints.add(new Checkpoint(position, now));
        }
        // The first that stays is the last that is old enough.
        Instant enough = now.minus(back);
        while (checkpoints.size() > 1) {
            Checkpoint first = checkpoints.removeFirst();
            if (checkpoints.getFirst().reached().isAfter(enough)) {
                checkpoints.addFirst(first);
                break;
            }
        }
    }

    /** An incident began: it is to be found again from the window before it on. */
    void onFinding(LossFinding finding) {
        if (!checkpoints.isEmpty()) {
            starts.putIfAbsent(finding.id(), checkpoints.getFirst().position());
        }
    }

    /**
     * Where to begin.
     *
     * @param open incidents that may grow
     */
    Optional<GtidPosition> position(
            Collection<LossFinding> open, Optional<GtidPosition> oldestStandIn) {
        if (checkpoints.isEmpty()) {
            return Optional.empty();
        }
        GtidPosition position = checkpoints.getFirst().position();
        if (oldestStandIn.isPresent()) {
            position = position.earlier(oldestStandIn.get());
        }
        Instant newest =
                open.stream()
                        .map(LossFinding::active)
                        .max(Instant::compareTo)
                        .orElse(Instant.EPOCH);
        Map<IncidentId, GtidPosition> growing = new HashMap<>();
        for (LossFinding finding : open) {
            GtidPosition start = starts.get(finding.id());
            if (start != null && finding.active().isAfter(newest.minus(mergeFor))) {
                growing.put(finding.id(), start);
                position = position.earlier(start);
            }
        }
        starts.keySet().retainAll(growing.keySet());
        return Optional.of(position);
    }
}
