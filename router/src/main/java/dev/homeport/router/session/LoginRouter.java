package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.LoginFacts;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.RouteKeyChain;
import dev.homeport.router.routing.RouteKeyResult;
import dev.homeport.router.routing.RoutingDecision;
import dev.homeport.router.routing.RoutingPolicy;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.ProjectId;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** From a login's own words to the instance it goes to, by the snapshot in force. Thread-safe. */
public final class LoginRouter {
    private final RouteKeyChain chain;
    private final FleetSource fleet;
    private final Supplier<Optional<Map<ClusterId, Map<AgentId, AgentReport>>>> agents;

    /**
     * @param agents that are registered at this moment, see {@link FleetReports#knownAgents}
     */
    public LoginRouter(
            RouteKeyChain chain,
            FleetSource fleet,
            Supplier<Optional<Map<ClusterId, Map<AgentId, AgentReport>>>> agents) {
        this.chain = chain;
        this.fleet = fleet;
        this.agents = agents;
    }

    /** What became of a login. */
    public sealed interface Outcome {
        /**
         * It goes there, as that user.
         *
         * @param isToBePlaced whether the project gets its home only when the login is accepted
         */
        record Routed(Route route, String user, boolean isToBePlaced) implements Outcome {}

        /** It is refused. */
        record Refused(ClientError error) implements Outcome {}
    }

    /** What becomes of that login now, where the project must have its home already. */
    public Outcome route(LoginFacts login) {
        return route(login, RoutingPolicy::decide);
    }

    /** The same where the project may get its home with this login, if the policy says so. */
    public Outcome routeOrPlace(LoginFacts login) {
        return route(
                login,
                (now, family, project) ->
                        RoutingPolicy.decideOrPlace(now, family, project, agents.get()));
    }

    /** What becomes of a login for a project, by one of two rules. */
    private interface Rule {
        RoutingDecision decide(FleetSnapshot fleet, Family family, String project);
    }

    private Outcome route(LoginFacts login, Rule rule) {
        return switch (chain.resolve(login)) {
            case RouteKeyResult.Matched matched -> decide(login, matched, rule);
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

    private Outcome decide(LoginFacts login, RouteKeyResult.Matched matched, Rule rule) {
        Optional<FleetSnapshot> picture = fleet.current();
        if (picture.isEmpty()) {
            return new Outcome.Refused(
                    ClientError.of(
                            ErrorKind.CLUSTER_UNREACHABLE,
                            "this router has no picture of the fleet yet"));
        }
        return switch (rule.decide(picture.get(), login.listenerFamily(), matched.project())) {
            case RoutingDecision.Go go ->
                    allowed(login, new Outcome.Routed(go.route(), matched.user(), false));
            case RoutingDecision.Place place ->
                    allowed(login, new Outcome.Routed(place.route(), matched.user(), true));
            case RoutingDecision.Reject reject -> new Outcome.Refused(reject.error());
        };
    }

    private Outcome allowed(LoginFacts login, Outcome.Routed routed) {
        return login.schema()
                .flatMap(name -> refusalOfSchema(routed.route(), name))
                .<Outcome>map(Outcome.Refused::new)
                .orElse(routed);
    }

    private static String triedKeys(RouteKeyResult.NoMatch none) {
        return none.tried().stream()
                .map(RouteKeyResult.Tried::key)
                .collect(Collectors.joining(", "));
    }
}
