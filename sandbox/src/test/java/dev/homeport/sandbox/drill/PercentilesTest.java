package dev.homeport.sandbox.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {
    @Test
    void ofAHundredTheNinetyNinthIsTheLastButOne() {
        // Given
        List<Duration> all = LongStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList();

        // When
        Percentiles percentiles = Percentiles.of(all);

        // Then
        assertThat(percentiles)
                .isEqualTo(
                        new Percentiles(
                                Duration.ofMillis(50),
                                Duration.ofMillis(99),
                                Duration.ofMillis(100)));
    }

    @Test
    void ofOneAllAreTheSame() {
        // Given
        Duration one = Duration.ofMillis(7);

        // Then
        assertThat(Percentiles.of(List.of(one))).isEqualTo(new Percentiles(one, one, one));
    }
}
