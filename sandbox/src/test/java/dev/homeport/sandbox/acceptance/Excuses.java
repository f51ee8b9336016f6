package dev.homeport.sandbox.acceptance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * When which cluster or project was not to be served, as those know who saw to it. An excuse begins
 * before the act is asked for and ends when every router was seen to serve again. Thread-safe.
 */
final class Excuses {
    private final Map<String, List<Excuse>> excuses = new ConcurrentHashMap<>();

    /** One time of one subject. */
    static final class Excuse {
        private final Instant from;
        private volatile Optional<Instant> to = Optional.empty();

        private Excuse(Instant from) {
            this.from = from;
        }

        /** All is as before. */
        void end() {
            to = Optional.of(Instant.now());
        }

        private boolean overlaps(Instant begun, Instant seen) {
            return !seen.isBefore(from) && to.map(end -> !begun.isAfter(end)).orElse(true);
        }
    }

    /** From now on that cluster or project may be refused. */
    Excuse begin(String subject) {
        var excuse = new Excuse(Instant.now());
        excuses.computeIfAbsent(subject, key -> new CopyOnWriteArrayList<>()).add(excuse);
        return excuse;
    }

    /** Whether any of the subjects had one between those two moments. */
    boolean cover(List<String> subjects, Instant begun, Instant seen) {
        return subjects.stream()
                .flatMap(subject -> excuses.getOrDefault(subject, List.of()).stream())
                .anyMatch(excuse -> excuse.overlaps(begun, seen));
    }
}
