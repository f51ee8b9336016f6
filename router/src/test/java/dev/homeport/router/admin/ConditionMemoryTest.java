package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Health;
import dev.homeport.topology.ProjectState;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Picture and reports are read by two watchers, each at its time. */
final class ConditionMemoryTest {
    private static final ClusterId C1 = new ClusterId("c1");
    private static final Condition FULL = new Condition.Full(C1);
    private static final Condition UNWATCHED = new Condition.Unwatched(C1);

    private final FakeFleet fleet =
            FakeFleet.empty().with("c1", Health.HEALTHY).withCapacity("c1", 1);
    private final FakeFleet reports = FakeFleet.empty().with("c1", Health.HEALTHY);
    private final TestClock clock = new TestClock();
    private final ConditionMemory memory = ConditionMemory.of(fleet, reports, clock, clock::nanos);

    private Map<Condition, Boolean> known() {
        return memory.standing().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().isKnown()));
    }

    private void fill() {
        fleet.withProject("p", "c1", ProjectState.SERVING);
    }

    @Test
    void whatIsSeenToBeginIsKnown() {
        // When
        fill();
        reports.withoutAgents("c1");

        // Then
        assertThat(known()).containsExactlyInAnyOrderEntriesOf(Map.of(FULL, true, UNWATCHED, true));
    }

    @Test
    void aPictureThatIsComparedAfterTheReportsHasWhatBeganMeanwhile() {
        // When
        reports.agreeAgain();
        assertThat(known()).isEmpty();
        fleet.agreeAgain();
        fill();

        // Then
        assertThat(known()).containsExactly(Map.entry(FULL, false));
    }

    @Test
    void reportsThatAreComparedAfterThePictureHaveWhatBeganMeanwhile() {
        // When
        fleet.agreeAgain();
        assertThat(known()).isEmpty();
        reports.agreeAgain().withoutAgents("c1");

        // Then
        assertThat(known()).containsExactly(Map.entry(UNWATCHED, false));
    }

    @Test
    void whatIsSeenWhileTheReportsAreInDoubtIsNotKnown() {
        // When
        reports.doubt();
        fill();
        assertThat(known()).containsExactly(Map.entry(FULL, false));
        reports.agreeAgain().withoutAgents("c1");

        // Then
        assertThat(known()).containsEntry(UNWATCHED, false);

        // When
        fleet.withCapacity("c1", 2);
        assertThat(known()).doesNotContainKey(FULL);
        fleet.withCapacity("c1", 1);

        // Then
        assertThat(known()).containsEntry(FULL, true);
    }
}
