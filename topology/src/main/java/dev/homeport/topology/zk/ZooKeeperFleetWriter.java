package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import dev.homeport.topology.zk.PlacementWrites.Decided;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/** The conditional writes of operators. Thread-safe. */
final class ZooKeeperFleetWriter implements FleetWriter {
    private final ConditionalWrites writes;
    private final FleetSource source;
    private final PlacementWrites placements;
    private final ProjectPlacer placer;
    private final ClusterRemoval removal;
    private final GuardWrites guard;
    private final IncidentStore incidents;
    private final Clock clock;

    ZooKeeperFleetWriter(
            BlockingCalls calls,
            FleetSource source,
            KnownBuckets known,
            IncidentStore incidents,
            Clock clock) {
        this.writes = new ConditionalWrites(calls);
        this.source = source;
        this.placements = new PlacementWrites(calls, source, known);
        this.placer = new ProjectPlacer(placements, clock);
        this.removal = new ClusterRemoval(calls, writes, known, clock);
        this.guard = new GuardWrites(calls, writes, clock);
        this.incidents = incidents;
        this.clock = clock;
    }

    @Override
    public Written<ClusterIntent> changeIntent(
            ClusterId cluster, OptionalInt expectedVersion, UnaryOperator<ClusterIntent> change)
            throws TopologyException {
        return writes.write(
                "intent of cluster " + cluster,
                call -> {
                    requireCluster(call, cluster);
                    String path = ZnodePaths.intent(cluster);
                    Znode znode = call.read(path);
                    requireVersion("intent of cluster " + cluster, expectedVersion, znode);
                    ClusterIntent before =
                            StandingClusters.good(znode, ClusterIntentCodec.ZNODE)
                                    .or(() -> old(cluster).map(ClusterSnapshot::intent))
                                    .orElse(ClusterIntent.ACTIVE);
                    return new Change<>(
                            decide(() -> change.apply(before)),
                            ClusterIntentCodec.ZNODE,
                            path,
                            znode.version(),
                            List.of(Op.check(ZnodePaths.cluster(cluster), -1)));
                });
    }

    @Override
    public Written<ClusterDefinition> putCluster(
            ClusterDefinition cluster, OptionalInt expectedVersion) throws TopologyException {
        return writes.write(
                "cluster " + cluster.id(), call -> putCluster(call, cluster, expectedVersion));
    }

    private Change<ClusterDefinition> putCluster(
            Call call, ClusterDefinition cluster, OptionalInt expectedVersion)
            throws KeeperException, TopologyException {
        ClusterId id = cluster.id();
        Codec<ClusterDefinition> codec = ClusterDefinitionCodec.znode(id);
        WriteRules.requireReadable(codec, cluster);
        Znode before = call.read(ZnodePaths.cluster(id));
        requireVersion("cluster " + id, expectedVersion, before);
        Znode intent = call.read(ZnodePaths.intent(id));
        Optional<Verdict> verdict =
                StandingClusters.good(call.read(ZnodePaths.verdict(id)), VerdictCodec.ZNODE);
        ClusterIntent usableIntent =
                StandingClusters.good(intent, ClusterIntentCodec.ZNODE)
                        .orElse(ClusterIntent.ACTIVE);
        WriteRules.requireFitting(
                cluster,
                usableIntent,
                verdict,
                WriteRules.definitions(
                        StandingClusters.read(call, source.current()).all().values()));
        List<Op> others =
                intent.isAbsent()
                        ? List.of(
                                call.write(
                                        ZnodePaths.intent(id),
                                        ClusterIntentCodec.ZNODE.write(ClusterIntent.ACTIVE),
                                        Versioned.ABSENT))
                        : List.of();
        return new Change<>(cluster, codec, ZnodePaths.cluster(id), before.version(), others);
    }

    @Override
    public void deleteCluster(ClusterId cluster, OptionalInt expectedVersion)
            throws TopologyException {
        removal.remove(cluster, expectedVersion);
    }

    @Override
    public Written<PlacementPolicy> putPolicy(PlacementPolicy policy, OptionalInt expectedVersion)
            throws TopologyException {
        return writes.write(
                "placement policy",
                call -> {
                    WriteRules.requireReadable(policy);
                    List<Op> others = new ArrayList<>();
                    var existing = StandingClusters.read(call, source.current()).all().keySet();
                    WriteRules.requireKnownClusters(policy, existing);
                    policy.clusters()
                            .forEach(id -> others.add(Op.check(ZnodePaths.cluster(id), -1)));
                    Znode before = call.read(ZnodePaths.POLICY);
                    requireVersion("placement policy", expectedVersion, before);
                    return new Change<>(
                            policy,
                            PlacementPolicyCodec.ZNODE,
                            ZnodePaths.POLICY,
                            before.version(),
                            others);
                });
    }

    @Override
    public Placed place(ProjectId project, Optional<ClusterId> wanted, Optional<String> why)
            throws TopologyException {
        return placer.place(project, wanted, why);
    }

    @Override
    public Written<Placement> changePlacement(ProjectId project, UnaryOperator<Placement> change)
            throws TopologyException {
        return placements.write(project, (round, found) -> change(project, change, round, found));
    }

    @Override
    public Written<GuardPolicy> putGuard(GuardPolicy policy, OptionalInt expectedVersion)
            throws TopologyException {
        return guard.putGuard(policy, expectedVersion);
    }

    @Override
    public Written<Approval> putApproval(Approval approval) throws TopologyException {
        return guard.putApproval(approval);
    }

    @Override
    public boolean useApproval(ApprovalId approval) throws TopologyException {
        return guard.useApproval(approval);
    }

    @Override
    public void removeApproval(ApprovalId approval) throws TopologyException {
        guard.removeApproval(approval);
    }

    @Override
    public Written<Announcement> putAnnouncement(Announcement announcement)
            throws TopologyException {
        return guard.putAnnouncement(announcement);
    }

    @Override
    public void removeAnnouncement(AnnouncementId announcement) throws TopologyException {
        guard.removeAnnouncement(announcement);
    }

    @Override
    public Written<Incident> closeIncident(IncidentId incident, String by, String reason)
            throws TopologyException {
        Optional<Incident> inForce =
                source.current().stream()
                        .flatMap(fleet -> fleet.incidents().stream())
                        .filter(one -> one.id().equals(incident))
                        .findFirst();
        return incidents.close(
                incident,
                new Incident.Closing(by, reason, clock.instant().truncatedTo(ChronoUnit.MILLIS)),
                inForce);
    }

    private static Decided<Written<Placement>> change(
            ProjectId project,
            UnaryOperator<Placement> change,
            PlacementRound round,
            Optional<Placement> found)
            throws KeeperException, TopologyException {
        Placement before =
                found.orElseThrow(
                        () ->
                                new TopologyException(
                                        Reason.NOT_FOUND, "project " + project + " has no home"));
        Placement after = decide(() -> change.apply(before));
        if (after.home().equals(before.home())) {
            return new Decided.Write<>(after, Optional.empty(), written -> written);
        }
        requireOpen(round.clusters().all().get(after.home()), after.home());
        return new Decided.Write<>(after, Optional.of(after.home()), written -> written);
    }

    /** A cluster that is offline takes nobody in; it may be about to be removed. */
    private static void requireOpen(ClusterSnapshot cluster, ClusterId home)
            throws TopologyException {
        if (cluster == null) {
            throw new TopologyException(Reason.NOT_FOUND, "there is no cluster " + home);
        }
        if (cluster.intent().intent() == Intent.OFFLINE) {
            throw new TopologyException(Reason.CONFLICT, "cluster " + home + " is offline");
        }
    }

    private Optional<ClusterSnapshot> old(ClusterId cluster) {
        return source.current().flatMap(fleet -> fleet.cluster(cluster));
    }

    static void requireCluster(Call call, ClusterId cluster)
            throws KeeperException, TopologyException {
        if (call.read(ZnodePaths.cluster(cluster)).isAbsent()) {
            throw new TopologyException(Reason.NOT_FOUND, "there is no cluster " + cluster);
        }
    }

    static void requireVersion(String what, OptionalInt expected, Znode znode)
            throws TopologyException {
        if (expected.isPresent() && expected.getAsInt() != znode.version()) {
            throw TopologyException.ofVersions(what, expected.getAsInt(), znode.version());
        }
    }

    private static <T> T decide(Supplier<T> change) throws TopologyException {
        try {
            return change.get();
        } catch (IllegalStateException e) {
            throw new TopologyException(Reason.CONFLICT, e.getMessage(), e);
        }
    }
}
