package dev.homeport.agent.quarantine;

import dev.homeport.quarantine.PurgePlan;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the keeper counts. Every value of a tag is there from the start. Thread-safe. */
public final class QuarantineMeters {
    private final Map<PurgePlan.Reason, Counter> purged = new EnumMap<>(PurgePlan.Reason.class);
    private final Counter recovered;
    private final Counter failures;
    private final AtomicLong tables = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong clocksApartMillis = new AtomicLong();

    public QuarantineMeters(MeterRegistry registry) {
        for (PurgePlan.Reason reason : PurgePlan.Reason.values()) {
            purged.put(
                    reason,
                    Counter.builder("agent.quarantine.purged")
                            .description("tables that left the quarantine for good, by reason")
                            .tag("reason", Words.of(reason))
                            .register(registry));
        }
        recovered =
                Counter.builder("agent.quarantine.recovered")
                        .description("tables that a router had set aside and left")
                        .register(registry);
        failures =
                Counter.builder("agent.quarantine.failures")
                        .description("rounds that failed")
                        .register(registry);
        Gauge.builder("agent.quarantine.tables", tables, AtomicLong::get)
                .description("tables in quarantine, as the leading agent saw them last")
                .register(registry);
        Gauge.builder("agent.quarantine.bytes", bytes, AtomicLong::get)
                .description("what they take, by the server's own estimate")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder(
                        "agent.quarantine.clocks.apart",
                        clocksApartMillis,
                        millis -> millis.get() / 1000.0)
                .description("how far the clocks differ by which the leading agent purges")
                .baseUnit("seconds")
                .register(registry);
    }

    void purged(PurgePlan.Reason reason) {
        purged.get(reason).increment();
    }

    void recovered(int found) {
        recovered.increment(found);
    }

    void failed() {
        failures.increment();
    }

    void held(long heldTables, long heldBytes) {
        tables.set(heldTables);
        bytes.set(heldBytes);
    }

    void clocksApart(Duration apart) {
        clocksApartMillis.set(apart.toMillis());
    }
}
