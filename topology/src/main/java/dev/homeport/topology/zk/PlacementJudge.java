package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Judges the buckets that are not in force as they stand. A placement that is gone stays in force
 * (projects end as tombstones), and so does one whose new home does not exist. Tombstones may be
 * taken away by hand, a few at a time.
 */
final class PlacementJudge {
    private static final int NAMED = 3;
    private static final int FEW = 10;
    private static final int FEW_PER_CENT = 5;

    private final PlacementMap before;
    private final Set<ClusterId> homes;
    private final Rejections rejections;
    private boolean hasShrunk;
    private boolean areManyGone;

    /**
     * @param homes clusters that exist
     */
    PlacementJudge(PlacementMap before, Set<ClusterId> homes, Rejections rejections) {
        this.before = before;
        this.homes = homes;
        this.rejections = rejections;
    }

    /**
     * The placements in force; takes the buckets out of the map that are in force as they stand.
     */
    PlacementMap judge(Map<Integer, Standing<PackedBucket>> standing) {
        boolean keepTombstones = !isFew(countLostTombstones(standing));
        areManyGone = tellManyGone(standing);
        List<PackedBucket> changed = new ArrayList<>();
        Iterator<Map.Entry<Integer, Standing<PackedBucket>>> entries =
                standing.entrySet().iterator();
        while (entries.hasNext()) {
            var entry = entries.next();
            int bucket = entry.getKey();
            boolean isInForce =
                    switch (entry.getValue()) {
                        case Standing.Bad<PackedBucket> bad -> {
                            rejections.addAll(ZnodePaths.bucket(bucket), bad.problems());
                            yield false;
                        }
                        case Standing.Gone<PackedBucket> gone ->
                                judgeGone(bucket, before.bucket(bucket).size());
                        case Standing.Good<PackedBucket> good -> {
                            PackedBucket merged = merge(good.value(), keepTombstones);
                            if (isNews(merged)) {
                                changed.add(merged);
                            }
                            yield merged.equals(good.value());
                        }
                    };
            if (isInForce) {
                entries.remove();
            }
        }
        return changed.isEmpty() ? before : before.with(changed);
    }

    /** Whether more is gone than anybody means to take away. */
    boolean hasShrunk() {
        return hasShrunk;
    }

    /** Also where only the content of the znode is known now: see {@link KnownBuckets}. */
    private boolean isNews(PackedBucket merged) {
        PackedBucket old = before.bucket(merged.number());
        return !merged.equals(old) || (merged.isStored() && !merged.isStoredAs(old));
    }

    /** Many that are gone are told as one, and first: somebody has taken away the tree. */
    private boolean tellManyGone(Map<Integer, Standing<PackedBucket>> standing) {
        int znodes = 0;
        int projects = 0;
        for (var entry : standing.entrySet()) {
            int lost =
                    entry.getValue() instanceof Standing.Gone
                            ? before.bucket(entry.getKey()).size()
                            : 0;
            znodes += lost > 0 ? 1 : 0;
            projects += lost;
        }
        if (znodes <= FEW) {
            return false;
        }
        rejections.addOfAll(
                ZnodePaths.PROJECTS,
                "%d znodes are gone with %d projects; they keep their homes"
                        .formatted(znodes, projects));
        return true;
    }

    private boolean judgeGone(int bucket, int projects) {
        if (projects > 0) {
            hasShrunk = true;
        }
        if (projects > 0 && !areManyGone) {
            rejections.add(
                    ZnodePaths.bucket(bucket),
                    "",
                    "is gone with %d projects; they keep their homes".formatted(projects));
        }
        return projects == 0;
    }

    /** Nearly always it is as it stands: only what is wrong is looked at one by one. */
    private PackedBucket merge(PackedBucket standing, boolean keepTombstones) {
        boolean isComplete = before.bucket(standing.number()).countMissing(standing) == 0;
        return isComplete && homes.containsAll(standing.homes())
                ? standing
                : PackedBucket.of(
                        standing.number(),
                        merge(standing.number(), standing.toMap(), keepTombstones));
    }

    private Map<ProjectId, Placement> merge(
            int bucket, Map<ProjectId, Placement> standing, boolean keepTombstones) {
        Map<ProjectId, Placement> old = before.bucket(bucket).toMap();
        Map<ProjectId, Placement> merged = new TreeMap<>(standing);
        String path = ZnodePaths.bucket(bucket);
        standing.forEach(
                (project, placement) -> {
                    if (!homes.contains(placement.home())) {
                        rejections.add(
                                path,
                                "projects." + project + ".home",
                                "must be a cluster that exists, was " + placement.home());
                        merged.remove(project);
                        if (old.containsKey(project)) {
                            merged.put(project, old.get(project));
                        }
                    }
                });
        List<ProjectId> lost = new ArrayList<>();
        old.forEach(
                (project, placement) -> {
                    boolean mayGo = placement.state() == ProjectState.DELETED && !keepTombstones;
                    if (!standing.containsKey(project) && !mayGo) {
                        lost.add(project);
                        merged.put(project, placement);
                    }
                });
        reportLost(path, lost);
        return merged;
    }

    private void reportLost(String path, List<ProjectId> lost) {
        if (lost.isEmpty()) {
            return;
        }
        hasShrunk = true;
        String named =
                lost.stream().limit(NAMED).map(ProjectId::value).collect(Collectors.joining(", "));
        String more = lost.size() > NAMED ? " and " + (lost.size() - NAMED) + " more" : "";
        rejections.add(
                path,
                lost.size() == 1 ? "projects." + lost.get(0) : "projects",
                "the placement of %s%s is gone; only a few tombstones at a time may be removed"
                        .formatted(named, more));
    }

    private int countLostTombstones(Map<Integer, Standing<PackedBucket>> standing) {
        int lost = 0;
        for (var entry : standing.entrySet()) {
            if (entry.getValue() instanceof Standing.Good<PackedBucket> good) {
                lost += before.bucket(entry.getKey()).countMissing(good.value());
            }
        }
        return lost;
    }

    private boolean isFew(int lost) {
        return lost <= Math.max(FEW, before.size() * (long) FEW_PER_CENT / 100);
    }
}
