package dev.homeport.router.routing;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.RoutingDecision.Go;
import dev.homeport.router.routing.RoutingDecision.Reject;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.Availability;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Containment;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.ObservedHealth;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RefusalTerms;
import dev.homeport.topology.Residence;
import dev.homeport.topology.UnknownProjects;
import dev.homeport.topology.Words;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where logins go and what changes of the fleet mean for running sessions. Pure: the same arguments
 * give the same answer.
 */
public final class RoutingPolicy {
    /** How long a command that runs at the old place may take when its project or primary moved. */
    private static final Duration MOVED_DEADLINE = Duration.ofSeconds(1);

    private RoutingPolicy() {}

    /**
     * What becomes of a login for that project on a port of that family. Nobody is authenticated
     * yet, so the errors name what is wrong and tell nothing that an operator wrote.
     */
    public static RoutingDecision decide(FleetSnapshot fleet, Family family, String projectName) {
        Optional<ProjectId> project = ProjectId.parse(projectName);
        if (project.isEmpty()) {
            return new Reject(
                    ClientError.of(
                            ErrorKind.UNKNOWN_PROJECT,
                            "the name has not the form of a project id"));
        }
        return fleet.placements()
                .residence(project.get())
                .map(residence -> decide(fleet, family, project.get(), residence))
                .orElseGet(() -> new Reject(unknown(project.get())));
    }

    private static RoutingDecision decide(
            FleetSnapshot fleet, Family family, ProjectId project, Residence residence) {
        Optional<ClusterSnapshot> home = fleet.cluster(residence.home());
        if (home.isEmpty()) {
            // The store keeps such pictures out; if one came all the same, nobody knows a way.
            return reject(ErrorKind.CLUSTER_UNREACHABLE, residence, project);
        }
        ClusterSnapshot cluster = home.get();
        if (cluster.definition().family() != family) {
            return wrongListener(family, cluster, project);
        }
        Availability availability = Availability.of(cluster, project, residence.state());
        if (availability != Availability.SERVE) {
            return new Reject(errorOf(availability, cluster, project, fleet).withDetail(""));
        }
        return routeTo(cluster, project)
                .<RoutingDecision>map(Go::new)
                .orElseGet(() -> reject(ErrorKind.NO_PRIMARY, residence, project));
    }

    private static Optional<Route> routeTo(ClusterSnapshot cluster, ProjectId project) {
        return cluster.primary()
                .map(
                        primary ->
                                new Route(
                                        project,
                                        cluster.id(),
                                        primary,
                                        cluster.verdict().epoch(),
                                        cluster.definition().link()));
    }

    /**
     * What becomes of a login of that project while unknown ones are placed: the same, but that one
     * without a home, or whose home was never finished, may get it where the decision says.
     *
     * @param agents that are registered, see {@link FleetReports#knownAgents}: where none is, what
     *     the verdict says of the health is old news, as it is when the record is written
     */
    public static RoutingDecision decideOrPlace(
            FleetSnapshot fleet,
            Family family,
            String projectName,
            Optional<Map<ClusterId, Map<AgentId, AgentReport>>> agents) {
        Optional<ProjectId> project = ProjectId.parse(projectName);
        if (project.isEmpty() || fleet.policy().unknownProjects() != UnknownProjects.PLACE) {
            return decide(fleet, family, projectName);
        }
        Optional<Residence> residence = fleet.placements().residence(project.get());
        if (residence.isEmpty()) {
            return place(fleet, family, project.get(), agents);
        }
        RoutingDecision decision = decide(fleet, family, project.get(), residence.get());
        boolean isUnfinished =
                decision instanceof Reject reject
                        && reject.error().kind() == ErrorKind.PROJECT_PROVISIONING;
        return isUnfinished
                ? fleet.cluster(residence.get().home())
                        .filter(home -> Availability.ofCluster(home) == Availability.SERVE)
                        .flatMap(home -> routeTo(home, project.get()))
                        .<RoutingDecision>map(RoutingDecision.Place::new)
                        .orElse(decision)
                : decision;
    }

    /**
     * Among the clusters that this port can reach: the client has to prove itself there first.
     * Nobody is known yet, so it is asked without the reasons, which cost more than the choice.
     */
    private static RoutingDecision place(
            FleetSnapshot fleet,
            Family family,
            ProjectId project,
            Optional<Map<ClusterId, Map<AgentId, AgentReport>>> agents) {
        List<PlacementChoice.Candidate> candidates =
                fleet.clusters().values().stream()
                        .filter(cluster -> cluster.definition().family() == family)
                        .map(cluster -> candidate(cluster, fleet, agents))
                        .toList();
        Optional<PlacementChoice.Candidate> winner =
                PlacementChoice.winner(project, fleet.policy(), candidates);
        if (winner.isEmpty()) {
            return new Reject(
                    ClientError.of(ErrorKind.NO_CLUSTER_AVAILABLE, Optional.empty(), project, ""));
        }
        ClusterId chosen = winner.get().cluster();
        return fleet.cluster(chosen)
                .flatMap(cluster -> routeTo(cluster, project))
                .<RoutingDecision>map(RoutingDecision.Place::new)
                .orElseGet(
                        () ->
                                new Reject(
                                        ClientError.of(
                                                ErrorKind.NO_PRIMARY,
                                                Optional.of(chosen),
                                                project,
                                                "")));
    }

    private static PlacementChoice.Candidate candidate(
            ClusterSnapshot cluster,
            FleetSnapshot fleet,
            Optional<Map<ClusterId, Map<AgentId, AgentReport>>> agents) {
        PlacementChoice.Candidate candidate =
                PlacementChoice.Candidate.of(cluster, fleet.placements());
        return agents.map(known -> known.getOrDefault(cluster.id(), Map.of()))
                .map(known -> candidate.with(ObservedHealth.of(cluster.verdict(), known)))
                .orElse(candidate);
    }

    /** What that picture of the fleet means for a session that runs over that route. */
    public static SessionLimit limit(FleetSnapshot fleet, Route route) {
        Optional<Residence> residence = fleet.placements().residence(route.project());
        if (residence.isEmpty()) {
            return cut(unknown(route.project()));
        }
        if (!residence.get().home().equals(route.cluster())) {
            return moved(route, "it lives on " + residence.get().home() + " now; connect again");
        }
        return fleet.cluster(route.cluster())
                .map(cluster -> limitAtHome(fleet, cluster, residence.get().state(), route))
                .orElseGet(() -> moved(route, "its cluster is not there any more"));
    }

    private static SessionLimit limitAtHome(
            FleetSnapshot fleet, ClusterSnapshot cluster, ProjectState state, Route route) {
        Availability availability = Availability.of(cluster, route.project(), state);
        boolean isFormer = isPrimaryNewer(cluster, route);
        if (availability == Availability.SERVE && !isFormer) {
            return SessionLimit.Unlimited.INSTANCE;
        }
        ClientError error = errorOf(availability, cluster, route.project(), fleet);
        Duration deadline = deadlineOf(cluster, state, route.project(), fleet);
        if (isFormer) {
            return limitAtFormerPrimary(availability, error, deadline);
        }
        return switch (availability.limit()) {
            case SERVE -> SessionLimit.Unlimited.INSTANCE;
            case HOLD -> new SessionLimit.RefuseNext(error);
            case FINISH -> new SessionLimit.Finish(error, deadline);
            case REFUSE -> new SessionLimit.Cut(error, deadline, true);
        };
    }

    /** Whatever time an operator leaves: no other statement goes there. */
    private static SessionLimit limitAtFormerPrimary(
            Availability availability, ClientError error, Duration deadline) {
        if (availability.limit() != Availability.Limit.REFUSE) {
            return cut(
                    error.as(ErrorKind.NO_PRIMARY)
                            .withDetail("the primary has changed; connect again"));
        }
        boolean isSooner = deadline.compareTo(MOVED_DEADLINE) < 0;
        return new SessionLimit.Cut(error, isSooner ? deadline : MOVED_DEADLINE, false);
    }

    /** Whether the newest verdict names another primary than the one the session writes to. */
    private static boolean isPrimaryNewer(ClusterSnapshot cluster, Route route) {
        return cluster.verdict().epoch() > route.epoch()
                && cluster.primary().isPresent()
                && !cluster.primary().get().equals(route.instance());
    }

    /** The least that anything leaves a transaction which limits the session at this moment. */
    private static Duration deadlineOf(
            ClusterSnapshot cluster, ProjectState state, ProjectId project, FleetSnapshot fleet) {
        return Stream.of(
                        deadlineOf(cluster.intent()),
                        deadlineOf(cluster.containment(), project),
                        deadlineOf(state, project, fleet))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .orElse(ClusterIntent.DEFAULT_OFFLINE_DEADLINE);
    }

    private static Optional<Duration> deadlineOf(ClusterIntent intent) {
        return switch (intent.intent()) {
            case ACTIVE, CORDONED -> Optional.empty();
            case DRAINING, OFFLINE -> Optional.of(intent.effectiveDeadline());
        };
    }

    private static Optional<Duration> deadlineOf(Containment containment, ProjectId project) {
        return containment.wholeCluster() || containment.projects().contains(project)
                ? Optional.of(ClusterIntent.DEFAULT_OFFLINE_DEADLINE)
                : Optional.empty();
    }

    private static Optional<Duration> deadlineOf(
            ProjectState state, ProjectId project, FleetSnapshot fleet) {
        return switch (state) {
            case SERVING, MOVING -> Optional.empty();
            case PROVISIONING, RESTORING -> Optional.of(ClusterIntent.DEFAULT_OFFLINE_DEADLINE);
            case OFFLINE, DELETED -> Optional.of(termsOf(project, fleet).effectiveDeadline());
        };
    }

    private static Reject reject(ErrorKind kind, Residence residence, ProjectId project) {
        return new Reject(ClientError.of(kind, Optional.of(residence.home()), project, ""));
    }

    /** The greeting was that of another server; what it promised does not hold there. */
    private static Reject wrongListener(Family family, ClusterSnapshot cluster, ProjectId project) {
        String needed = Words.of(cluster.definition().family());
        return new Reject(
                ClientError.of(
                        ErrorKind.WRONG_LISTENER,
                        Optional.of(cluster.id()),
                        project,
                        "its family is %s, this port's is %s; connect to a listener of family %s"
                                .formatted(needed, Words.of(family), needed)));
    }

    private static SessionLimit moved(Route route, String detail) {
        return cut(
                ClientError.of(
                        ErrorKind.PROJECT_MOVING,
                        Optional.of(route.cluster()),
                        route.project(),
                        detail));
    }

    private static SessionLimit cut(ClientError error) {
        return new SessionLimit.Cut(error, MOVED_DEADLINE, false);
    }

    private static ClientError unknown(ProjectId project) {
        return ClientError.of(ErrorKind.UNKNOWN_PROJECT, Optional.empty(), project, "");
    }

    private static RefusalTerms termsOf(ProjectId project, FleetSnapshot fleet) {
        return fleet.placements().find(project).map(Placement::terms).orElse(RefusalTerms.NONE);
    }

    /** The error for sessions of that project while that is its availability. */
    private static ClientError errorOf(
            Availability availability,
            ClusterSnapshot cluster,
            ProjectId project,
            FleetSnapshot fleet) {
        ErrorKind kind =
                switch (availability) {
                    case SERVE, NO_PRIMARY -> ErrorKind.NO_PRIMARY;
                    case CLUSTER_DRAINING, DRAINING_WITHOUT_SERVICE -> ErrorKind.CLUSTER_DRAINING;
                    case CLUSTER_OFFLINE -> ErrorKind.CLUSTER_OFFLINE;
                    case CLUSTER_DATA_LOSS -> ErrorKind.CLUSTER_DATA_LOSS;
                    case PROJECT_DATA_LOSS -> ErrorKind.PROJECT_DATA_LOSS;
                    case PROJECT_MOVING -> ErrorKind.PROJECT_MOVING;
                    case PROJECT_PROVISIONING -> ErrorKind.PROJECT_PROVISIONING;
                    case PROJECT_OFFLINE -> ErrorKind.PROJECT_OFFLINE;
                    case PROJECT_RESTORING -> ErrorKind.PROJECT_RESTORING;
                    case PROJECT_DELETED -> ErrorKind.PROJECT_DELETED;
                };
        return switch (kind) {
            case CLUSTER_OFFLINE, CLUSTER_DRAINING ->
                    new ClientError(
                            kind,
                            Optional.of(cluster.id()),
                            Optional.of(project),
                            cluster.intent().reason(),
                            cluster.intent().retryAfter());
            // What an operator has said of the project stands in its record.
            case PROJECT_OFFLINE, PROJECT_DELETED ->
                    new ClientError(
                            kind,
                            Optional.of(cluster.id()),
                            Optional.of(project),
                            fleet.placements().find(project).map(Placement::reason).orElse(""),
                            termsOf(project, fleet).retryAfter());
            default -> ClientError.of(kind, Optional.of(cluster.id()), project, "");
        };
    }
}
