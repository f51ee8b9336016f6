package dev.homeport.sandbox.drill;

import java.util.Locale;

/** Which way the statements take, and who may do something about them. */
enum Mode {
    /** Through the routers, with the rules that a new fleet has. */
    GUARD,
    /** Through the routers, while the guard only observes. */
    OBSERVE,
    /** Straight at the cluster's primary, where no router can do anything. */
    AROUND;

    /** Whether what is dropped is gone, so that the agents have to notice. */
    boolean isLoss() {
        return this != GUARD;
    }

    /** As people write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
