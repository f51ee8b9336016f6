package dev.homeport.router.routing;

import dev.homeport.router.error.ClientError;
import java.time.Duration;

/** What a change of the fleet means for a session that runs. */
public sealed interface SessionLimit {
    /** It goes on. */
    record Unlimited() implements SessionLimit {
        static final Unlimited INSTANCE = new Unlimited();
    }

    /**
     * Nothing new begins: the next command outside a transaction is refused. Lifted without a trace
     * if the limit goes away before.
     */
    record RefuseNext(ClientError error) implements SessionLimit {}

    /**
     * An idle session is closed; one in a transaction may end it until the deadline and is cut
     * then.
     */
    record Finish(ClientError error, Duration deadline) implements SessionLimit {}

    /**
     * An idle session loses its backend and gets the error as the answer to its next command; one
     * in a transaction has until the deadline.
     *
     * @param mayContinue whether the transaction may send further commands until then. If not, its
     *     next command is answered with {@code transaction_lost}
     */
    record Cut(ClientError error, Duration deadline, boolean mayContinue) implements SessionLimit {}
}
