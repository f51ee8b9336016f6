package dev.homeport.router.placement;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.router.account.InstancePools;
import dev.homeport.router.config.ServiceAccountConfig;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.Instance;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Secret;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives projects their home.
 *
 * <pre>
 * {@link FleetWriter#place} --> provisioning --> provision SQL on the primary --> serving
 *                                  |  ^                    |
 *                                  |  '--- error noted <---'
 *                                  '-- asked again: goes on where it stopped
 * </pre>
 *
 * Nothing is ever dropped. Blocking: ZooKeeper, then JDBC; callers bring threads of their own. Safe
 * for use by several threads and by several routers at the same moment: the record is written once,
 * and a lock on the primary lets one attempt at a time work on a project.
 */
public final class PlacementService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlacementService.class);
    private static final Duration CATCH_UP_PATIENCE = Duration.ofSeconds(3);

    /** To one instance. */
    static final int CONNECTIONS_PER_POOL = 8;

    private final RouterId self;
    private final FleetSource source;
    private final FleetWriter writer;
    private final AppliedWrites applied;
    private final Optional<Provisioning> provisioning;
    private final Clock clock;

    /** The account and its connections. */
    private record Provisioning(InstancePools pools, Duration lockPatience) {}

    private PlacementService(
            RouterId self,
            FleetSource source,
            FleetWriter writer,
            Optional<Provisioning> provisioning,
            Clock clock) {
        this.self = requireNonNull(self, "self");
        this.source = requireNonNull(source, "source");
        this.writer = requireNonNull(writer, "writer");
        this.applied = new AppliedWrites(source);
        this.provisioning = provisioning;
        this.clock = requireNonNull(clock, "clock");
    }

    /** A service of a router that has no account for provisioning: it places nothing. */
    public static PlacementService withoutProvisioning(
            RouterId self, FleetSource source, FleetWriter writer, Clock clock) {
        return new PlacementService(self, source, writer, Optional.empty(), clock);
    }

    /**
     * A service with the account of the configuration. Connects to nothing yet.
     *
     * @param password what stands in {@link ServiceAccountConfig#passwordFile}
     * @param links how connections to instances are encrypted
     */
    public static PlacementService open(
            RouterId self,
            FleetSource source,
            FleetWriter writer,
            ServiceAccountConfig config,
            Secret password,
            AccountLinks links,
            Clock clock) {
        InstancePools pools =
                new InstancePools("provisioning", config, password, links, CONNECTIONS_PER_POOL);
        Duration lockPatience = config.statementTimeout().dividedBy(2);
        return new PlacementService(
                self, source, writer, Optional.of(new Provisioning(pools, lockPatience)), clock);
    }

    /** Places a project, or goes on with what an earlier call left unfinished. Idempotent. */
    public PlacementOutcome place(PlacementRequest request) {
        PlacementOutcome outcome =
                provisioning
                        .<PlacementOutcome>map(account -> place(request, account))
                        .orElseGet(PlacementOutcome.NotConfigured::new);
        LOG.atInfo()
                .addKeyValue("project", request.project())
                .addKeyValue("by", request.by())
                .addKeyValue("outcome", outcome)
                .log("placement asked for");
        return outcome;
    }

    @Override
    public void close() {
        provisioning.ifPresent(account -> account.pools.close());
    }

    private PlacementOutcome place(PlacementRequest request, Provisioning account) {
        try {
            return switch (writer.place(request.project(), request.wanted(), request.why())) {
                case FleetWriter.Placed.Created created -> {
                    applied.await(created.zxid(), CATCH_UP_PATIENCE);
                    yield provision(request, created.placement(), account, true);
                }
                case FleetWriter.Placed.Existing existing ->
                        goOn(request, existing.placement(), account);
                case FleetWriter.Placed.NoneAvailable none ->
                        new PlacementOutcome.NoClusterAvailable(none.choice().considered());
            };
        } catch (TopologyException e) {
            return outcomeOf(e, request);
        }
    }

    private PlacementOutcome goOn(
            PlacementRequest request, Placement placement, Provisioning account)
            throws TopologyException {
        Optional<PlacementOutcome> settled = settled(request, placement);
        return settled.isPresent() ? settled.get() : provision(request, placement, account, false);
    }

    /** What the record alone says; empty if the project is still to be provisioned there. */
    private static Optional<PlacementOutcome> settled(
            PlacementRequest request, Placement placement) {
        if (placement.state() == ProjectState.DELETED) {
            return Optional.of(new PlacementOutcome.Deleted(placement));
        }
        if (request.wanted().map(wanted -> !wanted.equals(placement.home())).orElse(false)) {
            return Optional.of(new PlacementOutcome.AlreadyElsewhere(placement));
        }
        return placement.state() == ProjectState.PROVISIONING
                ? Optional.empty()
                : Optional.of(new PlacementOutcome.Placed(placement, false));
    }

    private PlacementOutcome provision(
            PlacementRequest request, Placement placement, Provisioning account, boolean isNew)
            throws TopologyException {
        ClusterId home = placement.home();
        try {
            FleetSnapshot fleet = picture();
            try (ProjectSchemas schemas =
                    ProjectSchemas.open(
                            account.pools,
                            primary(fleet, home),
                            request.project(),
                            account.lockPatience)) {
                return make(request, home, schemas, fleet.policy(), isNew);
            }
        } catch (ProvisioningException e) {
            Placement noted = note(request.project(), e.getMessage());
            // Another attempt may have been faster than this one was unlucky.
            return settled(request, noted)
                    .orElseGet(
                            () ->
                                    new PlacementOutcome.Unfinished(
                                            noted, e.getMessage(), e.isForeign(), isNew));
        } catch (TopologyException e) {
            if (e.reason() != TopologyException.Reason.CONFLICT) {
                throw e;
            }
            // Somebody has changed the record meanwhile: what it says now is the answer.
            Optional<PlacementOutcome> settled = settled(request, read(request.project()));
            return settled.orElseGet(() -> outcomeOf(e, request));
        }
    }

    /** With the lock in hand: what another attempt did meanwhile is read in ZooKeeper. */
    private PlacementOutcome make(
            PlacementRequest request,
            ClusterId home,
            ProjectSchemas schemas,
            PlacementPolicy policy,
            boolean isNew)
            throws ProvisioningException, TopologyException {
        ProjectId project = request.project();
        Placement current = read(project);
        Optional<PlacementOutcome> settled = settled(request, current);
        if (settled.isPresent()) {
            return settled.get();
        }
        List<String> statements = ProvisioningTemplate.statements(policy, project);
        if (!ProvisioningNote.isBegun(current) && !request.adopt()) {
            schemas.requireEmpty(ProvisioningTemplate.schemas(statements, project));
        }
        change(project, home, found -> found.failed(ProvisioningNote.begun(home, self)));
        schemas.run(statements);
        FleetWriter.Written<Placement> serving =
                change(
                        project,
                        home,
                        found -> found.in(ProjectState.SERVING, clock.instant(), found.reason()));
        applied.await(serving.zxid(), CATCH_UP_PATIENCE);
        return new PlacementOutcome.Placed(serving.value(), isNew);
    }

    private FleetSnapshot picture() throws ProvisioningException {
        return source.current()
                .orElseThrow(
                        () ->
                                ProvisioningException.failed(
                                        "this router has no picture of the fleet yet"));
    }

    private static Instance primary(FleetSnapshot fleet, ClusterId home)
            throws ProvisioningException {
        Optional<ClusterSnapshot> cluster = fleet.cluster(home);
        if (cluster.map(one -> one.intent().intent() == Intent.OFFLINE).orElse(false)) {
            // Somebody works on it: nothing is made there behind their back.
            throw ProvisioningException.failed("cluster " + home + " is offline");
        }
        return cluster.flatMap(ClusterSnapshot::primary)
                .orElseThrow(
                        () -> ProvisioningException.failed("cluster " + home + " has no primary"));
    }

    /** The record as it stands in ZooKeeper: placing a project that has one writes nothing. */
    private Placement read(ProjectId project) throws TopologyException {
        return switch (writer.place(project, Optional.empty())) {
            case FleetWriter.Placed.Existing existing -> existing.placement();
            case FleetWriter.Placed.Created created -> created.placement();
            case FleetWriter.Placed.NoneAvailable none ->
                    throw new TopologyException(
                            TopologyException.Reason.CONFLICT,
                            "the record of project " + project + " has vanished");
        };
    }

    /** Changes the record while it is still what this attempt works on. */
    private FleetWriter.Written<Placement> change(
            ProjectId project, ClusterId home, UnaryOperator<Placement> change)
            throws TopologyException {
        return writer.changePlacement(
                project,
                found -> {
                    if (found.state() != ProjectState.PROVISIONING || !found.home().equals(home)) {
                        throw new IllegalStateException(
                                "project %s was changed by somebody else meanwhile: it is %s on %s"
                                        .formatted(project, Words.of(found.state()), found.home()));
                    }
                    return change.apply(found);
                });
    }

    private Placement note(ProjectId project, String error) throws TopologyException {
        return writer.changePlacement(
                        project,
                        found ->
                                found.state() == ProjectState.PROVISIONING
                                        ? found.failed(ProvisioningNote.failed(found, self, error))
                                        : found)
                .value();
    }

    private static PlacementOutcome outcomeOf(TopologyException e, PlacementRequest request) {
        return switch (e.reason()) {
            case UNAVAILABLE -> new PlacementOutcome.Unavailable(e.getMessage());
            case CONFLICT, INVALID -> new PlacementOutcome.Refused(e.getMessage());
            case NOT_FOUND ->
                    request.wanted()
                            .<PlacementOutcome>map(PlacementOutcome.UnknownCluster::new)
                            .orElseGet(() -> new PlacementOutcome.Refused(e.getMessage()));
        };
    }
}
