package dev.homeport.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.TableName;
import org.junit.jupiter.api.Test;

final class PlacesTest {
    @Test
    void nothingButTheHeldTableItselfIsTakenForIt() {
        assertThat(Places.isKept(Places.kept(Places.quarantine(1), 5), 5)).isTrue();
        assertThat(Places.isKept(Places.kept(Places.quarantine(12), 5), 5)).isTrue();
        assertThat(Places.isKept(new TableName("homeport_quarantine", "q55"), 5)).isFalse();
        assertThat(Places.isKept(new TableName("app", "q5"), 5)).isFalse();
        assertThat(Places.isKept(new TableName("homeport_quarantine_x", "q5"), 5)).isFalse();
        assertThat(Places.isKept(new TableName("homeport_quarantine2", "q5"), 5)).isFalse();
    }

    @Test
    void schemasOfTheServerAndOfHomeportAreOffLimits() {
        assertThat(Places.isOffLimits("mysql")).isTrue();
        assertThat(Places.isOffLimits("Homeport_Quarantine_2")).isTrue();
        assertThat(Places.isOffLimits("homeport")).isTrue();
        assertThat(Places.isOffLimits("homeports")).isFalse();
        assertThat(Places.isOffLimits("app")).isFalse();
    }

    @Test
    void locksFitIntoTheServersLimitWhateverTheNameIs() {
        assertThat(Places.schemaLock("x".repeat(64))).hasSizeLessThanOrEqualTo(64);
        assertThat(Places.schemaLock("App")).isEqualTo(Places.schemaLock("app"));
        assertThat(Places.operationLock(Long.MAX_VALUE)).hasSizeLessThanOrEqualTo(64);
    }
}
