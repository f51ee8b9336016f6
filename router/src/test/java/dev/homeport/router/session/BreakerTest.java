package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.BreakerConfig;
import dev.homeport.router.session.Breaker.Attempt;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);

    private static final Instance INSTANCE = new Instance(new InstanceId("a"), "127.0.0.1", 3306);

    private final Breaker breaker = new Breaker(3, OPEN_FOR);

    private Attempt acquire(Instant now) {
        return breaker.tryAcquire(now).orElseThrow();
    }

    private void open() {
        for (int i = 0; i < 3; i++) {
            acquire(NOW).failed(NOW);
        }
    }

    @Test
    void opensAfterSoManyFailuresInARow() {
        // Given
        acquire(NOW).failed(NOW);
        acquire(NOW).failed(NOW);
        acquire(NOW).succeeded();
        acquire(NOW).failed(NOW);
        acquire(NOW).failed(NOW);
        assertThat(breaker.isOpen()).isFalse();
        // When
        acquire(NOW).failed(NOW);
        // Then
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.tryAcquire(NOW)).isEmpty();
        assertThat(breaker.tryAcquire(NOW.plus(OPEN_FOR).minusNanos(1))).isEmpty();
    }

    @Test
    void tellsSinceWhenItIsOpenAndWhenItTriedLast() {
        // Given
        assertThat(breaker.outage()).isEmpty();
        open();
        Instant later = NOW.plus(OPEN_FOR);
        // When
        acquire(later).failed(later);
        // Then
        assertThat(breaker.outage()).contains(new Outage(NOW, later));
        acquire(later.plus(OPEN_FOR)).succeeded();
        assertThat(breaker.outage()).isEmpty();
    }

    @Test
    void whatNobodyTriedForLongIsNotToldAsOut() {
        // Given
        Breakers breakers = new Breakers(new BreakerConfig(1, OPEN_FOR));
        breakers.of(INSTANCE).tryAcquire(NOW).orElseThrow().failed(NOW);
        // Then
        assertThat(breakers.outages(NOW.plusSeconds(9)))
                .isEqualTo(Map.of(INSTANCE.address(), new Outage(NOW, NOW)));
        assertThat(breakers.isOut(INSTANCE, NOW.plusSeconds(9))).isTrue();
        Instant later = NOW.plus(Breakers.MEMORY).plusMillis(1);
        assertThat(breakers.outages(later)).isEmpty();
        assertThat(breakers.isOut(INSTANCE, later)).isFalse();
    }

    @Test
    void letsOneProbeThroughAtATime() {
        // Given
        open();
        Instant later = NOW.plus(OPEN_FOR);
        // When
        Attempt probe = acquire(later);
        // Then
        assertThat(breaker.tryAcquire(later.plusSeconds(100))).isEmpty();
        probe.failed(later);
        assertThat(breaker.tryAcquire(later)).isEmpty();
        assertThat(breaker.tryAcquire(later.plus(OPEN_FOR))).isPresent();
        assertThat(breaker.tryAcquire(later.plus(OPEN_FOR))).isEmpty();
    }

    @Test
    void staysOpenNoLongerWhenTheClockIsSetBack() {
        // Given
        open();
        // When
        Instant setBack = NOW.minusSeconds(3600);
        // Then
        assertThat(breaker.tryAcquire(setBack)).isPresent();
    }

    @Test
    void closesWhenTheProbeSucceeds() {
        // Given
        open();
        // When
        acquire(NOW.plus(OPEN_FOR)).succeeded();
        // Then
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.tryAcquire(NOW)).isPresent();
        assertThat(breaker.tryAcquire(NOW)).isPresent();
    }

    @Test
    void letsNoSecondProbeThroughWhenAnOlderAttemptFails() {
        // Given
        Attempt slow = acquire(NOW);
        open();
        Attempt probe = acquire(NOW.plus(OPEN_FOR));
        // When
        slow.failed(NOW.plus(OPEN_FOR));
        // Then
        assertThat(breaker.tryAcquire(NOW.plusSeconds(100))).isEmpty();
        probe.succeeded();
        assertThat(breaker.tryAcquire(NOW.plusSeconds(100))).isPresent();
    }

    @Test
    void countsOnlyTheFirstAnswerOfAnAttempt() {
        // Given
        Attempt attempt = acquire(NOW);
        attempt.succeeded();
        // When
        for (int i = 0; i < 3; i++) {
            attempt.failed(NOW);
        }
        // Then
        assertThat(breaker.isOpen()).isFalse();
    }

    @Property(tries = 500)
    void neverHasMoreThanOneProbeWhileItIsOpen(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 4) Integer> steps) {
        // Given
        var tested = new Breaker(2, OPEN_FOR);
        Deque<Attempt> ordinary = new ArrayDeque<>();
        Deque<Attempt> probes = new ArrayDeque<>();
        Instant now = NOW;
        for (int step : steps) {
            // When
            Deque<Attempt> kind = tested.isOpen() ? probes : ordinary;
            switch (step) {
                case 0 -> tested.tryAcquire(now).ifPresent(kind::add);
                case 1 -> now = now.plus(OPEN_FOR);
                case 2 -> fail(ordinary.poll(), now);
                case 3 -> fail(probes.poll(), now);
                default -> Optional.ofNullable(ordinary.poll()).ifPresent(Attempt::succeeded);
            }
            // Then
            assertThat(probes).hasSizeLessThanOrEqualTo(1);
            if (!tested.isOpen()) {
                ordinary.addAll(probes);
                probes.clear();
            }
        }
    }

    private static void fail(Attempt attempt, Instant now) {
        if (attempt != null) {
            attempt.failed(now);
        }
    }
}
