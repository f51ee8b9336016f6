package dev.homeport.router.placement;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Waits until this router routes by what was just written, so that an answer means more than that
 * ZooKeeper has it. Safe for use by several threads.
 */
public final class AppliedWrites {
    private final FleetSource source;

    public AppliedWrites(FleetSource source) {
        this.source = source;
        source.onChange(this::onSnapshot);
    }

    /**
     * Blocking: never call it on an event loop.
     *
     * @param zxid the transaction that wrote it
     * @return whether the picture in force has it
     */
    public boolean await(long zxid, Duration patience) {
        return await(fleet -> fleet.zxid() >= zxid, patience);
    }

    /**
     * Blocking: never call it on an event loop.
     *
     * @param condition what the picture must have
     * @return whether the picture in force has it
     */
    public synchronized boolean await(Predicate<FleetSnapshot> condition, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!isApplied(condition)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                // Rounded up: wait(0) would wait for ever.
                wait(left / 1_000_000 + 1);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return isApplied(condition);
        }
    }

    private synchronized void onSnapshot(Optional<FleetSnapshot> before, FleetSnapshot after) {
        notifyAll();
    }

    private boolean isApplied(Predicate<FleetSnapshot> condition) {
        return source.current().filter(condition).isPresent();
    }
}
