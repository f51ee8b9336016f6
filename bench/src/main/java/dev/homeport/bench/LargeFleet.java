package dev.homeport.bench;

import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Projects like those of a large hosting company, the same in each run: ids of 8 to 18 characters,
 * as many on each cluster, placed in the last three years; one in fifty is offline, with the
 * operator's words for it.
 */
final class LargeFleet {
    private static final List<String> PREFIXES = List.of("p", "shop-", "customer-", "tenant.eu-");
    private static final long START = Instant.parse("2023-01-01T00:00:00Z").toEpochMilli();
    private static final long THREE_YEARS_MILLIS = 94_608_000_000L;

    private final int projects;
    private final int clusters;

    LargeFleet(int projects, int clusters) {
        this.projects = projects;
        this.clusters = clusters;
    }

    static ProjectId project(long number) {
        long mixed = mix(number) >>> 1;
        return new ProjectId(
                PREFIXES.get((int) (mixed % PREFIXES.size()))
                        + Long.toString(mixed >>> 20, 36).substring(0, 4)
                        + Long.toString(number, 36));
    }

    static ClusterId cluster(int number) {
        return new ClusterId(
                String.format(Locale.ROOT, "fra%d-%02d", 1 + number / 40, number % 40));
    }

    /** One part in sixteen of all buckets, so that never all projects are objects. */
    List<PackedBucket> buckets(int part) {
        Map<Integer, Map<ProjectId, Placement>> content = new TreeMap<>();
        for (int i = 0; i < projects; i++) {
            ProjectId project = project(i);
            int bucket = Buckets.of(project);
            if (bucket % 16 == part) {
                content.computeIfAbsent(bucket, key -> new TreeMap<>()).put(project, placement(i));
            }
        }
        List<PackedBucket> packed = new ArrayList<>();
        content.forEach((bucket, all) -> packed.add(PackedBucket.of(bucket, all)));
        return packed;
    }

    private Placement placement(long number) {
        long mixed = mix(~number) >>> 1;
        ClusterId home = cluster((int) (mixed % clusters));
        boolean isOffline = mixed % 50 == 7;
        return new Placement(
                home,
                isOffline ? ProjectState.OFFLINE : ProjectState.SERVING,
                Instant.ofEpochMilli(START + (mixed >>> 8) % THREE_YEARS_MILLIS),
                isOffline ? "the invoice is not paid" : home + " is preferred and healthy",
                Optional.empty());
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
