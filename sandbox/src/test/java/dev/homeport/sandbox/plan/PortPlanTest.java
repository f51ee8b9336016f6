package dev.homeport.sandbox.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PortPlanTest {
    private static final SandboxOptions PLAIN = SandboxOptions.in(Path.of("data"));

    private final Set<Integer> taken = new HashSet<>();
    private final AtomicInteger any = new AtomicInteger(20_000);

    @Test
    void takesTheUsualPortsWhereTheyAreFree() {
        // When
        Map<String, Integer> ports = choose(PLAIN, new SandboxSize(2, 1, 1), Map.of());

        // Then
        assertThat(ports)
                .containsEntry("r1.mysql", 7306)
                .containsEntry("r1.admin", 7380)
                .containsEntry("zookeeper", 2181)
                .containsEntry("a2.admin", 7481)
                .containsEntry("c1-1", 7401)
                .containsEntry("c2-2", 7412);
    }

    @Test
    void takesAnyPortWhereTheUsualOneIsTaken() {
        // Given
        taken.addAll(List.of(7306, 7401));

        // When
        Map<String, Integer> ports = choose(PLAIN, new SandboxSize(1, 0, 1), Map.of());

        // Then
        assertThat(ports).containsEntry("r1.mysql", 20_000).containsEntry("c1-1", 20_001);
    }

    @Test
    void keepsThePortsOfTheLastRunWhereTheyAreFree() {
        // Given
        taken.add(9002);
        Map<String, Integer> saved = Map.of("r1.mysql", 9001, "r1.admin", 9002);

        // When
        Map<String, Integer> ports = choose(PLAIN, new SandboxSize(1, 0, 1), saved);

        // Then
        assertThat(ports).containsEntry("r1.mysql", 9001).containsEntry("r1.admin", 7380);
    }

    @Test
    void aPortThatAnOptionNamesIsTakenOrNothingIs() {
        // Given
        SandboxOptions options = withMysqlPort(7999);

        // When
        Map<String, Integer> ports =
                choose(options, new SandboxSize(1, 0, 2), Map.of("r1.mysql", 9001));

        // Then
        assertThat(ports).containsEntry("r1.mysql", 7999);
        assertThatThrownBy(() -> choose(options, new SandboxSize(1, 0, 1), Map.of()))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("port 7999 of --mysql-port is in use");
    }

    @Test
    void noPortIsChosenTwiceInTheLargestSandbox() {
        // When
        Map<String, Integer> ports = choose(PLAIN, new SandboxSize(20, 5, 10), Map.of());

        // Then
        assertThat(ports).hasSize(2 * 10 + 1 + 20 + 20 * 6);
        assertThat(ports.values()).doesNotHaveDuplicates();
    }

    private static SandboxOptions withMysqlPort(int port) {
        OptionalInt none = OptionalInt.empty();
        return new SandboxOptions(
                Path.of("data"),
                none,
                none,
                none,
                OptionalInt.of(port),
                none,
                none,
                Optional.empty(),
                false);
    }

    private Map<String, Integer> choose(
            SandboxOptions options, SandboxSize size, Map<String, Integer> saved) {
        return PortPlan.choose(options, size, saved, taken::add, any::getAndIncrement);
    }
}
