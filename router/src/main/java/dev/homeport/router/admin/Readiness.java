package dev.homeport.router.admin;

import java.util.Optional;

/** Says whether the rest of the daemon can do its work. */
public interface Readiness {
    /** Why not, for people; empty if it can. Callable from any thread, must not block. */
    Optional<String> problem();
}
