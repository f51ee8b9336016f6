package dev.homeport.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.probe.InstanceFacts;
import dev.homeport.agent.probe.ProbeResult;
import dev.homeport.agent.publish.VerdictPublisher;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AgentMetersTest {
    private static final InstanceId DB1 = new InstanceId("db1");

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AgentMeters meters = new AgentMeters(registry);

    @Test
    void startsWithEveryOutcomeAtZero() {
        assertThat(registry.scrape())
                .contains("agent_verdicts_total{outcome=\"published\"} 0.0")
                .contains("agent_verdicts_total{outcome=\"conflict\"} 0.0")
                .contains("agent_verdicts_total{outcome=\"unavailable\"} 0.0")
                .contains("agent_reports_total 0.0");
    }

    @Test
    void countsProbesByInstanceAndOutcome() {
        // When
        meters.probed(DB1, new ProbeResult.Silent("refused"), Duration.ofMillis(250));
        meters.probed(DB1, replica(), Duration.ofMillis(2));

        // Then
        assertThat(registry.scrape())
                .contains("agent_probe_seconds_count{instance=\"db1\",outcome=\"silent\"} 1")
                .contains("agent_probe_seconds_sum{instance=\"db1\",outcome=\"silent\"} 0.25")
                .contains("agent_probe_seconds_count{instance=\"db1\",outcome=\"answers\"} 1")
                .contains("agent_probe_seconds_count{instance=\"db1\",outcome=\"locked-out\"} 0")
                .contains("agent_replication_lag_seconds{instance=\"db1\"} 4.0");
    }

    @Test
    void forgetsAnInstanceThatIsGone() {
        // Given
        meters.probed(DB1, replica(), Duration.ofMillis(2));

        // When
        meters.removed(DB1);

        // Then
        assertThat(registry.scrape()).doesNotContain("db1");
    }

    @Test
    void showsWhoLeadsAndCountsVerdicts() {
        // When
        meters.bindLeader(() -> true);
        meters.verdict(VerdictPublisher.Outcome.CONFLICT);
        meters.reported();
        System.gc();

        // Then
        assertThat(registry.scrape())
                .contains("agent_leader 1.0")
                .contains("agent_verdicts_total{outcome=\"conflict\"} 1.0")
                .contains("agent_reports_total 1.0");
    }

    private static ProbeResult replica() {
        var replication =
                new InstanceFacts.Replication(
                        "db2:3306", true, true, Optional.of(Duration.ofSeconds(4)), 0, 0);
        return new ProbeResult.Answered(
                new InstanceFacts(
                        "10.11",
                        new ServerCapabilities(0x1d81fff7feL),
                        2,
                        true,
                        "",
                        Optional.of(replication),
                        Optional.empty()));
    }
}
