package dev.homeport.router.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that a person who looks at the fleet should know first.
 *
 * @param subject what it is about, such as {@code cluster c1}
 * @param what is the matter
 * @param affects whom, and how
 * @param advice what to do
 */
record FleetProblem(
        Severity severity,
        String subject,
        String what,
        Optional<Instant> since,
        String affects,
        String advice) {
    /** From the worst to the mildest. */
    enum Severity {
        /** Projects are refused, or would be, without anybody having wanted it. */
        CRITICAL,
        /** Nobody is refused now, but something that protects is missing. */
        WARNING,
        /** An operator wanted it so, or it is good to know and no more. */
        NOTICE
    }
}
