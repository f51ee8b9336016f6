package dev.homeport.router.admin;

import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;

/**
 * The body of a request that changes an intent.
 *
 * @param retryAfter when clients may try again
 * @param deadline how long transactions may go on; zero with {@code now}
 */
record IntentRequest(String reason, Optional<Duration> retryAfter, Optional<Duration> deadline) {
    static Optional<IntentRequest> read(IntentVerb verb, Fields fields) {
        String reason = Reasons.read(fields);
        if (!verb.endsSessions()) {
            return fields.build(
                    () -> new IntentRequest(reason, Optional.empty(), Optional.empty()));
        }
        Optional<Duration> retryAfter = fields.optionalSeconds("retryAfter");
        Optional<Duration> deadline = fields.optionalSeconds("deadline");
        boolean isNow = fields.bool("now", false);
        fields.problems()
                .require(
                        !isNow || deadline.isEmpty(),
                        fields.pathOf("now"),
                        "stands for a deadline of 0, so it excludes deadline");
        return fields.build(
                () ->
                        new IntentRequest(
                                reason, retryAfter, isNow ? Optional.of(Duration.ZERO) : deadline));
    }
}
