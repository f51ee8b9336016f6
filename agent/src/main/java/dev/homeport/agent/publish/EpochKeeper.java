package dev.homeport.agent.publish;

import dev.homeport.topology.Instance;

/**
 * Keeps the epoch on the cluster itself, so that an ensemble that was rebuilt from nothing goes on
 * above it: routers that remember a higher epoch than the verdict's drop the verdict. Blocks for a
 * bounded time; what goes wrong is logged and holds nothing up.
 */
public interface EpochKeeper {
    /** The epoch that the instance has kept; 0 where it cannot say. */
    long read(Instance instance);

    /** Keeps an epoch on the primary, unless a higher one is there. */
    void write(Instance primary, long epoch);
}
