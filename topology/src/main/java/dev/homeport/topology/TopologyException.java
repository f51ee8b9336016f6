package dev.homeport.topology;

import java.util.List;
import java.util.OptionalInt;

/**
 * A write to the fleet's records that was not carried out, and the records are as they were; or,
 * where the message of an {@code UNAVAILABLE} says that it is not known, perhaps was.
 */
public final class TopologyException extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final boolean isInDoubt;
    private final transient OptionalInt currentVersion;
    private final transient List<String> conflictsWith;

    /** What stood in the way. */
    public enum Reason {
        /** ZooKeeper is away, or did not answer in time; whether it was written may be unknown. */
        UNAVAILABLE,
        /** What was asked contradicts what stands there; asking again unchanged will not help. */
        CONFLICT,
        NOT_FOUND,
        /** The value breaks a rule. */
        INVALID
    }

    public TopologyException(Reason reason, String message) {
        this(reason, message, null);
    }

    public TopologyException(Reason reason, String message, Throwable cause) {
        this(reason, message, false, cause);
    }

    private TopologyException(Reason reason, String message, boolean isInDoubt, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.isInDoubt = isInDoubt;
        this.currentVersion = OptionalInt.empty();
        this.conflictsWith = List.of();
    }

    private TopologyException(
            String message, OptionalInt currentVersion, List<String> conflictsWith) {
        super(message);
        this.reason = Reason.CONFLICT;
        this.isInDoubt = false;
        this.currentVersion = currentVersion;
        this.conflictsWith = List.copyOf(conflictsWith);
    }

    /**
     * {@code CONFLICT}: somebody else has changed the record since the caller looked.
     *
     * @param current of the znode; {@link RecordVersions#ABSENT} where it does not stand there
     */
    public static TopologyException ofVersions(String what, int expected, int current) {
        return new TopologyException(
                current == RecordVersions.ABSENT
                        ? "%s does not stand there, so it has not version %d"
                                .formatted(what, expected)
                        : "%s has version %d, not %d".formatted(what, current, expected),
                OptionalInt.of(current),
                List.of());
    }

    /**
     * {@code CONFLICT}: other records stand in the way, and nothing else does.
     *
     * @param records their paths below the chroot, such as {@code clusters/c1}
     */
    public static TopologyException ofRecords(String message, List<String> records) {
        return new TopologyException(message, OptionalInt.empty(), records);
    }

    /**
     * The same, of a write that was sent and not answered.
     *
     * @param message says so
     */
    public static TopologyException inDoubt(TopologyException e, String message) {
        return new TopologyException(e.reason, message, true, e);
    }

    /** Whether it may have been carried out all the same. */
    public boolean isInDoubt() {
        return isInDoubt;
    }

    public Reason reason() {
        return reason;
    }

    /** The version that stands there, where it is another one than the caller expected. */
    public OptionalInt currentVersion() {
        return currentVersion;
    }

    /** The records that stand in the way; empty where it is not them, or not they alone. */
    public List<String> conflictsWith() {
        return conflictsWith;
    }
}
