package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.LoginFacts;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.routing.RouteKeyResult;
import dev.homeport.router.routing.RoutingDecision;
import dev.homeport.router.routing.RoutingPolicy;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.ProjectId;
import java.util.Optional;
import java.util.stream.Collectors;

/** From a login's own words to the instance it goes to, by the snapshot in force. Thread-safe. */
public final class LoginRouter {
    private final RouteKeyChain chain;
    private final FleetSource fleet;

    public LoginRouter(RouteKeyChain chain, FleetSource fleet) {
        this.chain = chain;
        this.fleet = fleet;
    }

    /** What became of a login. */
    public sealed interface Outcome {
        /** It goes there, as that user. */
        record Routed(Route route, String user) implements Outcome {}

        /** It is refused. */
        record Refused(ClientError error) implements Outcome {}
    }

    /** What becomes of that login now. */
    public Outcome route(LoginFacts login) {
        return switch (chain.resolve(login)) {
            case RouteKeyResult.Matched matched -> decide(login, matched);
            case RouteKeyResult.Malformed malformed ->
                    new Outcome.Refused(ClientError.of(ErrorKind.ACCESS_DENIED, malformed.why()));
            case RouteKeyResult.NoMatch none ->
                    new Outcome.Refused(
                            ClientError.of(ErrorKind.NO_ROUTE_KEY, "tried " + triedKeys(none)));
        };
    }

    /** Which keys the chain looks at for that login, and what each makes of it. */
    public RouteKeyResult explain(LoginFacts login) {
        return chain.resolve(login);
    }

    /**
     * The error for a session of that project that would enter that schema, if it belongs to
     * another project of the fleet.
     */
    Optional<ClientError> refusalOfSchema(Route route, String schema) {
        return chain.projectOfSchema(schema)
                .flatMap(ProjectId::parse)
                .filter(project -> !project.equals(route.project()))
                .filter(this::isKnown)
                .map(
                        other ->
                                ClientError.of(
                                        ErrorKind.SCHEMA_OF_ANOTHER_PROJECT,
                                        Optional.of(route.cluster()),
                                        route.project(),
                                        "project " + other));
    }

    private boolean isKnown(ProjectId project) {
        return fleet.current().flatMap(now -> now.placements().residence(project)).isPresent();
    }

    private Outcome decide(LoginFacts login, RouteKeyResult.Matched matched) {
        if (fleet.current().isEmpty()) {
            return new Outcome.Refused(
                    ClientError.of(
                            ErrorKind.CLUSTER_UNREACHABLE,
                            "this router has no picture of the fleet yet"));
        }
        return switch (RoutingPolicy.decide(
                fleet.current().get(), login.listenerFamily(), matched.project())) {
            case RoutingDecision.Go go ->
                    login.schema()
                            .flatMap(name -> refusalOfSchema(go.route(), name))
                            .<Outcome>map(Outcome.Refused::new)
                            .orElseGet(() -> new Outcome.Routed(go.route(), matched.user()));
            case RoutingDecision.Reject reject -> new Outcome.Refused(reject.error());
        };
    }

    private static String triedKeys(RouteKeyResult.NoMatch none) {
        return none.tried().stream()
                .map(RouteKeyResult.Tried::key)
                .collect(Collectors.joining(", "));
    }
}
