package dev.homeport.router;

import dev.homeport.router.admin.RouteExplainer;
import dev.homeport.router.admin.RouteExplanation;
import dev.homeport.router.admin.RouteExplanation.KeyTried;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.LoginFacts;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.RouteKeyResult;
import dev.homeport.router.session.LoginRouter;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Explains logins with the same parts that route them. */
final class Explainer implements RouteExplainer {
    private final LoginRouter router;
    private final FleetSource fleet;
    private final List<ListenerConfig> listeners;

    Explainer(LoginRouter router, FleetSource fleet, List<ListenerConfig> listeners) {
        this.router = router;
        this.fleet = fleet;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public RouteExplanation explain(
            String user,
            Optional<String> schema,
            Map<String, String> attributes,
            Optional<String> serverName,
            Optional<String> listener) {
        ListenerConfig port = listener.map(this::named).orElse(listeners.get(0));
        var login =
                new LoginFacts(port.family(), user, schema, attributes, serverName, port.project());
        RouteKeyResult keys = router.explain(login);
        Optional<RouteKeyResult.Matched> match =
                keys instanceof RouteKeyResult.Matched matched
                        ? Optional.of(matched)
                        : Optional.empty();
        Optional<ProjectId> project = match.flatMap(found -> ProjectId.parse(found.project()));
        Optional<FleetSnapshot> picture = fleet.current();
        Optional<Placement> placement =
                picture.flatMap(now -> project.flatMap(now.placements()::find));
        Optional<ClusterSnapshot> cluster =
                picture.flatMap(now -> placement.flatMap(at -> now.cluster(at.home())));
        LoginRouter.Outcome outcome = router.routeOrPlace(login);
        Optional<Route> toPlace =
                outcome instanceof LoginRouter.Outcome.Routed routed && routed.isToBePlaced()
                        ? Optional.of(routed.route())
                        : Optional.empty();
        return new RouteExplanation(
                tried(keys),
                project,
                match.map(RouteKeyResult.Matched::user),
                placement.map(Placement::home).or(() -> toPlace.map(Route::cluster)),
                cluster.flatMap(ClusterSnapshot::primary)
                        .or(() -> toPlace.map(Route::instance))
                        .map(Instance::id),
                cluster.map(
                        home ->
                                Availability.of(
                                        home,
                                        project.orElseThrow(),
                                        placement.orElseThrow().state())),
                errorOf(outcome, cluster));
    }

    private static List<KeyTried> tried(RouteKeyResult keys) {
        int last = keys.tried().size() - 1;
        boolean isMatch = keys instanceof RouteKeyResult.Matched;
        return java.util.stream.IntStream.rangeClosed(0, last)
                .mapToObj(
                        i ->
                                new KeyTried(
                                        keys.tried().get(i).key(),
                                        isMatch && i == last,
                                        keys.tried().get(i).outcome()))
                .toList();
    }

    /** An operator asks: the reason that clients are not told before they log in is shown here. */
    private static Optional<ClientError> errorOf(
            LoginRouter.Outcome outcome, Optional<ClusterSnapshot> cluster) {
        return switch (outcome) {
            case LoginRouter.Outcome.Routed routed -> Optional.empty();
            case LoginRouter.Outcome.Refused refused ->
                    Optional.of(
                            refused.error().kind() == ErrorKind.CLUSTER_OFFLINE
                                            || refused.error().kind() == ErrorKind.CLUSTER_DRAINING
                                    ? refused.error()
                                            .withDetail(
                                                    cluster.map(home -> home.intent().reason())
                                                            .orElse(""))
                                    : refused.error());
        };
    }

    private ListenerConfig named(String name) {
        return listeners.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "there is no listener \"%s\"; there are %s"
                                                .formatted(
                                                        name,
                                                        listeners.stream()
                                                                .map(ListenerConfig::name)
                                                                .toList())));
    }
}
