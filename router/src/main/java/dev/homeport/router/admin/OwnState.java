package dev.homeport.router.admin;

import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.session.Outage;
import dev.homeport.router.tls.CertificateState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a router knows of itself that may be a problem.
 *
 * @param nearLimits how many are near each limit, where somebody is
 * @param staleFiles files of the admin interface that are not in use as they are now, and since
 *     when that is known
 * @param outages addresses of instances that it could not connect to lately
 * @param certificates by what shows them, such as {@code listener main}
 * @param unread why it cannot read what other daemons report, if it cannot
 */
record OwnState(
        Map<LimitKind, Integer> nearLimits,
        Map<String, Instant> staleFiles,
        Map<String, Outage> outages,
        Map<String, CertificateState> certificates,
        Optional<String> unread) {
    /** One without a problem. */
    static final OwnState SOUND =
            new OwnState(Map.of(), Map.of(), Map.of(), Map.of(), Optional.empty());

    OwnState {
        nearLimits = Map.copyOf(nearLimits);
        staleFiles = Map.copyOf(staleFiles);
        outages = Map.copyOf(outages);
        certificates = Map.copyOf(certificates);
    }
}
