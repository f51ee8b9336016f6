package dev.homeport.topology.zk;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether what is gone in one judgement may count as gone. */
final class Disappearances {
    private final Rejections rejections;
    private final Instant now;
    private Optional<Instant> recheck = Optional.empty();
    private boolean hasShrunk;

    Disappearances(Rejections rejections, Instant now) {
        this.rejections = rejections;
        this.now = now;
    }

    /** Something is gone that must not go: nothing else that is gone is believed either. */
    void shrunk() {
        hasShrunk = true;
    }

    boolean hasShrunk() {
        return hasShrunk;
    }

    /** When to judge again even if nothing is read. */
    Optional<Instant> recheck() {
        return recheck;
    }

    void recheckNow() {
        recheck = Optional.of(now);
    }

    /** Whether a disappearance may count: it has stood for a while, and nothing else is missing. */
    boolean isBelieved(String path, Instant since) {
        Instant settled = since.plus(FleetImage.SETTLE);
        if (now.isBefore(settled)) {
            recheck = Stream.concat(recheck.stream(), Stream.of(settled)).min(Instant::compareTo);
            return false;
        }
        if (hasShrunk) {
            rejections.add(path, "", "is gone together with what must not go; it stays in force");
        }
        return !hasShrunk;
    }
}
