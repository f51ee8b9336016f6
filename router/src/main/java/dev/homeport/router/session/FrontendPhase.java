package dev.homeport.router.session;

/** Where a client connection is in its life. Phases change a handful of times per session. */
sealed interface FrontendPhase {
    /** Connection Phase: HandshakeV10 sent, HandshakeResponse41 or SSLRequest awaited. */
    record Greeting() implements FrontendPhase {
        Securing sslRequested() {
            return new Securing();
        }

        LoggingIn responseReceived(BackendSession backend) {
            return new LoggingIn(backend);
        }
    }

    /** Connection Phase: the TLS handshake with the client. */
    record Securing() implements FrontendPhase {
        Greeting secured() {
            return new Greeting();
        }
    }

    /** Connection Phase: the auth exchange passes between client and instance. */
    record LoggingIn(BackendSession backend) implements FrontendPhase {
        Serving authenticated(ServingSession serving) {
            return new Serving(serving);
        }
    }

    /** Command Phase. What happens command by command is kept by {@link ServingSession}. */
    record Serving(ServingSession session) implements FrontendPhase {
        /** COM_CHANGE_USER to another instance: this one is left first, in order. */
        Leaving leaves(BackendSession backend) {
            return new Leaving(backend);
        }

        /** COM_CHANGE_USER on the same instance. */
        LoggingIn logsInAgain(BackendSession backend) {
            return new LoggingIn(backend);
        }
    }

    /** COM_CHANGE_USER: what the session has open on its old instance is being undone. */
    record Leaving(BackendSession backend) implements FrontendPhase {
        LoggingIn left(BackendSession next) {
            return new LoggingIn(next);
        }
    }

    /** The last answer is sent, or the connection is gone; whatever still comes is dropped. */
    record Closed(CloseReason reason) implements FrontendPhase {}
}
