package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.LossJudge;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.agent.watch.judge.WatchState;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.IncidentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges what was seen, tells it until the sink has it, and knows what a successor needs to judge
 * the same. Of one thread.
 *
 * <p>Positions that are called {@code judged} say where in the log that was: an incident that turns
 * out to be closed was closed there.
 */
final class Judgements {
    private final ClusterId cluster;
    private final WatchPolicy policy;
    private final Announcements announcements;
    private final WatchListener listener;
    private final KnownTables known;
    private final Delivery delivery;
    private final Closings closings = new Closings();
    private final Resumption resumption;
    private WatchState state;

    Judgements(Wiring wiring, KnownTables known) {
        this.cluster = wiring.cluster();
        this.policy = wiring.rules().policy();
        this.announcements = wiring.rules().announcements();
        this.listener = wiring.outlets().listener();
        this.known = known;
        this.delivery = new Delivery(wiring.outlets().sink(), listener);
        this.resumption = new Resumption(policy);
        this.state = WatchState.of(cluster, known::totals);
    }

    /**
     * Begins anew.
     *
     * @param start where the log is read from
     * @param closed what a predecessor saw closed
     */
    void begin(GtidPosition start, List<WatchStore.Closed> closed, Instant now) {
        state = WatchState.of(cluster, known::totals);
        closings.begin(closed);
        resumption.begin(start, now);
    }

    /** What was before that position cannot be read again. */
    void skippedTo(GtidPosition position, Instant now) {
        resumption.begin(position, now);
    }

    /** Everything up to there was read. */
    void reached(GtidPosition position, Instant now) {
        resumption.reached(position, now);
    }

    /** Another agent leads: it finds by itself what waits here. */
    void forgetUntold() {
        delivery.clear();
    }

    /** Whether a predecessor saw an incident closed before that statement. */
    boolean areClosingsBefore(BinlogTransaction statement) {
        return closings.areBefore(statement);
    }

    /** As it was done then: what comes behind a closing goes elsewhere. */
    void closeBefore(BinlogTransaction statement) {
        closings.before(statement).forEach(id -> state = state.closed(id));
    }

    /**
     * Judges what the log told.
     *
     * @param isReplay somebody else has told what has to be told
     * @return whether something was told
     */
    boolean judge(
            List<? extends Signal> signals, boolean isReplay, GtidPosition judged, Instant now) {
        if (signals.isEmpty()) {
            return false;
        }
        List<LossFinding> findings = take(signals, now);
        if (isReplay || findings.isEmpty()) {
            return false;
        }
        findings.forEach(delivery::add);
        deliver(Optional.of(judged), now);
        return true;
    }

    /** Judges what cannot come again. Hints at what was announced are none. */
    void see(List<? extends Signal> signals, GtidPosition judged, Instant now) {
        List<Signal> counting = new ArrayList<>();
        for (Signal signal : signals) {
            if (signal instanceof Hint hint) {
                if (isAnnounced(hint)) {
                    continue;
                }
                listener.onHint(hint.kind());
            }
            counting.add(signal);
        }
        judge(counting, false, judged, now);
    }

    /** Whether it hints at what was announced: the whole project, or all tables that it names. */
    private boolean isAnnounced(Hint hint) {
        boolean isOfProject =
                hint.project()
                        .filter(project -> announcements.covers(project, hint.at()))
                        .isPresent();
        return isOfProject
                || (!hint.tables().isEmpty()
                        && hint.tables().stream()
                                .allMatch(table -> announcements.covers(table, hint.at())));
    }

    /**
     * What goes by the clock: telling again, and what operators have closed.
     *
     * @param judged empty while no log is followed
     */
    void tick(Optional<GtidPosition> judged, Instant now) {
        deliver(judged, now);
        delivery.closed(state.open()).forEach(id -> close(id, judged));
    }

    /**
     * Tells what has to be told. What would have gone into an incident that an operator has closed
     * meanwhile is judged anew: it came after that.
     */
    private void deliver(Optional<GtidPosition> judged, Instant now) {
        for (LossFinding closed : delivery.deliver()) {
            close(closed.id(), judged);
            for (LossFinding finding : take(closed.added(), now)) {
                if (finding.id().equals(closed.id())) {
                    close(closed.id(), judged); // Nothing came after it.
                } else {
                    delivery.add(finding);
                }
            }
        }
        if (!delivery.isDone()) {
            delivery.deliver().forEach(closed -> close(closed.id(), judged));
        }
    }

    private List<LossFinding> take(List<? extends Signal> signals, Instant now) {
        List<LossFinding> findings = LossJudge.judge(state, signals, policy, now);
        state = state.after(signals, findings, policy, now);
        findings.forEach(resumption::onFinding);
        return findings;
    }

    /** An operator has closed it: what is judged from here on goes elsewhere. */
    private void close(IncidentId id, Optional<GtidPosition> judged) {
        state = state.closed(id);
        judged.ifPresent(position -> closings.add(id, position));
    }

    /** Where incidents were closed. */
    List<WatchStore.Closed> closed() {
        return closings.all();
    }

    /**
     * What a successor has to know; empty as long as something has to be told that was not.
     *
     * @param judged everything up to there was judged
     */
    Optional<WatchStore.Progress> progress(
            GtidPosition judged, Optional<GtidPosition> oldestStandIn) {
        return delivery.isDone()
                ? resumption
                        .position(state.open().values(), oldestStandIn)
                        .map(resume -> new WatchStore.Progress(resume, judged, closings.all()))
                : Optional.empty();
    }
}
