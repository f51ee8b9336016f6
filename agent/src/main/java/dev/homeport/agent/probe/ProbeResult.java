package dev.homeport.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.AgentReport.Reachability;

/** What came of asking an instance once. */
public sealed interface ProbeResult {
    /** It answered everything. */
    record Answered(InstanceFacts facts) implements ProbeResult {
        public Answered {
            requireNonNull(facts, "facts");
        }
    }

    /**
     * No word from it: refused, timed out, cut off.
     *
     * @param cause a few words that stay the same while the cause does
     */
    record Silent(String cause) implements ProbeResult {
        public Silent {
            requireNonNull(cause, "cause");
        }
    }

    /**
     * It speaks MySQL, and did not say what it was asked: wrong password, host blocked, too many
     * connections, a missing right. Whether it serves others cannot be told from here.
     *
     * @param cause a few words that stay the same while the cause does
     */
    record LockedOut(String cause) implements ProbeResult {
        public LockedOut {
            requireNonNull(cause, "cause");
        }
    }

    /** The kind of the result in the words of the reports. */
    default Reachability reachability() {
        return switch (this) {
            case Answered answered -> Reachability.ANSWERS;
            case Silent silent -> Reachability.SILENT;
            case LockedOut lockedOut -> Reachability.LOCKED_OUT;
        };
    }
}
