package dev.homeport.conformance;

import dev.homeport.conformance.matrix.Limitation;
import dev.homeport.conformance.transcript.Difference;
import java.util.List;
import java.util.Set;

/** What came of a cell. */
public sealed interface Outcome {
    /**
     * Nothing differs but what is listed.
     *
     * @param steps that were the same
     * @param accepted differences that showed
     * @param loggedIn false where the driver refused to log in, both times in the same words
     */
    record Same(int steps, Set<Difference> accepted, boolean loggedIn) implements Outcome {
        public Same {
            accepted = Set.copyOf(accepted);
        }
    }

    /**
     * Something is wrong.
     *
     * @param findings what, a line each
     */
    record Different(List<String> findings) implements Outcome {
        public Different {
            findings = List.copyOf(findings);
        }
    }

    /** It is known not to be the same, and why. */
    record Listed(Limitation limitation) implements Outcome {}

    /** It cannot be tried on this machine. */
    record Skipped(String why) implements Outcome {}
}
