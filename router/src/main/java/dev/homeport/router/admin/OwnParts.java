package dev.homeport.router.admin;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.admission.LimitKind;
import dev.homeport.router.session.Outage;
import dev.homeport.router.tls.CertificateState;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a router can tell of itself, for its status. Asked for each answer, on any thread.
 *
 * @param nearLimits how many are near each limit of this router, where somebody is
 * @param outages addresses of instances that it could not connect to lately
 * @param certificates by what shows them, such as {@code listener main}
 */
public record OwnParts(
        Supplier<Map<LimitKind, Integer>> nearLimits,
        Supplier<Map<String, Outage>> outages,
        Supplier<Map<String, CertificateState>> certificates) {
    /** Of one that has no limits, connects to nobody, and speaks no TLS. */
    public static final OwnParts NONE = new OwnParts(Map::of, Map::of, Map::of);

    public OwnParts {
        requireNonNull(nearLimits, "nearLimits");
        requireNonNull(outages, "outages");
        requireNonNull(certificates, "certificates");
    }
}
