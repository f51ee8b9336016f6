package dev.homeport.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.watch.WatchListener.StatementOutcome;
import dev.homeport.agent.watch.canary.Canary;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.notify.Webhook;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WatchMetersTest {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final WatchMeters meters = new WatchMeters(registry);

    @Test
    void startsWithEveryOutcomeAtZero() {
        assertThat(registry.scrape())
                .contains("agent_watch_statements_total{outcome=\"quarantined\"} 0.0")
                .contains("agent_watch_hints_total{kind=\"error-1146\"} 0.0")
                .contains("agent_watch_hints_total{kind=\"missing-after-gap\"} 0.0")
                .contains("agent_watch_incidents_total{severity=\"loss\"} 0.0")
                .contains("agent_watch_canary_total{outcome=\"row-gone\"} 0.0")
                .contains("agent_watch_webhook_total{outcome=\"dropped\"} 0.0")
                .contains("agent_watch_unreadable_total 0.0")
                .contains("agent_watch_tables NaN");
    }

    @Test
    void countsWhatItIsTold() {
        // When
        meters.onStatement(StatementOutcome.DESTROYED);
        meters.onHint(Hint.Kind.COLLAPSE);
        meters.onInventory(Duration.ofMillis(500), 200_000);
        meters.onUnreadable();
        meters.canary(Canary.Outcome.SUNG);
        meters.webhook(Webhook.Outcome.FAILED);

        // Then
        assertThat(registry.scrape())
                .contains("agent_watch_statements_total{outcome=\"destroyed\"} 1.0")
                .contains("agent_watch_hints_total{kind=\"collapse\"} 1.0")
                .contains("agent_watch_inventory_seconds_sum 0.5")
                .contains("agent_watch_tables 200000.0")
                .contains("agent_watch_unreadable_total 1.0")
                .contains("agent_watch_canary_total{outcome=\"sung\"} 1.0")
                .contains("agent_watch_webhook_total{outcome=\"failed\"} 1.0");
    }
}
