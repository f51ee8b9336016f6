package dev.homeport.router.session;

/** Where a client connection is in its life. Phases change a handful of times per session. */
sealed interface FrontendPhase {
    /** Connection Phase: HandshakeV10 sent, HandshakeResponse41 awaited. */
    record Greeting() implements FrontendPhase {
        LoggingIn responseReceived(BackendSession backend) {
            return new LoggingIn(backend);
        }
    }

    /** Connection Phase: the auth exchange passes between client and instance. */
    record LoggingIn(BackendSession backend) implements FrontendPhase {
        Serving authenticated(ServingSession serving) {
            return new Serving(serving);
        }
    }

    /** Command Phase. What happens command by command is kept by {@link ServingSession}. */
    record Serving(ServingSession session) implements FrontendPhase {}

    /** The last answer is sent, or the connection is gone; whatever still comes is dropped. */
    record Closed(CloseReason reason) implements FrontendPhase {}
}
