package dev.homeport.router.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OnDemandAdmissionTest {
    private static final SocketAddress HERE = new InetSocketAddress("127.0.0.1", 1);
    private static final SocketAddress THERE = new InetSocketAddress("127.0.0.2", 1);

    private long nanos;

    private OnDemandAdmission admission(int perSecond, int perAddress, int perUser) {
        return new OnDemandAdmission(
                new OnDemandLimits(perSecond, perAddress, perUser),
                new SimpleMeterRegistry(),
                () -> nanos);
    }

    @Test
    void anAddressHasItsShareOfEachMinute() {
        // Given
        OnDemandAdmission admission = admission(100, 2, 100);
        assertThat(admission.refusal(HERE, "a")).isEmpty();
        assertThat(admission.refusal(HERE, "b")).isEmpty();

        // Then
        assertThat(admission.refusal(HERE, "c"))
                .contains("127.0.0.1 places more than 2 new projects a minute");
        assertThat(admission.refusal(THERE, "c")).isEmpty();
        nanos += TimeUnit.SECONDS.toNanos(31);
        assertThat(admission.refusal(HERE, "c")).isEmpty();
        assertThat(admission.refusal(HERE, "c")).isPresent();
    }

    @Test
    void aUserHasOneFromWhereverItComes() {
        // Given
        OnDemandAdmission admission = admission(100, 100, 1);
        assertThat(admission.refusal(HERE, "a")).isEmpty();

        // Then
        assertThat(admission.refusal(THERE, "a"))
                .contains("the user places more than 1 new projects a minute");
        assertThat(admission.refusal(THERE, "b")).isEmpty();
    }

    @Test
    void whoIsRefusedTakesNothing() {
        // Given
        OnDemandAdmission admission = admission(100, 2, 1);
        assertThat(admission.refusal(HERE, "a")).isEmpty();
        // When
        for (int i = 0; i < 5; i++) {
            assertThat(admission.refusal(HERE, "a")).isPresent();
        }
        // Then
        assertThat(admission.refusal(HERE, "b")).isEmpty();
        assertThat(admission.refusal(HERE, "c"))
                .contains("127.0.0.1 places more than 2 new projects a minute");
    }

    @Test
    void whoComesNearEachLimitIsCounted() {
        // Given
        OnDemandAdmission admission = admission(1, 100, 5);
        for (int i = 0; i < 3; i++) {
            nanos += 1_000_000;
            assertThat(admission.refusal(HERE, "a")).isEmpty();
        }
        assertThat(admission.near()).isEmpty();

        // When: the fourth of five of the user, and the eighth of ten of all
        assertThat(admission.refusal(HERE, "a")).isEmpty();
        assertThat(admission.near()).containsOnly(entry(LimitKind.PLACEMENTS_OF_USER, 1));
        for (int i = 0; i < 4; i++) {
            nanos += 1_000_000;
            assertThat(admission.refusal(THERE, "b" + i)).isEmpty();
        }

        // Then
        assertThat(admission.near())
                .containsOnly(
                        entry(LimitKind.PLACEMENTS_OF_USER, 1), entry(LimitKind.PLACEMENTS, 1));
    }

    @Test
    void aRouterHasTenSecondsWorthAtOnce() {
        // Given
        OnDemandAdmission admission = admission(1, 100, 100);
        for (int i = 0; i < Rates.BURST_SECONDS; i++) {
            assertThat(admission.refusal(HERE, "a" + i)).isEmpty();
        }

        // Then
        assertThat(admission.refusal(HERE, "b"))
                .contains("this router places at most 1 new projects a second");
    }
}
