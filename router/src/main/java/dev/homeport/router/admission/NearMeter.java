package dev.homeport.router.admission;

import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that somebody comes near a limit of one kind: a counter has all of it, the log who it is,
 * once in a while. Never blocks. Thread-safe.
 */
final class NearMeter implements Consumer<String> {
    private static final Logger log = LoggerFactory.getLogger(NearMeter.class);

    /**
     * So long a limit is not spoken of again: who stays about there comes to it again and again.
     */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LimitKind kind;
    private final int most;
    private final MeterRegistry registry;
    private final LongSupplier nanos;
    private final Counter reached;
    private final AtomicLong quietUntil;

    /**
     * @param most what the limit is; only told
     * @param nanos a clock that never goes back
     */
    NearMeter(LimitKind kind, int most, MeterRegistry registry, LongSupplier nanos) {
        this.kind = kind;
        this.most = most;
        this.registry = registry;
        this.nanos = nanos;
        this.reached =
                Counter.builder("router.limits.near.reached")
                        .description("how often somebody came to 80 % of a limit")
                        .tag("limit", Words.of(kind))
                        .register(registry);
        this.quietUntil = new AtomicLong(nanos.getAsLong());
    }

    /** Shows how many are near at the moment. */
    void show(IntSupplier near) {
        Gauge.builder("router.limits.near", near, IntSupplier::getAsInt)
                .description("who is at 80 % of a limit or above, how many")
                .tag("limit", Words.of(kind))
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void accept(String key) {
        reached.increment();
        long now = nanos.getAsLong();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            log.atWarn()
                    .addKeyValue("limit", Words.of(kind))
                    .addKeyValue("of", key)
                    .addKeyValue("most", most)
                    .log("80 % of a limit are used");
        }
    }
}
