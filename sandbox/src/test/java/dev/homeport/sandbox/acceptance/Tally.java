package dev.homeport.sandbox.acceptance;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What was done how often. Thread-safe. */
final class Tally {
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).toString();
    }
}
