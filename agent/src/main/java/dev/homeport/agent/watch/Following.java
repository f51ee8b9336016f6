package dev.homeport.agent.watch;

import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.agent.watch.binlog.ReaderStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The log of one primary, from when this agent began to follow it: how far it was read and judged.
 * Of the watch's thread, apart from {@link #others}.
 */
final class Following {
    final Watched watched;

    /** Where to go on if the server has no longer what is wanted. Of the reader's thread. */
    final Deque<GtidPosition> others = new ArrayDeque<>();

    /** Read, and not judged yet. */
    final List<BinlogTransaction> pending = new ArrayList<>();

    /** Empty where there is no log that can be read. */
    Optional<BinlogReader> reader = Optional.empty();

    GtidPosition position;
    GtidPosition judged;
    ReadLog.Gap gap = ReadLog.Gap.NONE;
    ReaderStatus status = ReaderStatus.CONNECTING;
    Instant statusSince;

    /** What a successor was told last. */
    Optional<Stored> stored = Optional.empty();

    Instant storedAt = Instant.MIN;

    /** Besides where to resume, which moves all the time. */
    record Stored(GtidPosition judged, List<WatchStore.Closed> closed) {}

    Following(Watched watched, GtidPosition position, GtidPosition judged, Instant now) {
        this.watched = watched;
        this.position = position;
        this.judged = judged;
        this.statusSince = now;
    }

    /** Where this agent was on another instance. */
    static Following goOn(Watched watched, Following was, Instant now) {
        var next = new Following(watched, was.judged, was.judged, now);
        next.gap = was.gap;
        return next;
    }

    boolean isJudged(BinlogTransaction statement) {
        return statement.gtid().map(judged::contains).orElse(false);
    }

    /** Everything up to there was read and judged. */
    void reached(GtidPosition now) {
        position = now;
        if (now.covers(judged)) {
            judged = now;
        }
    }

    void judged(List<BinlogTransaction> statements) {
        for (BinlogTransaction statement : statements) {
            if (statement.gtid().isPresent()) {
                judged = judged.with(statement.gtid().get());
            }
        }
    }

    /** What was before that position is not read. */
    void skippedTo(GtidPosition next, ReadLog.Gap how) {
        gap = how.compareTo(gap) > 0 ? how : gap;
        position = next;
        if (how == ReadLog.Gap.UNREAD) {
            judged = next;
        }
    }
}
