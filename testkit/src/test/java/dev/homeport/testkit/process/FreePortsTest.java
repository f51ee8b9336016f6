package dev.homeport.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FreePortsTest {
    @Test
    void givesEachPortOnceAndStaysBelowTheRangeOfOutgoingConnections() {
        // When
        List<Integer> ports = FreePorts.next(50);

        // Then
        assertThat(ports)
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isBetween(10_000, 32_767));
    }

    @Test
    void aCertainPortIsTakenOnceUntilItIsGivenBack() {
        // Given
        int port = FreePorts.next();
        boolean whileTaken = FreePorts.claim(port);

        // When
        FreePorts.release(port);

        // Then
        assertThat(whileTaken).isFalse();
        assertThat(FreePorts.claim(port)).isTrue();
    }
}
