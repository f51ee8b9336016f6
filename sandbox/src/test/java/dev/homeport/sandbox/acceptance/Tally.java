package dev.homeport.sandbox.acceptance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was done how often, and when. Thread-safe. */
final class Tally {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final Queue<Note> notes = new ConcurrentLinkedQueue<>();

    private record Note(Instant when, String what) {}

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
        note(what);
    }

    /** For whoever has to find out why something happened. */
    void note(String what) {
        notes.add(new Note(Instant.now(), what));
    }

    /** What happened between those two moments, in order, a line each. */
    List<String> between(Instant from, Instant to) {
        return notes.stream()
                .filter(one -> !one.when.isBefore(from) && !one.when.isAfter(to))
                .map(one -> one.when + " " + one.what)
                .toList();
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
