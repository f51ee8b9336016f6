package dev.homeport.sandbox.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SandboxPlanTest {
    private static final SandboxOptions PLAIN = SandboxOptions.in(Path.of("data"));

    @Test
    void hasTwoClustersOfTwoAndOneRouterByDefault() {
        // When
        SandboxPlan plan = plan(PLAIN, Optional.empty());

        // Then
        assertThat(plan.size()).isEqualTo(new SandboxSize(2, 1, 1));
        assertThat(plan.size().allInstanceIds()).containsExactly("c1-1", "c1-2", "c2-1", "c2-2");
        assertThat(plan.size().agentId("c2")).isEqualTo("a2");
    }

    @Test
    void isAsItWasTheLastTimeUnlessSomethingElseIsAskedFor() {
        // Given
        SandboxPlan before = plan(PLAIN.sized(3, 0, 2), Optional.empty()).withDemoProjects();

        // When
        SandboxPlan again = plan(PLAIN, Optional.of(before));
        SandboxPlan grown = plan(PLAIN.sized(4, 1, 1), Optional.of(before));

        // Then
        assertThat(again).isEqualTo(before);
        assertThat(grown.size()).isEqualTo(new SandboxSize(4, 1, 1));
        assertThat(grown.root()).isEqualTo(before.root());
    }

    @Test
    void neverShrinksWhatHoldsData() {
        // Given
        SandboxPlan before = plan(PLAIN.sized(3, 1, 1), Optional.empty());

        // When / Then
        assertThatThrownBy(() -> plan(PLAIN.sized(2, 1, 1), Optional.of(before)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("has 3 clusters")
                .hasMessageContaining("take --clusters 3 or more, or another --data");
        assertThatThrownBy(() -> plan(PLAIN.sized(3, 0, 1), Optional.of(before)))
                .hasMessageContaining("has 1 replicas");
    }

    @Test
    void rolesStayAndAreNotGivenToWhatWasMadeWithoutThem() {
        // Given
        SandboxPlan without = plan(PLAIN, Optional.empty());
        SandboxPlan with = plan(PLAIN.withRoles(), Optional.empty());

        // When / Then
        assertThat(without.zooKeeper(ZooKeeperRole.AGENTS))
                .isEqualTo(without.zooKeeper(ZooKeeperRole.ROUTERS));
        assertThat(with.zooKeeper(ZooKeeperRole.AGENTS))
                .isNotEqualTo(with.zooKeeper(ZooKeeperRole.ROUTERS));
        assertThat(plan(PLAIN, Optional.of(with)).hasRoles()).isTrue();
        assertThatThrownBy(() -> plan(PLAIN.withRoles(), Optional.of(without)))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("one identity for all");
    }

    @Test
    void showsNoSecret() {
        // When
        SandboxPlan plan = plan(PLAIN, Optional.empty());

        // Then
        assertThat(plan.toString()).doesNotContain(plan.passwords().values());
        assertThat(plan.passwords().values()).doesNotHaveDuplicates();
    }

    @Test
    void sizesBeyondReasonAreRefusedByTheNameOfTheOption() {
        assertThatThrownBy(() -> PLAIN.sized(0, 1, 1)).hasMessageContaining("--clusters must be");
        assertThatThrownBy(() -> PLAIN.sized(1, 6, 1)).hasMessageContaining("--replicas must be");
        assertThatThrownBy(() -> PLAIN.sized(1, 1, 11)).hasMessageContaining("--routers must be");
    }

    private static SandboxPlan plan(SandboxOptions options, Optional<SandboxPlan> saved) {
        return SandboxPlan.of(options, saved, port -> true, () -> 20_000);
    }
}
