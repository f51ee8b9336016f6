package dev.homeport.agent.metrics;

import dev.homeport.agent.routers.RouterClient;
import dev.homeport.agent.watch.DataLossWatch;
import dev.homeport.agent.watch.IncidentSink;
import dev.homeport.agent.watch.WatchListener;
import dev.homeport.agent.watch.canary.Canary;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.notify.IncidentNews;
import dev.homeport.agent.watch.notify.Webhook;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the data-loss watch counts. Every outcome is there from the start, at zero. Thread-safe.
 *
 * <ul>
 *   <li>{@code agent.watch.statements{outcome}}: statements of the binary log that could destroy
 *   <li>{@code agent.watch.hints{kind}}
 *   <li>{@code agent.watch.incidents{severity}}: opened
 *   <li>{@code agent.watch.incidents.open}: of the cluster, whoever opened them; 0 while this agent
 *       does not lead
 *   <li>{@code agent.watch.problems}: what blinds it
 *   <li>{@code agent.watch.silence}: seconds since the binary log was heard of; NaN while it is not
 *       read
 *   <li>{@code agent.watch.unreadable}: events of the log that could not be read
 *   <li>{@code agent.watch.inventory}: timer over inventories
 *   <li>{@code agent.watch.tables}: in the last inventory; NaN before the first
 *   <li>{@code agent.watch.canary{outcome}}
 *   <li>{@code agent.watch.webhook{outcome}}
 *   <li>{@code agent.watch.routers{outcome}}: questions to single routers
 * </ul>
 */
public final class WatchMeters implements WatchListener {
    private final MeterRegistry registry;
    private final Map<StatementOutcome, Counter> statements;
    private final Map<Hint.Kind, Counter> hints;
    private final Map<Severity, Counter> incidents;
    private final Map<Canary.Outcome, Counter> canary;
    private final Map<Webhook.Outcome, Counter> webhook;
    private final Map<RouterClient.Outcome, Counter> routers;
    private final Counter unreadable;
    private final Timer inventories;
    private volatile double tables = Double.NaN;

    public WatchMeters(MeterRegistry registry) {
        this.registry = registry;
        statements =
                counters(
                        StatementOutcome.class,
                        "agent.watch.statements",
                        "outcome",
                        "Statements of the binary log that could destroy data");
        hints = counters(Hint.Kind.class, "agent.watch.hints", "kind", "Hints at a loss of data");
        incidents =
                counters(Severity.class, "agent.watch.incidents", "severity", "Incidents opened");
        canary = counters(Canary.Outcome.class, "agent.watch.canary", "outcome", "Canary");
        webhook =
                counters(Webhook.Outcome.class, "agent.watch.webhook", "outcome", "Webhook calls");
        routers =
                counters(
                        RouterClient.Outcome.class,
                        "agent.watch.routers",
                        "outcome",
                        "Questions to routers");
        unreadable =
                Counter.builder("agent.watch.unreadable")
                        .description("Events of the binary log that could not be read")
                        .register(registry);
        inventories =
                Timer.builder("agent.watch.inventory")
                        .description("Inventories of the tables")
                        .register(registry);
        gauge("agent.watch.tables", "Tables in the last inventory", meters -> meters.tables);
    }

    private <E extends Enum<E>> Map<E, Counter> counters(
            Class<E> type, String name, String tag, String description) {
        Map<E, Counter> all = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            all.put(
                    constant,
                    Counter.builder(name)
                            .description(description)
                            .tag(tag, Words.of(constant))
                            .register(registry));
        }
        return all;
    }

    private void gauge(String name, String description, ToDoubleFunction<WatchMeters> value) {
        Gauge.builder(name, this, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** Shows how the watch does. Without one its gauges say so. */
    public void bind(DataLossWatch watch, IncidentNews news) {
        gauge(
                "agent.watch.incidents.open",
                "Incidents of the cluster that are open",
                meters -> news.open());
        gauge(
                "agent.watch.problems",
                "What blinds the data-loss watch",
                meters -> watch.problems().size());
        Gauge.builder(
                        "agent.watch.silence",
                        watch,
                        one ->
                                one.silence()
                                        .map(silence -> silence.toMillis() / 1000.0)
                                        .orElse(Double.NaN))
                .description("Since the binary log was heard of")
                .baseUnit("seconds")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void onStatement(StatementOutcome outcome) {
        statements.get(outcome).increment();
    }

    @Override
    public void onHint(Hint.Kind kind) {
        hints.get(kind).increment();
    }

    @Override
    public void onIncident(LossFinding finding, IncidentSink.Outcome outcome) {
        if (outcome == IncidentSink.Outcome.OPENED) {
            incidents.get(finding.severity()).increment();
        }
    }

    @Override
    public void onClosed(IncidentId incident) {
        // The gauge shows it.
    }

    @Override
    public void onInventory(Duration took, long found) {
        inventories.record(took);
        tables = found;
    }

    @Override
    public void onUnreadable() {
        unreadable.increment();
    }

    public void canary(Canary.Outcome outcome) {
        canary.get(outcome).increment();
    }

    public void router(RouterClient.Outcome outcome) {
        routers.get(outcome).increment();
    }

    public void webhook(Webhook.Outcome outcome) {
        webhook.get(outcome).increment();
    }
}
