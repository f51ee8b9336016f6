package dev.homeport.router.placement;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.admission.OnDemandAdmission;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.Route;
import dev.homeport.router.session.OnDemandPlacing;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places the projects of logins, as {@code POST /v1/projects} does. Logins of one project that come
 * while it is being placed wait for the same attempt; at most {@link #MOST_AT_ONCE} attempts run,
 * {@link #MOST_PER_CLUSTER} for each cluster, and none on an event loop. A project that cannot be
 * provisioned is tried again after a pause, and what comes meanwhile is answered from memory. An
 * attempt goes on when its client has left.
 */
public final class LoginPlacements implements OnDemandPlacing {
    /** Each holds a connection to an instance, or waits for one. */
    static final int MOST_AT_ONCE = 32;

    /** As many as there are connections: a primary that hangs takes no more than those. */
    static final int MOST_PER_CLUSTER = PlacementService.CONNECTIONS_PER_POOL;

    private static final Logger LOG = LoggerFactory.getLogger(LoginPlacements.class);

    private final Function<PlacementRequest, PlacementOutcome> placing;
    private final OnDemandAdmission admission;
    private final Executor blocking;

    /** Its own lock, which nobody holds for longer than a look. */
    private final Map<Route, CompletableFuture<PlacementOutcome>> running = new HashMap<>();

    /** Under the same lock. */
    private final FailedProjects failed;

    private final Map<Result, Counter> counters = new EnumMap<>(Result.class);

    /** What came of an attempt, or that there was none. */
    private enum Result {
        PLACED,
        ELSEWHERE,
        DELETED,
        NOT_PROVISIONED,
        NO_CLUSTER,
        UNAVAILABLE,
        LIMITED,
        PAUSED
    }

    private sealed interface Entry {
        record TurnedAway(ClientError why) implements Entry {}

        /** Somebody else's attempt, which is waited for. */
        record Joined(CompletableFuture<PlacementOutcome> attempt) implements Entry {}

        /** An attempt of its own, which is to be started. */
        record First(CompletableFuture<PlacementOutcome> attempt) implements Entry {}
    }

    /**
     * @param placing places a project, such as {@link PlacementService#place}; blocks
     * @param blocking runs what waits for ZooKeeper and instances
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public LoginPlacements(
            Function<PlacementRequest, PlacementOutcome> placing,
            OnDemandAdmission admission,
            Executor blocking,
            MeterRegistry meters,
            LongSupplier nanos) {
        this.placing = requireNonNull(placing, "placing");
        this.admission = requireNonNull(admission, "admission");
        this.blocking = requireNonNull(blocking, "blocking");
        this.failed = new FailedProjects(nanos);
        for (Result result : Result.values()) {
            counters.put(
                    result,
                    Counter.builder("router.placements.on.demand")
                            .description("projects that logins wanted placed, by what came of it")
                            .tag("outcome", Words.of(result))
                            .register(meters));
        }
    }

    @Override
    public CompletableFuture<Optional<ClientError>> place(
            Route route, String user, SocketAddress from) {
        return switch (enter(route, user, from)) {
            case Entry.TurnedAway(ClientError why) ->
                    CompletableFuture.completedFuture(Optional.of(why));
            case Entry.Joined(CompletableFuture<PlacementOutcome> attempt) ->
                    attempt.thenApply(outcome -> errorOf(outcome, route));
            case Entry.First(CompletableFuture<PlacementOutcome> attempt) -> {
                start(route, user, attempt);
                yield attempt.thenApply(outcome -> errorOf(outcome, route));
            }
        };
    }

    /** What a login finds: nobody is counted who joins, and no place is given away twice. */
    private Entry enter(Route route, String user, SocketAddress from) {
        synchronized (running) {
            CompletableFuture<PlacementOutcome> known = running.get(route);
            if (known != null) {
                return new Entry.Joined(known);
            }
            Optional<FailedProjects.Pause> pause = failed.pause(route.project());
            if (pause.isPresent()) {
                count(Result.PAUSED);
                return new Entry.TurnedAway(paused(pause.get(), route));
            }
            Optional<String> refusal = refusal(route.cluster(), user, from);
            if (refusal.isPresent()) {
                count(Result.LIMITED);
                return new Entry.TurnedAway(error(ErrorKind.OVERLOADED, route, refusal.get()));
            }
            var mine = new CompletableFuture<PlacementOutcome>();
            running.put(route, mine);
            return new Entry.First(mine);
        }
    }

    private Optional<String> refusal(ClusterId cluster, String user, SocketAddress from) {
        if (running.size() >= MOST_AT_ONCE) {
            return Optional.of(
                    "%d new projects are being placed by this router already"
                            .formatted(MOST_AT_ONCE));
        }
        long there = running.keySet().stream().filter(one -> one.cluster().equals(cluster)).count();
        return there >= MOST_PER_CLUSTER
                ? Optional.of(
                        "%d new projects are being placed on %s by this router already"
                                .formatted(MOST_PER_CLUSTER, cluster))
                : admission.refusal(from, user);
    }

    private void start(Route route, String user, CompletableFuture<PlacementOutcome> attempt) {
        try {
            blocking.execute(() -> run(route, user, attempt));
        } catch (RejectedExecutionException e) {
            end(route, new PlacementOutcome.Unavailable("this router stops"), attempt);
        }
    }

    private void run(Route route, String user, CompletableFuture<PlacementOutcome> attempt) {
        // Also an Error must leave nobody waiting, and no place taken.
        PlacementOutcome outcome =
                new PlacementOutcome.Unavailable("the router failed; its log says more");
        try {
            outcome =
                    placing.apply(
                            new PlacementRequest(
                                    route.project(),
                                    Optional.of(route.cluster()),
                                    false,
                                    "login of " + shown(user),
                                    Optional.of("on demand of user " + shown(user))));
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("project", route.project())
                    .setCause(e)
                    .log("placing on demand failed because of a mistake in the router");
        } finally {
            end(route, outcome, attempt);
        }
    }

    private void end(
            Route route, PlacementOutcome outcome, CompletableFuture<PlacementOutcome> attempt) {
        synchronized (running) {
            running.remove(route);
            remember(route.project(), outcome);
        }
        count(resultOf(outcome));
        attempt.complete(outcome);
    }

    private void remember(ProjectId project, PlacementOutcome outcome) {
        if (outcome instanceof PlacementOutcome.Unfinished unfinished) {
            failed.failed(project, unfinished.error(), unfinished.isForeign());
        } else {
            failed.forget(project);
        }
    }

    /** A user's name is any text; it stands in a znode and in logs. */
    private static String shown(String user) {
        String clean = user.replaceAll("[^\\p{Alnum}._@+-]", "?");
        return clean.length() > 64 ? clean.substring(0, 64) : clean;
    }

    private void count(Result result) {
        counters.get(result).increment();
    }

    private static Result resultOf(PlacementOutcome outcome) {
        return switch (outcome) {
            case PlacementOutcome.Placed placed -> Result.PLACED;
            case PlacementOutcome.Unfinished unfinished -> Result.NOT_PROVISIONED;
            case PlacementOutcome.AlreadyElsewhere elsewhere -> Result.ELSEWHERE;
            case PlacementOutcome.Deleted deleted -> Result.DELETED;
            case PlacementOutcome.NoClusterAvailable none -> Result.NO_CLUSTER;
            case PlacementOutcome.Refused refused -> Result.NO_CLUSTER;
            case PlacementOutcome.UnknownCluster unknown -> Result.NO_CLUSTER;
            case PlacementOutcome.Unavailable unavailable -> Result.UNAVAILABLE;
            case PlacementOutcome.NotConfigured notConfigured -> Result.UNAVAILABLE;
        };
    }

    /** The client has logged in: it may know what went wrong. */
    private static Optional<ClientError> errorOf(PlacementOutcome outcome, Route route) {
        return switch (outcome) {
            // Whether it is served there is what the session looks at next.
            case PlacementOutcome.Placed placed -> Optional.empty();
            case PlacementOutcome.Unfinished unfinished ->
                    Optional.of(error(ErrorKind.PROJECT_PROVISIONING, route, unfinished.error()));
            case PlacementOutcome.AlreadyElsewhere elsewhere ->
                    Optional.of(
                            error(
                                    ErrorKind.PROJECT_PROVISIONING,
                                    route,
                                    "it was placed on %s meanwhile; connect again"
                                            .formatted(elsewhere.placement().home())));
            case PlacementOutcome.Deleted deleted ->
                    Optional.of(
                            new ClientError(
                                    ErrorKind.PROJECT_DELETED,
                                    Optional.of(deleted.placement().home()),
                                    Optional.of(route.project()),
                                    deleted.placement().reason(),
                                    deleted.placement().terms().retryAfter()));
            case PlacementOutcome.NoClusterAvailable none ->
                    Optional.of(error(ErrorKind.NO_CLUSTER_AVAILABLE, route, ""));
            case PlacementOutcome.UnknownCluster unknown ->
                    Optional.of(
                            error(
                                    ErrorKind.NO_CLUSTER_AVAILABLE,
                                    route,
                                    "the one that was chosen has just been removed"));
            case PlacementOutcome.Refused refused ->
                    Optional.of(error(ErrorKind.NO_CLUSTER_AVAILABLE, route, refused.why()));
            case PlacementOutcome.Unavailable unavailable ->
                    Optional.of(error(ErrorKind.PLACEMENT_UNAVAILABLE, route, unavailable.why()));
            case PlacementOutcome.NotConfigured notConfigured ->
                    Optional.of(
                            error(
                                    ErrorKind.PLACEMENT_UNAVAILABLE,
                                    route,
                                    "this router has no account that could make its schema"));
        };
    }

    private static ClientError paused(FailedProjects.Pause pause, Route route) {
        return new ClientError(
                ErrorKind.PROJECT_PROVISIONING,
                Optional.of(route.cluster()),
                Optional.of(route.project()),
                pause.error(),
                // Whole seconds are told: who comes after them must not be early.
                Optional.of(pause.left().plusSeconds(1).minusNanos(1)));
    }

    private static ClientError error(ErrorKind kind, Route route, String detail) {
        ProjectId project = route.project();
        return ClientError.of(kind, Optional.of(route.cluster()), project, detail);
    }
}
