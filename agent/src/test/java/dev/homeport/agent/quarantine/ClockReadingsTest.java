package dev.homeport.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.quarantine.ClockReadings.Witness;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClockReadingsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration JUMP = Duration.ofHours(73);

    private static ClockReadings allButOne(Witness one, Duration ahead) {
        Map<Witness, Instant> times = new EnumMap<>(Witness.class);
        for (Witness witness : Witness.values()) {
            times.put(witness, NOW);
        }
        times.put(one, NOW.plus(ahead));
        return new ClockReadings(times);
    }

    @ParameterizedTest
    @EnumSource(Witness.class)
    void oneThatIsAheadDoesNotCountAndOneThatIsBehindDoes(Witness one) {
        // Given
        ClockReadings ahead = allButOne(one, JUMP);
        ClockReadings behind = allButOne(one, JUMP.negated());

        // Then
        assertThat(ahead.earliest()).isEqualTo(NOW);
        assertThat(behind.earliest()).isEqualTo(NOW.minus(JUMP));
        assertThat(ahead.apart()).isEqualTo(JUMP);
        assertThat(behind.apart()).isEqualTo(JUMP);
    }

    @Test
    void theyDifferFromTheToleranceOnUntilTheyAreWithinHalfOfIt() {
        // Given
        ClockReadings within = allButOne(Witness.INSTANCE, ClockReadings.TOLERANCE);
        ClockReadings above =
                allButOne(Witness.INSTANCE, ClockReadings.TOLERANCE.plusMillis(1).negated());
        ClockReadings half = allButOne(Witness.INSTANCE, ClockReadings.TOLERANCE.dividedBy(2));

        // Then
        assertThat(within.differ(false)).isFalse();
        assertThat(above.differ(false)).isTrue();
        assertThat(within.differ(true)).isTrue();
        assertThat(half.differ(true)).isFalse();
    }
}
