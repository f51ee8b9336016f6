package dev.homeport.router.admission;

import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * So many places for each key. Only keys that have a place taken are remembered, so there are never
 * more than there are connections. Thread-safe.
 */
final class Places {
    /** Above that share of its places a key is near its limit. */
    static final double NEAR = 0.8;

    private final OptionalInt most;
    private final ConcurrentMap<String, Integer> taken = new ConcurrentHashMap<>();
    private final AtomicInteger near = new AtomicInteger();
    private final Consumer<String> onNear;

    /**
     * @param most of each key; empty counts nothing
     * @param onNear is told when a key comes near its limit; must not block
     */
    Places(OptionalInt most, Consumer<String> onNear) {
        this.most = most;
        this.onNear = onNear;
    }

    /** Takes a place, if there is one. */
    boolean take(String key) {
        if (most.isEmpty()) {
            return true;
        }
        int limit = most.getAsInt();
        boolean[] isTaken = {false};
        taken.compute(
                key,
                (same, count) -> {
                    int before = count == null ? 0 : count;
                    if (before >= limit) {
                        return count;
                    }
                    isTaken[0] = true;
                    if (!isNear(before) && isNear(before + 1)) {
                        near.incrementAndGet();
                        onNear.accept(key);
                    }
                    return before + 1;
                });
        return isTaken[0];
    }

    /** Gives one back that was taken. */
    void giveBack(String key) {
        if (most.isPresent()) {
            taken.computeIfPresent(
                    key,
                    (same, count) -> {
                        if (isNear(count) && !isNear(count - 1)) {
                            near.decrementAndGet();
                        }
                        return count == 1 ? null : count - 1;
                    });
        }
    }

    private boolean isNear(int count) {
        return count > 0 && count >= NEAR * most.getAsInt();
    }

    /** How many keys are near their limit, or have reached it. */
    int near() {
        return near.get();
    }

    /** Keys that have a place taken. */
    int keys() {
        return taken.size();
    }
}
