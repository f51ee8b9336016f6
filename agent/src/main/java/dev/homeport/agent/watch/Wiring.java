package dev.homeport.agent.watch;

import dev.homeport.topology.ClusterId;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What all parts of one watch are made with.
 *
 * @param watchThread brings tasks to the watch's thread, in their order; waits where that is behind
 */
record Wiring(
        ClusterId cluster,
        DataLossWatch.Sources sources,
        DataLossWatch.Rules rules,
        DataLossWatch.Outlets outlets,
        Executor watchThread,
        Clock clock) {}
