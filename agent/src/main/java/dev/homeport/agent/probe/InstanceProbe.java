package dev.homeport.agent.probe;

/** Asks one instance. Used by one thread at a time. */
public interface InstanceProbe extends AutoCloseable {
    /** Asks once; blocks for a bounded time. */
    ProbeResult ask();

    /** Closes the connection; nothing is asked afterwards. */
    @Override
    void close();
}
