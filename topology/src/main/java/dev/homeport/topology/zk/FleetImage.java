package dev.homeport.topology.zk;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The picture of the fleet that follows from what stands in ZooKeeper. Immutable, and pure: {@link
 * #apply} takes what was read and returns the next image.
 *
 * <p>A bad edit changes nothing. Every znode, and within a bucket every placement, has its own last
 * good value; a bad one falls back to that alone and everything else applies. What is wrong stands
 * in {@link #rejected} until the znode is mended. Without a last good value a bad znode counts as
 * absent, except that a cluster whose intent cannot be read takes no new projects.
 *
 * <p>A disappearance is believed only after {@link #SETTLE}, when it is seen whether it was one
 * record or the beginning of the end of all of them. What an open incident limits is the last that
 * is let go: see {@link IncidentJudge}.
 *
 * @see FleetJudge
 */
final class FleetImage {
    /** How long a disappearance waits; deleting a whole tree takes a while. */
    static final Duration SETTLE = Duration.ofSeconds(1);

    private final Optional<FleetSnapshot> good;
    private final Optional<FleetSnapshot> vacant;
    private final StandingFleet standing;
    private final List<RejectedEdit> rejected;
    private final Optional<Instant> recheck;

    private FleetImage(
            Optional<FleetSnapshot> good,
            Optional<FleetSnapshot> vacant,
            StandingFleet standing,
            List<RejectedEdit> rejected,
            Optional<Instant> recheck) {
        this.good = good;
        this.vacant = vacant;
        this.standing = standing;
        this.rejected = rejected;
        this.recheck = recheck;
    }

    /**
     * The image from which everything starts; with the last good picture, if there is one.
     *
     * @param known buckets that need not be parsed again
     */
    static FleetImage startingWith(Optional<FleetSnapshot> lastGood, KnownBuckets known) {
        return new FleetImage(
                lastGood, Optional.empty(), new StandingFleet(known), List.of(), Optional.empty());
    }

    /** The picture in force; empty until there was a good one. */
    Optional<FleetSnapshot> good() {
        return good;
    }

    /** Where no cluster stands there, and none is in force: what does. */
    Optional<FleetSnapshot> vacant() {
        return vacant;
    }

    /** What stands in ZooKeeper and is not in force, bounded. */
    List<RejectedEdit> rejected() {
        return rejected;
    }

    /**
     * When to apply again even if nothing is read, on the steady clock: a disappearance waits to be
     * believed.
     */
    Optional<Instant> recheck() {
        return recheck;
    }

    /**
     * The image after these znodes were read.
     *
     * @param changed znodes by path, as they stand now, each either new or changed or gone
     * @param zxid the newest transaction that the result accounts for
     */
    FleetImage apply(Map<String, Znode> changed, long zxid, Instant now) {
        return apply(changed, zxid, now, now);
    }

    /**
     * The image after these znodes were read.
     *
     * @param steady the time on a clock that never jumps: disappearances are measured by it
     * @param now the time for people
     */
    FleetImage apply(Map<String, Znode> changed, long zxid, Instant steady, Instant now) {
        return applyPlacements(changed, zxid, steady, now)
                .orElseGet(() -> applyAll(changed, zxid, steady, now));
    }

    /**
     * Nearly everything that changes is placements, and with many clusters the rest is most of the
     * work: where all else is in force as it stands, and nothing waits, it stays so. Empty where
     * there is more to judge.
     */
    private Optional<FleetImage> applyPlacements(
            Map<String, Znode> changed, long zxid, Instant steady, Instant now) {
        boolean isSettled = rejected.isEmpty() && recheck.isEmpty() && standing.isInForce();
        if (!isSettled || good.isEmpty() || zxid < good.get().zxid() || changed.isEmpty()) {
            return Optional.empty();
        }
        return standing.buckets(changed, steady)
                .flatMap(
                        buckets -> {
                            FleetSnapshot before = good.get();
                            var rejections = new Rejections(List.of(), now);
                            var judge =
                                    new PlacementJudge(
                                            before.placements(),
                                            before.clusters().keySet(),
                                            rejections);
                            PlacementMap placements = judge.judge(buckets);
                            return rejections.isEmpty() && buckets.isEmpty()
                                    ? Optional.of(
                                            new FleetImage(
                                                    Optional.of(before.with(placements, zxid, now)),
                                                    Optional.empty(),
                                                    standing,
                                                    List.of(),
                                                    Optional.empty()))
                                    : Optional.empty();
                        });
    }

    private FleetImage applyAll(
            Map<String, Znode> changed, long zxid, Instant steady, Instant now) {
        StandingFleet next = standing.copy();
        changed.forEach((path, znode) -> next.note(path, znode, steady));
        var rejections = new Rejections(rejected, now);
        var judge =
                new FleetJudge(good, next, rejections, new Disappearances(rejections, steady), now);
        Optional<FleetSnapshot> result = judge.judge(zxid);
        return new FleetImage(
                result, judge.vacant(), next, judge.rejections().bounded(), judge.recheck());
    }

    /** The znodes that the picture in force was made of. */
    Set<String> paths() {
        Set<String> paths = new HashSet<>();
        good.ifPresent(
                fleet -> {
                    paths.add(ZnodePaths.POLICY);
                    paths.add(ZnodePaths.GUARD);
                    fleet.guard()
                            .approvals()
                            .forEach(one -> paths.add(ZnodePaths.approval(one.id())));
                    fleet.guard()
                            .announcements()
                            .forEach(one -> paths.add(ZnodePaths.announcement(one.id())));
                    fleet.incidents().forEach(one -> paths.add(ZnodePaths.incident(one.id())));
                    fleet.clusters()
                            .forEach(
                                    (id, cluster) -> {
                                        paths.add(ZnodePaths.cluster(id));
                                        if (!cluster.intent().equals(ClusterIntent.ACTIVE)) {
                                            paths.add(ZnodePaths.intent(id));
                                        }
                                        if (!cluster.verdict().equals(Verdict.NONE)) {
                                            paths.add(ZnodePaths.verdict(id));
                                        }
                                    });
                    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
                        if (!fleet.placements().bucket(bucket).isEmpty()) {
                            paths.add(ZnodePaths.bucket(bucket));
                        }
                    }
                });
        return paths;
    }
}
