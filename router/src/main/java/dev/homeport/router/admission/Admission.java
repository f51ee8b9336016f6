package dev.homeport.router.admission;

import dev.homeport.topology.ProjectId;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets clients in as long as there is a place for them, and counts them. A connection has one
 * {@link Permit} from its beginning, and another from its login on. Never blocks. Thread-safe.
 */
public final class Admission {
    private static final String ALL = "all";
    private static final Set<LimitKind> PLACES =
            EnumSet.of(LimitKind.CONNECTIONS, LimitKind.ADDRESS, LimitKind.PROJECT, LimitKind.USER);

    private final AdmissionLimits limits;
    private final Map<LimitKind, Places> places = new EnumMap<>(LimitKind.class);
    private final Rates connects;
    private final Rates logins;

    /** What came of asking. */
    public sealed interface Decision {
        /** There is a place, until it is given back. */
        record Admitted(Permit permit) implements Decision {}

        /**
         * There is none.
         *
         * @param isRate whether it is only too fast
         * @param reason for the client
         */
        record Refused(boolean isRate, String reason) implements Decision {}
    }

    /** A place that is taken. Of one thread at a time. */
    public static final class Permit {
        private Runnable giveBack;

        private Permit(Runnable giveBack) {
            this.giveBack = giveBack;
        }

        /** Gives it back. Idempotent. */
        public void release() {
            Runnable once = giveBack;
            giveBack = () -> {};
            once.run();
        }
    }

    /**
     * @param nanos a clock that never goes back, such as {@link System#nanoTime}
     */
    public Admission(AdmissionLimits limits, MeterRegistry registry, LongSupplier nanos) {
        this.limits = limits;
        for (LimitKind kind : PLACES) {
            OptionalInt most = limitOf(kind);
            var meter = new NearMeter(kind, most.orElse(0), registry, nanos);
            var counted = new Places(most, meter);
            meter.show(counted::near);
            places.put(kind, counted);
        }
        this.connects = rates(LimitKind.CONNECTS_OF_ADDRESS, registry, nanos);
        this.logins = rates(LimitKind.LOGINS_OF_PROJECT, registry, nanos);
    }

    private Rates rates(LimitKind kind, MeterRegistry registry, LongSupplier nanos) {
        OptionalInt perSecond = limitOf(kind);
        var meter = new NearMeter(kind, perSecond.orElse(0), registry, nanos);
        var rates = new Rates(perSecond, nanos, meter);
        meter.show(rates::near);
        return rates;
    }

    private OptionalInt limitOf(LimitKind kind) {
        return switch (kind) {
            case CONNECTIONS -> OptionalInt.of(limits.connections());
            case ADDRESS -> limits.perAddress();
            case PROJECT -> limits.perProject();
            case USER -> limits.perUser();
            case CONNECTS_OF_ADDRESS -> limits.connectsPerAddress();
            case LOGINS_OF_PROJECT -> limits.loginsPerProject();
            case PLACEMENTS, PLACEMENTS_OF_ADDRESS, PLACEMENTS_OF_USER ->
                    throw new IllegalArgumentException(kind + " is no limit of connections");
        };
    }

    /** How many are near each limit, where somebody is. */
    public Map<LimitKind, Integer> near() {
        Map<LimitKind, Integer> near = new EnumMap<>(LimitKind.class);
        places.forEach((kind, counted) -> near.put(kind, counted.near()));
        near.put(LimitKind.CONNECTS_OF_ADDRESS, connects.near());
        near.put(LimitKind.LOGINS_OF_PROJECT, logins.near());
        near.values().removeIf(count -> count == 0);
        return near;
    }

    /** A client has connected from there. */
    public Decision connected(SocketAddress from) {
        String address = text(from);
        if (!connects.take(address)) {
            return new Decision.Refused(
                    true,
                    "%s opens more than %d a second"
                            .formatted(address, limits.connectsPerAddress().orElse(0)));
        }
        Places all = places.get(LimitKind.CONNECTIONS);
        if (!all.take(ALL)) {
            return new Decision.Refused(false, "this router is full");
        }
        Places ofAddress = places.get(LimitKind.ADDRESS);
        if (!ofAddress.take(address)) {
            all.giveBack(ALL);
            return new Decision.Refused(
                    false, "%s has %d already".formatted(address, limits.perAddress().orElse(0)));
        }
        return new Decision.Admitted(
                new Permit(
                        () -> {
                            all.giveBack(ALL);
                            ofAddress.giveBack(address);
                        }));
    }

    /**
     * A client wants to log in.
     *
     * @param user as it is sent on to the instance
     */
    public Decision login(ProjectId project, String user) {
        if (!logins.take(project.value())) {
            return new Decision.Refused(
                    true,
                    "the project opens more than %d a second"
                            .formatted(limits.loginsPerProject().orElse(0)));
        }
        Places ofProject = places.get(LimitKind.PROJECT);
        if (!ofProject.take(project.value())) {
            return new Decision.Refused(
                    false, "the project has %d already".formatted(limits.perProject().orElse(0)));
        }
        Places ofUser = places.get(LimitKind.USER);
        if (!ofUser.take(user)) {
            ofProject.giveBack(project.value());
            return new Decision.Refused(
                    false, "the user has %d already".formatted(limits.perUser().orElse(0)));
        }
        return new Decision.Admitted(
                new Permit(
                        () -> {
                            ofProject.giveBack(project.value());
                            ofUser.giveBack(user);
                        }));
    }

    static String text(SocketAddress from) {
        if (from instanceof InetSocketAddress internet) {
            InetAddress address = internet.getAddress();
            return address == null ? internet.getHostString() : address.getHostAddress();
        }
        return String.valueOf(from);
    }
}
