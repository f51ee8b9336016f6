package dev.homeport.router.admission;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Keeps logins from filling the fleet with projects. Asked only of clients that an instance has
 * accepted, so nobody without an account can use the limits up. Never blocks. Thread-safe.
 */
public final class OnDemandAdmission {
    private static final String ALL = "all";

    private final OnDemandLimits limits;
    private final Rates ofRouter;
    private final Rates ofAddress;
    private final Rates ofUser;

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public OnDemandAdmission(OnDemandLimits limits, MeterRegistry registry, LongSupplier nanos) {
        this.limits = limits;
        var router = new NearMeter(LimitKind.PLACEMENTS, limits.perSecond(), registry, nanos);
        this.ofRouter = Rates.perSecond(limits.perSecond(), nanos, router);
        router.show(ofRouter::near);
        int perAddress = limits.perAddressPerMinute();
        var address = new NearMeter(LimitKind.PLACEMENTS_OF_ADDRESS, perAddress, registry, nanos);
        this.ofAddress = Rates.perMinute(perAddress, nanos, address);
        address.show(ofAddress::near);
        int perUser = limits.perUserPerMinute();
        var user = new NearMeter(LimitKind.PLACEMENTS_OF_USER, perUser, registry, nanos);
        this.ofUser = Rates.perMinute(perUser, nanos, user);
        user.show(ofUser::near);
    }

    /** How many are near each limit, where somebody is. */
    public Map<LimitKind, Integer> near() {
        Map<LimitKind, Integer> near = new EnumMap<>(LimitKind.class);
        near.put(LimitKind.PLACEMENTS, ofRouter.near());
        near.put(LimitKind.PLACEMENTS_OF_ADDRESS, ofAddress.near());
        near.put(LimitKind.PLACEMENTS_OF_USER, ofUser.near());
        near.values().removeIf(count -> count == 0);
        return near;
    }

    /**
     * Takes one of each, or none at all: who is refused for one reason has the rest left. The
     * narrowest is told first.
     *
     * @return empty if another project may be placed; else why not, for the client
     */
    public synchronized Optional<String> refusal(SocketAddress from, String user) {
        String address = Admission.text(from);
        if (!ofAddress.has(address)) {
            return Optional.of(
                    "%s places more than %d new projects a minute"
                            .formatted(address, limits.perAddressPerMinute()));
        }
        if (!ofUser.has(user)) {
            return Optional.of(
                    "the user places more than %d new projects a minute"
                            .formatted(limits.perUserPerMinute()));
        }
        if (!ofRouter.has(ALL)) {
            return Optional.of(
                    "this router places at most %d new projects a second"
                            .formatted(limits.perSecond()));
        }
        ofAddress.take(address);
        ofUser.take(user);
        ofRouter.take(ALL);
        return Optional.empty();
    }
}
