package dev.homeport.topology;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Placements in one small sorted map per bucket. Replacing a bucket copies the array of references
 * (32 KB) and the counts per cluster, and shares all other buckets.
 */
final class BucketedPlacements implements PlacementMap {
    static final BucketedPlacements EMPTY =
            new BucketedPlacements(emptyBuckets(), Map.of(), Map.of(), 0);

    private final List<Map<ProjectId, Placement>> buckets;
    private final Map<ClusterId, Integer> residents;
    private final Map<ClusterId, Integer> records;
    private final int size;

    private BucketedPlacements(
            List<Map<ProjectId, Placement>> buckets,
            Map<ClusterId, Integer> residents,
            Map<ClusterId, Integer> records,
            int size) {
        this.buckets = buckets;
        this.residents = residents;
        this.records = records;
        this.size = size;
    }

    @Override
    public Optional<Placement> find(ProjectId project) {
        return Optional.ofNullable(buckets.get(Buckets.of(project)).get(project));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int residents(ClusterId cluster) {
        return residents.getOrDefault(cluster, 0);
    }

    @Override
    public int records(ClusterId cluster) {
        return records.getOrDefault(cluster, 0);
    }

    @Override
    public Map<ProjectId, Placement> bucket(int bucket) {
        return buckets.get(bucket);
    }

    @Override
    public void forEach(BiConsumer<ProjectId, Placement> visitor) {
        buckets.forEach(bucket -> bucket.forEach(visitor));
    }

    @Override
    public PlacementMap withBucket(int bucket, Map<ProjectId, Placement> content) {
        for (ProjectId project : content.keySet()) {
            if (Buckets.of(project) != bucket) {
                throw new IllegalArgumentException(
                        "project %s belongs into bucket %s, not %s"
                                .formatted(
                                        project,
                                        Buckets.name(Buckets.of(project)),
                                        Buckets.name(bucket)));
            }
        }
        Map<ProjectId, Placement> old = buckets.get(bucket);
        Map<ClusterId, Integer> newResidents = new HashMap<>(residents);
        Map<ClusterId, Integer> newRecords = new HashMap<>(records);
        old.values().forEach(gone -> count(gone, -1, newResidents, newRecords));
        content.values().forEach(come -> count(come, 1, newResidents, newRecords));
        Object[] copy = buckets.toArray();
        copy[bucket] = Collections.unmodifiableMap(new TreeMap<>(content));
        @SuppressWarnings("unchecked") // only maps of this type are ever put in
        var newBuckets = (List<Map<ProjectId, Placement>>) (List<?>) List.of(copy);
        return new BucketedPlacements(
                newBuckets, newResidents, newRecords, size - old.size() + content.size());
    }

    private static void count(
            Placement placement,
            int by,
            Map<ClusterId, Integer> residents,
            Map<ClusterId, Integer> records) {
        records.merge(placement.home(), by, Integer::sum);
        if (placement.state() != ProjectState.DELETED) {
            residents.merge(placement.home(), by, Integer::sum);
        }
    }

    private static List<Map<ProjectId, Placement>> emptyBuckets() {
        return Collections.nCopies(Buckets.COUNT, Map.of());
    }
}
