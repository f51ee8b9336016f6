package dev.homeport.router.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProvisioningNoteTest {
    private static final ClusterId HOME = new ClusterId("c1");
    private static final RouterId ROUTER = new RouterId("r1");

    @Test
    void anAttemptThatNeverBeganLeavesOnlyItsError() {
        // Given
        Placement fresh = placement(HOME);

        // When
        Placement failed = fresh.failed(ProvisioningNote.failed(fresh, ROUTER, "no primary"));

        // Then
        assertThat(failed.error()).contains("no primary");
        assertThat(ProvisioningNote.isBegun(failed)).isFalse();
    }

    @Test
    void whatBeganStaysBegunThroughFailures() {
        // Given
        Placement begun = placement(HOME).failed(ProvisioningNote.begun(HOME, ROUTER));

        // When
        Placement failed = begun.failed(ProvisioningNote.failed(begun, ROUTER, "no primary"));

        // Then
        assertThat(ProvisioningNote.isBegun(begun)).isTrue();
        assertThat(ProvisioningNote.isBegun(failed)).isTrue();
        assertThat(failed.error()).contains("begun on c1 by r1, then failed: no primary");
    }

    @Test
    void whatBeganOnAnotherHomeSaysNothingOfThisOne() {
        // Given
        Placement moved =
                placement(new ClusterId("c11")).failed(ProvisioningNote.begun(HOME, ROUTER));

        // Then
        assertThat(ProvisioningNote.isBegun(moved)).isFalse();
    }

    private static Placement placement(ClusterId home) {
        return new Placement(home, ProjectState.PROVISIONING, Instant.EPOCH, "", Optional.empty());
    }
}
