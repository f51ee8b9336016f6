package dev.homeport.router.admin;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that were refused before anything was done for them: without a token or with a wrong
 * one, by a role that may not, by a page of another site. All are counted; of many within a moment
 * the log has the first ones and how many more there were, so that nobody can fill it. Thread-safe,
 * never blocks.
 */
final class TurnedAway {
    /** So many lines at once, and one more for each interval. */
    private static final int MOST_LINES = 20;

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final List<String> CODES =
            List.of(
                    "unauthorized",
                    "forbidden",
                    "forbidden_host",
                    "forbidden_origin",
                    "unsupported_media_type",
                    "overloaded");
    private static final Logger LOG = LoggerFactory.getLogger(TurnedAway.class);

    private final MeterRegistry meters;

    /** When the next line would be due if lines came one each interval. */
    private final AtomicLong nextNanos =
            new AtomicLong(System.nanoTime() - MOST_LINES * INTERVAL.toNanos());

    private final AtomicLong notLogged = new AtomicLong();

    TurnedAway(MeterRegistry meters) {
        this.meters = meters;
        // From the beginning: an increase from nothing is seen by nobody.
        CODES.forEach(this::counter);
    }

    void note(Endpoint endpoint, ServiceRequestContext context, Refusal refusal) {
        counter(refusal.code()).increment();
        if (!mayLog()) {
            notLogged.incrementAndGet();
            return;
        }
        LOG.atWarn()
                .addKeyValue("address", Auditor.address(context))
                .addKeyValue("action", endpoint.method() + " " + endpoint.path())
                .addKeyValue("code", refusal.code())
                .addKeyValue("error", Reasons.shown(refusal.getMessage()))
                .addKeyValue("notLogged", notLogged.getAndSet(0))
                .log("request turned away");
    }

    private Counter counter(String code) {
        return Counter.builder("router.admin.turned.away").tag("code", code).register(meters);
    }

    private boolean mayLog() {
        long now = System.nanoTime();
        long full = now - MOST_LINES * INTERVAL.toNanos();
        while (true) {
            long next = nextNanos.get();
            if (next - now > 0) {
                return false;
            }
            long later = (next - full < 0 ? full : next) + INTERVAL.toNanos();
            if (nextNanos.compareAndSet(next, later)) {
                return true;
            }
        }
    }
}
