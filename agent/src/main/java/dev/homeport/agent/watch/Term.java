package dev.homeport.agent.watch;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * By what this agent leads, while its watch follows the log. An agent that loses and wins the
 * election before its watch looks again would take what others have told meanwhile for its own to
 * tell: so what is written is bound to the term in which it was judged, and a watch of a term that
 * is over begins anew. Thread-safe; the watch's thread begins and ends it.
 */
public final class Term {
    private final Supplier<Optional<String>> leaderZnode;
    private volatile Optional<String> inForce = Optional.empty();

    /**
     * @param leaderZnode the znode that this agent leads by now, another one each time it wins;
     *     empty while it does not lead
     */
    public Term(Supplier<Optional<String>> leaderZnode) {
        this.leaderZnode = leaderZnode;
    }

    /** The znode in whose name the watch writes; empty while it follows nothing. */
    public Optional<String> inForce() {
        return inForce;
    }

    boolean leads() {
        return leaderZnode.get().isPresent();
    }

    /** Whether what was begun is to be ended. */
    boolean isOver() {
        return !leaderZnode.get().equals(inForce);
    }

    /** Begins with what this agent leads by now; whether it leads. */
    boolean begin() {
        inForce = leaderZnode.get();
        return inForce.isPresent();
    }

    void end() {
        inForce = Optional.empty();
    }
}
