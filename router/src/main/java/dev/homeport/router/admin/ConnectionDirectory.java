package dev.homeport.router.admin;

import java.util.Optional;

/** Knows the client connections of this router by the ids that clients know. */
public interface ConnectionDirectory {
    /** One that is in its Command Phase. Callable from any thread. */
    Optional<ConnectionView> find(int connectionId);
}
