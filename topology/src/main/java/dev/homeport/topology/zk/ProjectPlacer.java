package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Health;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;

/**
 * Gives projects their homes. A project is placed twice by nobody: its bucket is written under the
 * version that was read. And never on a cluster that was cordoned, or that got an incident,
 * meanwhile: the transaction checks the versions of the cluster's definition and intent, and of the
 * parent of all incidents.
 */
final class ProjectPlacer {
    private final ConditionalWrites writes;
    private final FleetSource source;
    private final Clock clock;

    /**
     * @param source counts residents, and has last good values
     */
    ProjectPlacer(ConditionalWrites writes, FleetSource source, Clock clock) {
        this.writes = writes;
        this.source = source;
        this.clock = clock;
    }

    Placed place(ProjectId project, Optional<ClusterId> wanted) throws TopologyException {
        var placing = new Placing(project, wanted);
        try {
            Written<Map<ProjectId, Placement>> written =
                    writes.write("placement of project " + project, placing::decide);
            return new Placed.Created(written.value().get(project), placing.chosen, written.zxid());
        } catch (NothingToWrite e) {
            return e.outcome;
        }
    }

    /** One call with its repetitions. */
    private final class Placing {
        private final ProjectId project;
        private final Optional<ClusterId> wanted;
        private Choice.Chosen chosen;

        Placing(ProjectId project, Optional<ClusterId> wanted) {
            this.project = project;
            this.wanted = wanted;
        }

        Change<Map<ProjectId, Placement>> decide(Call call)
                throws KeeperException, TopologyException {
            // Before the bucket is read: a picture that is newer may have what the bucket had not.
            Optional<FleetSnapshot> picture = source.current();
            PlacementBucket bucket = PlacementBucket.read(call, project);
            Optional<Placement> existing = bucket.find(project);
            if (existing.isPresent()) {
                throw new NothingToWrite(new Placed.Existing(existing.get()));
            }
            requireNotLost(picture);
            StandingClusters clusters = StandingClusters.read(call, picture);
            PlacementPolicy policy = readPolicy(call, picture);
            chosen =
                    switch (choose(candidates(call, clusters, picture), policy)) {
                        case Choice.Chosen one -> one;
                        case Choice.NoneAvailable none ->
                                throw new NothingToWrite(new Placed.NoneAvailable(none));
                    };
            Placement placement =
                    new Placement(
                            chosen.cluster(),
                            ProjectState.PROVISIONING,
                            clock.instant().truncatedTo(ChronoUnit.MILLIS),
                            chosen.reason(),
                            Optional.empty());
            return bucket.with(project, placement, clusters.checks(chosen.cluster(), call));
        }

        /** A record that vanished must be mended: the project's data stays where it is. */
        private void requireNotLost(Optional<FleetSnapshot> picture) throws TopologyException {
            Optional<Placement> lost =
                    picture.flatMap(fleet -> fleet.placements().find(project))
                            .filter(placement -> placement.state() != ProjectState.DELETED);
            if (lost.isPresent()) {
                throw new TopologyException(
                        Reason.CONFLICT,
                        "project %s lives on %s, but its record is gone from %s: mend that first"
                                .formatted(
                                        project,
                                        lost.get().home(),
                                        ZnodePaths.shown(ZnodePaths.bucketOf(project))));
            }
        }

        /** A verdict outlives its agents: where none is registered, the health is unknown. */
        private Map<ClusterId, Candidate> candidates(
                Call call, StandingClusters clusters, Optional<FleetSnapshot> picture)
                throws KeeperException, TopologyException {
            PlacementMap placements =
                    picture.map(FleetSnapshot::placements).orElse(PlacementMap.EMPTY);
            Map<ClusterId, Candidate> candidates = new TreeMap<>();
            for (ClusterSnapshot cluster : clusters.all().values()) {
                ClusterId id = cluster.id();
                boolean observed =
                        !call.await(AsyncCalls.children(call.zk(), ZnodePaths.health(id)))
                                .names()
                                .isEmpty();
                Candidate candidate = Candidate.of(cluster, placements);
                candidates.put(id, observed ? candidate : candidate.with(Health.UNKNOWN));
            }
            return candidates;
        }

        private Choice choose(Map<ClusterId, Candidate> candidates, PlacementPolicy policy)
                throws TopologyException {
            if (wanted.isEmpty()) {
                return PlacementChoice.choose(project, policy, candidates.values());
            }
            Candidate candidate = candidates.get(wanted.get());
            if (candidate == null) {
                throw new TopologyException(
                        Reason.NOT_FOUND, "there is no cluster " + wanted.get());
            }
            Choice choice = PlacementChoice.choose(project, policy, List.of(candidate));
            if (choice instanceof Choice.NoneAvailable none) {
                throw new TopologyException(
                        Reason.CONFLICT, wanted.get() + " is " + none.considered().get(0).why());
            }
            return choice;
        }

        private PlacementPolicy readPolicy(Call call, Optional<FleetSnapshot> picture)
                throws KeeperException, TopologyException {
            Znode znode = call.read(ZnodePaths.POLICY);
            if (znode.isAbsent()) {
                return PlacementPolicy.DEFAULT;
            }
            return StandingClusters.good(znode, PlacementPolicyCodec.ZNODE)
                    .or(() -> picture.map(FleetSnapshot::policy))
                    .orElseThrow(
                            () ->
                                    new TopologyException(
                                            Reason.CONFLICT,
                                            "znode placement-policy must be mended first"));
        }
    }

    /** Leaves the writing with what was found instead. */
    private static final class NothingToWrite extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Placed outcome;

        NothingToWrite(Placed outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }
}
