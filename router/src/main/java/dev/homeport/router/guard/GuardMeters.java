package dev.homeport.router.guard;

import dev.homeport.topology.StatementClass;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/** What the guard counts. Every value of a tag is there from the start, at zero. Thread-safe. */
public final class GuardMeters {
    private final Map<StatementClass, Map<Guard.Outcome, Counter>> statements =
            new EnumMap<>(StatementClass.class);

    public GuardMeters(MeterRegistry registry) {
        for (StatementClass kind : StatementClass.values()) {
            Map<Guard.Outcome, Counter> outcomes = new EnumMap<>(Guard.Outcome.class);
            for (Guard.Outcome outcome : Guard.Outcome.values()) {
                outcomes.put(
                        outcome,
                        Counter.builder("router.guard.statements")
                                .description(
                                        "statements that can destroy data, by what came of them")
                                .tag("statement", Words.of(kind))
                                .tag("outcome", Words.of(outcome))
                                .register(registry));
            }
            statements.put(kind, outcomes);
        }
    }

    void done(StatementClass kind, Guard.Outcome outcome) {
        statements.get(kind).get(outcome).increment();
    }
}
