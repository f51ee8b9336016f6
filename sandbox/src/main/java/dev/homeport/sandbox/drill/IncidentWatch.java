package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Asks the first router for open incidents without end, and remembers when each was seen first.
 * Thread-safe.
 */
final class IncidentWatch implements AutoCloseable {
    private final Incidents incidents;
    private final Map<String, Sighting> sightings = new LinkedHashMap<>();
    private final Thread thread = Thread.ofVirtual().name("incidents").unstarted(this::run);
    private volatile boolean isOver;

    /**
     * An incident.
     *
     * @param incident as it was seen last: it may become more
     * @param seen when it was seen first
     */
    record Sighting(JsonNode incident, Instant seen) {
        Instant opened() {
            return Instant.parse(incident.path("opened").asText());
        }
    }

    IncidentWatch(Incidents incidents) {
        this.incidents = incidents;
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!isOver) {
            try {
                List<JsonNode> open = incidents.open();
                note(open, Instant.now());
            } catch (DrillException | UncheckedIOException e) {
                // A router that does not answer this time may do so next time; what is missed
                // shows as a detection that took long.
            }
            LockSupport.parkNanos(Poll.INTERVAL.toNanos());
        }
    }

    private synchronized void note(List<JsonNode> open, Instant now) {
        for (JsonNode incident : open) {
            sightings.merge(
                    incident.path("id").asText(),
                    new Sighting(incident, now),
                    (first, again) -> new Sighting(again.incident(), first.seen()));
        }
    }

    /** Waits for one like that; empty if none comes. */
    Optional<Sighting> await(Predicate<JsonNode> which, Duration patience)
            throws InterruptedException {
        return Poll.until(patience, () -> first(which));
    }

    private Optional<Sighting> first(Predicate<JsonNode> which) {
        return seen().stream().filter(one -> which.test(one.incident())).findFirst();
    }

    /** All that were seen, the first ones first. */
    synchronized List<Sighting> seen() {
        return List.copyOf(sightings.values());
    }

    @Override
    public void close() {
        isOver = true;
        Threads.join(List.of(thread));
    }
}
