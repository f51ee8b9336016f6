package dev.homeport.router.placement;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.router.admission.OnDemandAdmission;
import dev.homeport.router.admission.OnDemandLimits;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.Route;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** With attempts that the test lets run one by one. */
final class LoginPlacementsTest {
    private static final SocketAddress HERE = new InetSocketAddress("127.0.0.1", 1);
    private static final OnDemandLimits PLENTY = new OnDemandLimits(1000, 1000, 1000);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final List<PlacementRequest> asked = new ArrayList<>();
    private PlacementOutcome next = served();
    private long nanos;

    private LoginPlacements placements(OnDemandLimits limits) {
        return new LoginPlacements(
                request -> {
                    asked.add(request);
                    return next;
                },
                new OnDemandAdmission(limits, meters, () -> 0),
                waiting::add,
                meters,
                () -> nanos);
    }

    private static Route route(String project, String cluster) {
        ClusterSnapshot home = aCluster(cluster).withPrimary(cluster + "-1").build();
        return new Route(
                new ProjectId(project),
                home.id(),
                home.primary().orElseThrow(),
                1,
                home.definition().link());
    }

    private static Placement placement(ProjectState state) {
        return new Placement(
                new ClusterId("c1"), state, Instant.EPOCH, "told by jo", Optional.empty());
    }

    private static PlacementOutcome served() {
        return new PlacementOutcome.Placed(placement(ProjectState.SERVING), true);
    }

    private static PlacementOutcome unfinished(boolean isForeign) {
        return new PlacementOutcome.Unfinished(
                placement(ProjectState.PROVISIONING), "no answer", isForeign, true);
    }

    private void runAll() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    private static ErrorKind refusal(CompletableFuture<Optional<ClientError>> answer) {
        return answer.join().orElseThrow().kind();
    }

    private double counted(String outcome) {
        return meters.counter("router.placements.on.demand", "outcome", outcome).count();
    }

    @Test
    void whoJoinsAnAttemptCountsForNoLimit() {
        // Given
        LoginPlacements placements = placements(new OnDemandLimits(1, 2, 2));
        // When
        CompletableFuture<Optional<ClientError>> first =
                placements.place(route("p1", "c1"), "app", HERE);
        CompletableFuture<Optional<ClientError>> joined =
                placements.place(route("p1", "c1"), "app", HERE);
        CompletableFuture<Optional<ClientError>> other =
                placements.place(route("p2", "c1"), "app", HERE);
        CompletableFuture<Optional<ClientError>> third =
                placements.place(route("p3", "c1"), "app", HERE);
        runAll();
        // Then
        assertThat(List.of(first.join(), joined.join(), other.join())).allMatch(Optional::isEmpty);
        assertThat(refusal(third)).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(asked).hasSize(2);
        assertThat(counted("placed")).isEqualTo(2);
    }

    @Test
    void aClusterThatHangsLeavesRoomForTheOthers() {
        // Given
        LoginPlacements placements = placements(PLENTY);
        for (int i = 0; i < LoginPlacements.MOST_PER_CLUSTER; i++) {
            placements.place(route("hangs" + i, "c1"), "app", HERE);
        }
        // When
        CompletableFuture<Optional<ClientError>> there =
                placements.place(route("p1", "c1"), "app", HERE);
        CompletableFuture<Optional<ClientError>> elsewhere =
                placements.place(route("p2", "c2"), "app", HERE);
        // Then
        assertThat(there.join().orElseThrow().message())
                .contains("8 new projects are being placed on c1 by this router already")
                .contains("[homeport overloaded cluster=c1 project=p1]");
        assertThat(elsewhere).isNotDone();
    }

    @Test
    void aRouterHasSoManyAttemptsAtOnceAndEndsMakeRoom() {
        // Given
        LoginPlacements placements = placements(PLENTY);
        for (int i = 0; i < LoginPlacements.MOST_AT_ONCE; i++) {
            placements.place(route("p" + i, "c" + i % 8), "app", HERE);
        }
        // When
        CompletableFuture<Optional<ClientError>> oneMore =
                placements.place(route("late", "c9"), "app", HERE);
        runAll();
        CompletableFuture<Optional<ClientError>> afterThem =
                placements.place(route("late", "c9"), "app", HERE);
        // Then
        assertThat(refusal(oneMore)).isEqualTo(ErrorKind.OVERLOADED);
        assertThat(afterThem).isNotDone();
    }

    @Test
    void aProjectThatIsDeletedMeanwhileIsToldToBeDeleted() {
        // Given
        LoginPlacements placements = placements(PLENTY);
        next = new PlacementOutcome.Deleted(placement(ProjectState.DELETED));
        // When
        CompletableFuture<Optional<ClientError>> answer =
                placements.place(route("p1", "c1"), "app", HERE);
        runAll();
        // Then
        ClientError error = answer.join().orElseThrow();
        assertThat(error.packet().code()).isEqualTo(1049);
        assertThat(error.packet().sqlState()).isEqualTo("42000");
        assertThat(error.message())
                .contains("told by jo")
                .contains("[homeport project_deleted cluster=c1 project=p1]");
        assertThat(counted("deleted")).isEqualTo(1);
    }

    @Test
    void aProjectThatCannotBeProvisionedUsesNobodysLimitUp() {
        // Given
        LoginPlacements placements = placements(new OnDemandLimits(10, 2, 2));
        next = unfinished(false);
        placements.place(route("p1", "c1"), "app", HERE);
        runAll();
        // When
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Optional<ClientError>> again =
                    placements.place(route("p1", "c1"), "app", HERE);
            assertThat(again.join().orElseThrow().message())
                    .contains("no answer")
                    .contains("[homeport project_provisioning cluster=c1 project=p1 retry_after=");
        }
        next = served();
        CompletableFuture<Optional<ClientError>> other =
                placements.place(route("p2", "c1"), "app", HERE);
        runAll();
        // Then
        assertThat(other.join()).isEmpty();
        assertThat(asked).hasSize(2);
        assertThat(counted("paused")).isEqualTo(20);
        assertThat(counted("not-provisioned")).isEqualTo(1);
    }

    @Test
    void aProjectIsTriedAgainWhenItsPauseIsOver() {
        // Given
        LoginPlacements placements = placements(PLENTY);
        next = unfinished(false);
        placements.place(route("p1", "c1"), "app", HERE);
        runAll();
        next = served();
        // When
        nanos += FailedProjects.SHORTEST_PAUSE.toNanos();
        CompletableFuture<Optional<ClientError>> later =
                placements.place(route("p1", "c1"), "app", HERE);
        runAll();
        // Then
        assertThat(later.join()).isEmpty();
    }

    @Test
    void aSchemaOfSomebodyElseHasTheLongPauseAtOnce() {
        // Given
        LoginPlacements placements = placements(PLENTY);
        next = unfinished(true);
        placements.place(route("p1", "c1"), "app", HERE);
        runAll();
        // When
        nanos += FailedProjects.LONGEST_PAUSE.toNanos() - 1;
        CompletableFuture<Optional<ClientError>> early =
                placements.place(route("p1", "c1"), "app", HERE);
        nanos += 1;
        CompletableFuture<Optional<ClientError>> later =
                placements.place(route("p1", "c1"), "app", HERE);
        // Then
        assertThat(refusal(early)).isEqualTo(ErrorKind.PROJECT_PROVISIONING);
        assertThat(later).isNotDone();
    }

    @Test
    void anErrorLeavesNobodyWaiting() {
        // Given
        LoginPlacements placements =
                new LoginPlacements(
                        request -> {
                            throw new NoClassDefFoundError("a test");
                        },
                        new OnDemandAdmission(PLENTY, meters, () -> 0),
                        waiting::add,
                        meters,
                        () -> nanos);
        CompletableFuture<Optional<ClientError>> answer =
                placements.place(route("p1", "c1"), "app", HERE);
        // When
        assertThatThrownBy(this::runAll).isInstanceOf(NoClassDefFoundError.class);
        // Then
        assertThat(refusal(answer)).isEqualTo(ErrorKind.PLACEMENT_UNAVAILABLE);
        assertThat(placements.place(route("p1", "c1"), "app", HERE)).isNotDone();
    }

    @Test
    void aRouterThatStopsSaysSo() {
        // Given
        LoginPlacements placements =
                new LoginPlacements(
                        request -> next,
                        new OnDemandAdmission(PLENTY, meters, () -> 0),
                        task -> {
                            throw new RejectedExecutionException("a test");
                        },
                        meters,
                        () -> nanos);
        // When
        CompletableFuture<Optional<ClientError>> answer =
                placements.place(route("p1", "c1"), "app", HERE);
        // Then
        assertThat(answer.join().orElseThrow().message()).contains("this router stops");
    }
}
