package dev.homeport.router.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.FakeFleet;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Health;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProjectPageTest {
    private static final ProjectPage.Filter ALL =
            new ProjectPage.Filter(Optional.empty(), Optional.empty());

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 50, 99, 100, 101})
    void pagesOfAnySizeTogetherHaveEveryProjectOnce(int limit) {
        // Given
        PlacementMap placements = hundredProjects();

        // When
        List<ProjectId> seen = new ArrayList<>();
        Optional<ProjectId> after = Optional.empty();
        do {
            ProjectPage page = ProjectPage.of(placements, ALL, after, limit);
            seen.addAll(page.projects().keySet());
            after = page.next();
        } while (after.isPresent());

        // Then
        assertThat(seen).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void takesOnlyWhatTheFilterAccepts() {
        // When
        ProjectPage page =
                ProjectPage.of(
                        hundredProjects(),
                        new ProjectPage.Filter(
                                Optional.of(new ClusterId("c2")),
                                Optional.of(ProjectState.OFFLINE)),
                        Optional.empty(),
                        1000);

        // Then
        assertThat(page.projects().keySet())
                .containsExactlyInAnyOrder(new ProjectId("p1"), new ProjectId("p51"));
        assertThat(page.next()).isEmpty();
    }

    @Test
    void goesOnAfterAProjectThatIsGone() {
        // When
        ProjectPage page =
                ProjectPage.of(
                        hundredProjects(), ALL, Optional.of(new ProjectId("never-there")), 1000);

        // Then
        assertThat(page.projects()).isNotEmpty().hasSizeLessThan(100);
    }

    private static PlacementMap hundredProjects() {
        FakeFleet fleet = FakeFleet.empty().with("c1", Health.HEALTHY).with("c2", Health.HEALTHY);
        for (int i = 0; i < 100; i++) {
            fleet.withProject(
                    "p" + i,
                    i % 2 == 0 ? "c1" : "c2",
                    i % 50 == 1 ? ProjectState.OFFLINE : ProjectState.SERVING);
        }
        return fleet.current().orElseThrow().placements();
    }
}
