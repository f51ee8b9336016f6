package dev.homeport.agent.quarantine;

import dev.homeport.agent.quarantine.ClockReadings.Witness;
import dev.homeport.topology.TopologyException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The clocks by which the quarantine purges. They are of different machines where the cluster, the
 * ensemble and the agent are; where they are not, the agent's own since its start still does not
 * move with whoever sets the machine's.
 */
public final class PurgeClocks {
    private final Clock wall;
    private final Ensemble ensemble;
    private final LongSupplier nanos;
    private final Instant start;
    private final long startNanos;

    /** What time it is for ZooKeeper; blocks for a few seconds at most. */
    @FunctionalInterface
    public interface Ensemble {
        Instant now() throws TopologyException;
    }

    /**
     * @param wall what this machine says
     */
    public PurgeClocks(Clock wall, Ensemble ensemble) {
        this(wall, ensemble, System::nanoTime);
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    PurgeClocks(Clock wall, Ensemble ensemble, LongSupplier nanos) {
        this.wall = wall;
        this.ensemble = ensemble;
        this.nanos = nanos;
        this.start = wall.instant();
        this.startNanos = nanos.getAsLong();
    }

    /**
     * Asks all of them.
     *
     * @param instance what the server says
     * @throws TopologyException if ZooKeeper does not say what time it is
     */
    ClockReadings read(Instant instance) throws TopologyException {
        return new ClockReadings(
                Map.of(
                        Witness.AGENT,
                        wall.instant(),
                        Witness.AGENT_SINCE_START,
                        start.plusNanos(nanos.getAsLong() - startNanos),
                        Witness.INSTANCE,
                        instance,
                        Witness.ZOOKEEPER,
                        ensemble.now()));
    }
}
