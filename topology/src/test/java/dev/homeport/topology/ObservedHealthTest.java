package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ObservedHealthTest {
    private static final AgentReport REPORT =
            new AgentReport(new AgentId("a1"), new ClusterId("c1"), "", Instant.EPOCH, List.of());

    @ParameterizedTest
    @EnumSource(Health.class)
    void isThatOfTheVerdictWhileAnAgentIsRegistered(Health health) {
        assertThat(ObservedHealth.of(verdict(health), Map.of(REPORT.agent(), REPORT)))
                .isEqualTo(health);
    }

    @ParameterizedTest
    @EnumSource(Health.class)
    void isUnknownWhileNoAgentIsRegistered(Health health) {
        assertThat(ObservedHealth.of(verdict(health), Map.of())).isEqualTo(Health.UNKNOWN);
    }

    @Test
    void isUnknownForAClusterThatWasNeverJudged() {
        assertThat(ObservedHealth.of(Verdict.NONE, Map.of(REPORT.agent(), REPORT)))
                .isEqualTo(Health.UNKNOWN);
    }

    private static Verdict verdict(Health health) {
        return new Verdict(
                health,
                Optional.of(new InstanceId("c1-1")),
                List.of(),
                1,
                "",
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
