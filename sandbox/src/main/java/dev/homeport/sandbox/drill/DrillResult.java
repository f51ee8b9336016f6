package dev.homeport.sandbox.drill;

import java.util.List;
import java.util.Optional;

/**
 * What became of a drill.
 *
 * @param seed what its rows were made from
 */
record DrillResult(
        long seed,
        String cluster,
        List<PlayResult> plays,
        Optional<RoundsResult> rounds,
        List<Promise> promises) {
    DrillResult {
        plays = List.copyOf(plays);
        promises = List.copyOf(promises);
    }

    List<Promise> broken() {
        return promises.stream().filter(promise -> !promise.isKept()).toList();
    }
}
