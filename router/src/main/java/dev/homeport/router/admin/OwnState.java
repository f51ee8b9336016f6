package dev.homeport.router.admin;

import dev.homeport.router.admission.LimitKind;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a router knows of itself that may be a problem.
 *
 * @param nearLimits how many are near each limit, where somebody is
 * @param staleFiles files of the admin interface that are not in use as they are now, and since
 *     when that is known
 * @param unread why it cannot read what other daemons report, if it cannot
 */
record OwnState(
        Map<LimitKind, Integer> nearLimits,
        Map<String, Instant> staleFiles,
        Optional<String> unread) {
    /** One without a problem. */
    static final OwnState SOUND = new OwnState(Map.of(), Map.of(), Optional.empty());

    OwnState {
        nearLimits = Map.copyOf(nearLimits);
        staleFiles = Map.copyOf(staleFiles);
    }
}
