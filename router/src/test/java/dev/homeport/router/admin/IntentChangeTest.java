package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.Intent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IntentChangeTest {
    private static final Instant BEFORE = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-31T13:00:00Z");
    private static final IntentRequest REQUEST =
            new IntentRequest(
                    "works", Optional.of(Duration.ofSeconds(60)), Optional.of(Duration.ZERO));

    @ParameterizedTest
    @CsvSource({
        "CORDON,   ACTIVE,   ,         CORDONED",
        "CORDON,   CORDONED, ,         CORDONED",
        "UNCORDON, CORDONED, ,         ACTIVE",
        "DRAIN,    ACTIVE,   ,         DRAINING",
        "DRAIN,    CORDONED, ,         DRAINING",
        "DRAIN,    DRAINING, CORDONED, DRAINING",
        "OFFLINE,  ACTIVE,   ,         OFFLINE",
        "OFFLINE,  CORDONED, ,         OFFLINE",
        "OFFLINE,  DRAINING, CORDONED, OFFLINE",
        "OFFLINE,  OFFLINE,  ACTIVE,   OFFLINE",
        "ONLINE,   DRAINING, CORDONED, CORDONED",
        "ONLINE,   OFFLINE,  CORDONED, CORDONED",
        "ONLINE,   OFFLINE,  ACTIVE,   ACTIVE",
        "ONLINE,   OFFLINE,  ,         ACTIVE"
    })
    void leadsFromOneIntentToTheNext(
            IntentVerb verb, Intent from, Intent previous, Intent expected) {
        // When
        ClusterIntent changed =
                IntentChange.apply(verb, intent(from, previous), REQUEST, "bob", NOW);

        // Then
        assertThat(changed.intent()).isEqualTo(expected);
        assertThat(changed.reason()).isEqualTo("works");
        assertThat(changed.by()).isEqualTo("bob");
        assertThat(changed.since()).contains(from == expected ? BEFORE : NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "CORDON,   DRAINING",
        "CORDON,   OFFLINE",
        "UNCORDON, ACTIVE",
        "UNCORDON, DRAINING",
        "UNCORDON, OFFLINE",
        "DRAIN,    OFFLINE",
        "ONLINE,   ACTIVE",
        "ONLINE,   CORDONED"
    })
    void refusesWhatDoesNotFit(IntentVerb verb, Intent from) {
        assertThatThrownBy(
                        () ->
                                IntentChange.apply(
                                        verb, intent(from, Intent.ACTIVE), REQUEST, "bob", NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a cluster that is ");
    }

    @Test
    void remembersThroughDrainAndOfflineWhatItWasBefore() {
        // Given
        ClusterIntent cordoned = intent(Intent.CORDONED, null);

        // When
        ClusterIntent drained = IntentChange.apply(IntentVerb.DRAIN, cordoned, REQUEST, "bob", NOW);
        ClusterIntent offline =
                IntentChange.apply(IntentVerb.OFFLINE, drained, REQUEST, "bob", NOW);

        // Then
        assertThat(drained.previous()).contains(Intent.CORDONED);
        assertThat(offline.previous()).contains(Intent.CORDONED);
        assertThat(offline.deadline()).contains(Duration.ZERO);
        assertThat(offline.retryAfter()).contains(Duration.ofSeconds(60));
    }

    private static ClusterIntent intent(Intent intent, Intent previous) {
        return new ClusterIntent(
                intent,
                "before",
                "ann",
                Optional.of(BEFORE),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(previous));
    }
}
