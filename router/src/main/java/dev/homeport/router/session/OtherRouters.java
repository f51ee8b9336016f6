package dev.homeport.router.session;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;

/** The other routers of the fleet, as far as KILL needs them. */
public interface OtherRouters {
    /** A router that knows no other. */
    OtherRouters NONE =
            id -> CompletableFuture.completedFuture(new Answer.Nobody(KillOutcome.UNKNOWN));

    /**
     * Asks for the session with that connection id, which is none of this router's. Does not block.
     *
     * @return completed within a second or so, on any thread, and never with an exception
     */
    CompletableFuture<Answer> find(int connectionId);

    /** What others say. */
    sealed interface Answer {
        /** There is such a session; whether the asker may know of it is for this router to say. */
        record Session(SessionRegistry.Target target) implements Answer {
            public Session {
                requireNonNull(target, "target");
            }
        }

        /** There is none, or nobody can tell. */
        record Nobody(KillOutcome why) implements Answer {
            public Nobody {
                requireNonNull(why, "why");
            }
        }
    }
}
