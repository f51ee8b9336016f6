package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

/** Where a project lives, and in which state: what routing has to know of its placement. */
public record Residence(ClusterId home, ProjectState state) {
    public Residence {
        requireNonNull(home, "home");
        requireNonNull(state, "state");
    }
}
