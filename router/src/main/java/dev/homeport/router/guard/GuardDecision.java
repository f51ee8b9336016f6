package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** What becomes of a statement that can destroy data. */
public sealed interface GuardDecision {
    /** Why, for programs. */
    Ruling ruling();

    /** For records: why, where it is not just the rule. */
    String note();

    /**
     * It passes as it is.
     *
     * @param ruling neither kept nor refused
     */
    record Pass(Ruling ruling, String note) implements GuardDecision {
        public Pass {
            requireNonNull(ruling, "ruling");
            requireNonNull(note, "note");
        }
    }

    /**
     * It passes, and what it destroys is kept.
     *
     * @param keep how long at least
     */
    record Keep(Duration keep, String note) implements GuardDecision {
        public Keep {
            requireNonNull(keep, "keep");
            requireNonNull(note, "note");
        }

        @Override
        public Ruling ruling() {
            return Ruling.KEPT;
        }
    }

    /**
     * It passes by rule. What it destroys is kept for a moment all the same, where that can be:
     * only what follows says whether it was a mistake.
     *
     * @param keep how long
     */
    record Hold(Duration keep, String note) implements GuardDecision {
        public Hold {
            requireNonNull(keep, "keep");
            requireNonNull(note, "note");
        }

        @Override
        public Ruling ruling() {
            return Ruling.ALLOWED;
        }
    }

    /**
     * It does not pass.
     *
     * @param reason for the client
     */
    record Refuse(String reason, String note) implements GuardDecision {
        public Refuse {
            requireNonNull(note, "note");
            requireNonNull(reason, "reason");
        }

        @Override
        public Ruling ruling() {
            return Ruling.REFUSED;
        }
    }
}
