package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Placed;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.PlacementWrites.Decided;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;

/**
 * Gives projects their homes. A project is placed twice by nobody: its bucket is written under the
 * version that was read. And never on a cluster that was cordoned, or that got an incident,
 * meanwhile: the transaction checks the versions of the cluster's definition and intent, and of the
 * parent of all incidents.
 */
final class ProjectPlacer {
    private final PlacementWrites writes;
    private final Clock clock;

    ProjectPlacer(PlacementWrites writes, Clock clock) {
        this.writes = writes;
        this.clock = clock;
    }

    Placed place(ProjectId project, Optional<ClusterId> wanted, Optional<String> why)
            throws TopologyException {
        return writes.write(
                project, (round, found) -> decide(project, new Wish(wanted, why), round, found));
    }

    /** What the caller says of it. */
    private record Wish(Optional<ClusterId> cluster, Optional<String> why) {
        String reason(Choice.Chosen chosen) {
            return why.map(text -> text + "; " + chosen.reason()).orElse(chosen.reason());
        }
    }

    private Decided<Placed> decide(
            ProjectId project, Wish wish, PlacementRound round, Optional<Placement> existing)
            throws KeeperException, TopologyException {
        if (existing.isPresent()) {
            return new Decided.Nothing<>(new Placed.Existing(existing.get()));
        }
        requireNotLost(project, round);
        return switch (choose(project, wish.cluster, round)) {
            case Choice.NoneAvailable none -> new Decided.Nothing<>(new Placed.NoneAvailable(none));
            case Choice.Chosen chosen -> {
                round.placed(chosen.cluster());
                Placement placement =
                        new Placement(
                                chosen.cluster(),
                                ProjectState.PROVISIONING,
                                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                                wish.reason(chosen),
                                Optional.empty());
                yield new Decided.Write<>(
                        placement,
                        Optional.of(chosen.cluster()),
                        written -> new Placed.Created(placement, chosen, written.zxid()));
            }
        };
    }

    /** A record that vanished must be mended: the project's data stays where it is. */
    private static void requireNotLost(ProjectId project, PlacementRound round)
            throws TopologyException {
        Optional<Placement> lost =
                round.picture()
                        .flatMap(fleet -> fleet.placements().find(project))
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

    private static Choice choose(
            ProjectId project, Optional<ClusterId> wanted, PlacementRound round)
            throws KeeperException, TopologyException {
        Map<ClusterId, Candidate> candidates = round.candidates();
        if (wanted.isEmpty()) {
            return PlacementChoice.choose(project, round.policy(), candidates.values());
        }
        Candidate candidate = candidates.get(wanted.get());
        if (candidate == null) {
            throw new TopologyException(Reason.NOT_FOUND, "there is no cluster " + wanted.get());
        }
        Choice choice = PlacementChoice.choose(project, round.policy(), List.of(candidate));
        if (choice instanceof Choice.NoneAvailable none) {
            throw new TopologyException(
                    Reason.CONFLICT, wanted.get() + " is " + none.considered().get(0).why());
        }
        return choice;
    }
}
