package dev.homeport.router;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.admin.RouteExplanation;
import dev.homeport.router.config.RouterConfig;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.session.LoginRouter;
import dev.homeport.testkit.fleet.FakeFleetSource;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Health;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.UnknownProjects;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the listeners and the keys of the example file, whose listener is of family mariadb. */
final class ExplainerTest {
    private final FakeFleetSource fleet =
            FakeFleetSource.of(
                    aFleet().with(aCluster("c1").withPrimary("c1-1"))
                            .with(aCluster("c2").withPrimary("c2-1").with(Family.MYSQL))
                            .withProject("p1", "c1")
                            .withProject("p2", "c2")
                            .build());
    private RouterConfig config;

    @BeforeEach
    void readTheExample() throws Exception {
        config = RouterConfig.load(Path.of("..", "conf", "router.yaml"));
    }

    private Explainer explainer(
            FleetSource source, Supplier<Map<ClusterId, Map<AgentId, AgentReport>>> agents) {
        return new Explainer(
                new LoginRouter(
                        new RouteKeyChain(config.routing().keys()),
                        source,
                        () -> Optional.of(agents.get())),
                source,
                config.listeners());
    }

    @Test
    void saysThatTheLoginGetsThrough() {
        // When
        RouteExplanation explanation = explain("app+p1");
        // Then
        assertThat(explanation.error()).isEmpty();
        assertThat(explanation.userSentOn()).contains("app");
        assertThat(explanation.cluster()).hasToString("Optional[c1]");
    }

    @Test
    void saysThatTheListenerIsOfAnotherFamilyThanTheProjectsHome() {
        // When
        RouteExplanation explanation = explain("app+p2");
        // Then
        assertThat(explanation.cluster()).hasToString("Optional[c2]");
        assertThat(explanation.error().orElseThrow().kind()).isEqualTo(ErrorKind.WRONG_LISTENER);
        assertThat(explanation.error().orElseThrow().message())
                .contains("its family is mysql, this port's is mariadb");
    }

    @Test
    void sendsANewProjectWhereAgentsSeeNowThatItIsWell() {
        // Given
        FakeFleet placing =
                FakeFleet.empty()
                        .with("c1", Health.HEALTHY)
                        .with("c3", Health.DEGRADED)
                        .withoutAgents("c1")
                        .withPolicy(PlacementPolicy.DEFAULT.with(UnknownProjects.PLACE));
        // When
        RouteExplanation explanation = explain("app+fresh", explainer(placing, placing::agents));
        // Then
        assertThat(explanation.cluster()).hasToString("Optional[c3]");
    }

    private RouteExplanation explain(String user) {
        return explain(user, explainer(fleet, Map::of));
    }

    private static RouteExplanation explain(String user, Explainer explainer) {
        return explainer.explain(
                user, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
    }
}
