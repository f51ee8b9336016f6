package dev.homeport.router.fuzz;

/**
 * How much is fuzzed.
 *
 * @param seed of the first session; each has the next one
 * @param batch sessions after which everything is checked
 * @param lanes sessions at a time
 * @param hostilePercent how many sessions of a hundred meet a hostile instance
 */
record FuzzPlan(long sessions, long seed, int batch, int lanes, int hostilePercent) {
    static final FuzzPlan DEFAULT = new FuzzPlan(1200, 1, 600, 64, 25);

    FuzzPlan withSessions(long count) {
        return new FuzzPlan(count, seed, batch, lanes, hostilePercent);
    }

    FuzzPlan withSeed(long first) {
        return new FuzzPlan(sessions, first, batch, lanes, hostilePercent);
    }

    FuzzPlan withBatch(int count) {
        return new FuzzPlan(sessions, seed, count, lanes, hostilePercent);
    }
}
