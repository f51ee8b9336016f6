package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.Verdict;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Everything that stands in ZooKeeper at this moment, good or bad. Buckets are kept only while they
 * are not in force as they stand: the others are in the picture already. Not thread-safe; {@link
 * FleetImage} works on copies.
 */
final class StandingFleet {
    private static final Function<String, ClusterId> CLUSTER = ClusterId::new;

    final Map<ClusterId, Standing<ClusterDefinition>> clusters = new TreeMap<>();
    final Map<ClusterId, Standing<ClusterIntent>> intents = new TreeMap<>();
    final Map<ClusterId, Standing<Verdict>> verdicts = new TreeMap<>();
    final Map<Integer, Standing<PackedBucket>> buckets = new TreeMap<>();
    final Map<ApprovalId, Standing<Approval>> approvals = new TreeMap<>();
    final Map<AnnouncementId, Standing<Announcement>> announcements = new TreeMap<>();
    final Map<IncidentId, Standing<Incident>> incidents = new TreeMap<>();
    Optional<Standing<PlacementPolicy>> policy = Optional.empty();
    Optional<Standing<GuardPolicy>> guard = Optional.empty();

    /** Of the znodes that are clusters, intents, policy or guard, by path, as they stand. */
    final Map<String, Integer> versions = new TreeMap<>();

    /** Incidents that are gone, but not because anybody meant it. */
    final Set<IncidentId> lostIncidents = new TreeSet<>();

    /** Paths whose last part is no id of what should stand there, and why. */
    final Map<String, String> misnamed = new TreeMap<>();

    private final KnownBuckets known;

    /**
     * @param known buckets that need not be parsed again
     */
    StandingFleet(KnownBuckets known) {
        this.known = known;
    }

    StandingFleet copy() {
        var copy = new StandingFleet(known);
        copy.clusters.putAll(clusters);
        copy.intents.putAll(intents);
        copy.verdicts.putAll(verdicts);
        copy.buckets.putAll(buckets);
        copy.approvals.putAll(approvals);
        copy.announcements.putAll(announcements);
        copy.incidents.putAll(incidents);
        copy.policy = policy;
        copy.guard = guard;
        copy.versions.putAll(versions);
        copy.lostIncidents.addAll(lostIncidents);
        copy.misnamed.putAll(misnamed);
        return copy;
    }

    /** Whether no bucket and no misnamed znode waits for being mended. */
    boolean isInForce() {
        return buckets.isEmpty() && misnamed.isEmpty();
    }

    /** What stands in those znodes, if all of them are buckets. */
    Optional<Map<Integer, Standing<PackedBucket>>> buckets(
            Map<String, Znode> changed, Instant now) {
        Map<Integer, Standing<PackedBucket>> buckets = new TreeMap<>();
        for (var entry : changed.entrySet()) {
            String path = entry.getKey();
            OptionalInt bucket =
                    ZnodePaths.parent(path).equals(ZnodePaths.PROJECTS)
                            ? Buckets.parse(ZnodePaths.name(path))
                            : OptionalInt.empty();
            if (bucket.isEmpty()) {
                return Optional.empty();
            }
            buckets.put(bucket.getAsInt(), standing(bucket.getAsInt(), entry.getValue(), now));
        }
        return Optional.of(buckets);
    }

    private Standing<PackedBucket> standing(int bucket, Znode znode, Instant now) {
        return Standing.of(znode, known.znode(bucket), now);
    }

    /** Takes note of one znode as it was read. Paths that are none of ours are passed over. */
    void note(String path, Znode znode, Instant now) {
        if (path.equals(ZnodePaths.POLICY)) {
            noteVersion(path, znode);
            policy = Optional.of(Standing.of(znode, PlacementPolicyCodec.ZNODE, now));
            return;
        }
        if (path.equals(ZnodePaths.GUARD)) {
            noteVersion(path, znode);
            guard = Optional.of(Standing.of(znode, GuardPolicyCodec.ZNODE, now));
            return;
        }
        switch (ZnodePaths.parent(path)) {
            case ZnodePaths.CLUSTERS -> {
                noteVersion(path, znode);
                note(path, znode, clusters, CLUSTER, ClusterDefinitionCodec::znode, now);
            }
            case ZnodePaths.INTENTS -> {
                noteVersion(path, znode);
                note(path, znode, intents, CLUSTER, id -> ClusterIntentCodec.ZNODE, now);
            }
            case ZnodePaths.VERDICTS ->
                    note(path, znode, verdicts, CLUSTER, id -> VerdictCodec.ZNODE, now);
            case ZnodePaths.APPROVALS ->
                    note(path, znode, approvals, ApprovalId::new, ApprovalCodec::znode, now);
            case ZnodePaths.ANNOUNCEMENTS ->
                    note(
                            path,
                            znode,
                            announcements,
                            AnnouncementId::new,
                            AnnouncementCodec::znode,
                            now);
            case ZnodePaths.INCIDENTS ->
                    note(path, znode, incidents, IncidentId::new, IncidentCodec::znode, now);
            case ZnodePaths.PROJECTS -> noteBucket(path, znode, now);
            default -> {}
        }
    }

    private void noteVersion(String path, Znode znode) {
        if (znode.isAbsent()) {
            versions.remove(path);
        } else {
            versions.put(path, znode.version());
        }
    }

    private <I, T> void note(
            String path,
            Znode znode,
            Map<I, Standing<T>> kind,
            Function<String, I> idOf,
            Function<I, Codec<T>> codec,
            Instant now) {
        try {
            I id = idOf.apply(ZnodePaths.name(path));
            kind.put(id, Standing.of(znode, codec.apply(id), now));
        } catch (IllegalArgumentException e) {
            noteMisnamed(path, znode, e.getMessage());
        }
    }

    private void noteBucket(String path, Znode znode, Instant now) {
        OptionalInt bucket = Buckets.parse(ZnodePaths.name(path));
        if (bucket.isPresent()) {
            buckets.put(bucket.getAsInt(), standing(bucket.getAsInt(), znode, now));
        } else {
            noteMisnamed(path, znode, "must be named by three hexadecimal digits");
        }
    }

    private void noteMisnamed(String path, Znode znode, String rule) {
        if (znode.isAbsent()) {
            misnamed.remove(path);
        } else {
            misnamed.put(path, rule);
        }
    }
}
