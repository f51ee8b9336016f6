package dev.homeport.sandbox.acceptance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where each project lived when, as its moves were acknowledged. A stay begins when its write was
 * begun, because it may have happened at any moment from then on. It ends with the grace after all
 * routers had applied the write that ended it. Thread-safe.
 */
final class HomeTimeline {
    private final Map<String, List<Stay>> stays = new ConcurrentHashMap<>();

    /** One stay; a project's last one has no end. */
    private record Stay(String cluster, Instant from, Optional<Instant> acknowledged, Instant to) {
        boolean covers(String where, Instant when) {
            return cluster.equals(where) && !when.isBefore(from) && !when.isAfter(to);
        }
    }

    /** It lives there as far back as anybody looks. */
    void bornAt(String project, String cluster) {
        stays.put(project, List.of(new Stay(cluster, Instant.MIN, Optional.empty(), Instant.MAX)));
    }

    /**
     * It has moved.
     *
     * @param begun when the write was begun
     * @param acknowledged when it was acknowledged
     * @param lastAtOldHome until when a statement at the old home is no violation
     */
    void moved(
            String project,
            String cluster,
            Instant begun,
            Instant acknowledged,
            Instant lastAtOldHome) {
        stays.computeIfPresent(
                project,
                (id, before) -> {
                    List<Stay> after = new ArrayList<>(before);
                    Stay last = after.removeLast();
                    after.add(
                            new Stay(
                                    last.cluster(),
                                    last.from(),
                                    Optional.of(acknowledged),
                                    lastAtOldHome));
                    after.add(new Stay(cluster, begun, Optional.empty(), Instant.MAX));
                    return List.copyOf(after);
                });
    }

    /** Where it lives now. */
    String home(String project) {
        return stays.get(project).getLast().cluster();
    }

    /** Everywhere it lived at any time between those two. */
    List<String> homes(String project, Instant begun, Instant seen) {
        return stays.getOrDefault(project, List.of()).stream()
                .filter(stay -> !stay.from().isAfter(seen) && !stay.to().isBefore(begun))
                .map(Stay::cluster)
                .toList();
    }

    /** Whether a statement of that project may have arrived there at that moment. */
    boolean allows(String project, String cluster, Instant when) {
        return stays.getOrDefault(project, List.of()).stream()
                .anyMatch(stay -> stay.covers(cluster, when));
    }

    /** The acknowledgement that a statement at an old home came after, if it came after one. */
    Optional<Instant> acknowledgedBefore(String project, String cluster, Instant when) {
        List<Stay> all = stays.getOrDefault(project, List.of());
        boolean isAtHome =
                all.stream()
                        .filter(stay -> stay.covers(cluster, when))
                        .anyMatch(stay -> stay.acknowledged().map(when::isBefore).orElse(true));
        return isAtHome
                ? Optional.empty()
                : all.stream()
                        .filter(stay -> stay.covers(cluster, when))
                        .flatMap(stay -> stay.acknowledged().stream())
                        .findFirst();
    }
}
