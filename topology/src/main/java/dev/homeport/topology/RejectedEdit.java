package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A change in ZooKeeper that was not taken over; the last good value stays in force.
 *
 * @param znode its path below the chroot, such as {@code clusters/c1}; {@link #OTHERS} for what is
 *     not listed, and empty where nothing could be read
 * @param field which field, empty where the whole znode is meant
 * @param rule what was wrong and what would be right
 * @param suggestion for an unknown field, the one that was probably meant
 */
public record RejectedEdit(
        String znode, String field, String rule, Optional<String> suggestion, Instant since) {
    /** Stands for all znodes that there is no room for; the rule says how many edits they are. */
    public static final String OTHERS = "...";

    public RejectedEdit {
        requireNonNull(znode, "znode");
        requireNonNull(field, "field");
        requireNonNull(rule, "rule");
        requireNonNull(suggestion, "suggestion");
        requireNonNull(since, "since");
    }
}
