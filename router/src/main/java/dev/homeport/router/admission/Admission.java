package dev.homeport.router.admission;

import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in as long as there is a place for them, and counts them. A connection has one
 * {@link Permit} from its beginning, and another from its login on. Never blocks. Thread-safe.
 */
public final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final String ALL = "all";

    /** So long each kind of limit is not spoken of again; the counter has all of it. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

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
        this.connects = new Rates(limits.connectsPerAddress(), nanos);
        this.logins = new Rates(limits.loginsPerProject(), nanos);
        for (LimitKind kind : LimitKind.values()) {
            String word = Words.of(kind);
            Counter reached =
                    Counter.builder("router.limits.near.reached")
                            .description("how often somebody came to 80 % of a limit")
                            .tag("limit", word)
                            .register(registry);
            OptionalInt most = limitOf(kind);
            var quietUntil = new AtomicLong(nanos.getAsLong());
            Places counted =
                    new Places(
                            most,
                            key -> {
                                reached.increment();
                                // Who stays about there comes to it again and again.
                                long now = nanos.getAsLong();
                                long until = quietUntil.get();
                                if (now - until >= 0
                                        && quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
                                    tellNear(kind, key, most.orElse(0));
                                }
                            });
            places.put(kind, counted);
            Gauge.builder("router.limits.near", counted, Places::near)
                    .description("who is at 80 % of a limit or above, how many")
                    .tag("limit", word)
                    .register(registry);
        }
    }

    private OptionalInt limitOf(LimitKind kind) {
        return switch (kind) {
            case CONNECTIONS -> OptionalInt.of(limits.connections());
            case ADDRESS -> limits.perAddress();
            case PROJECT -> limits.perProject();
            case USER -> limits.perUser();
        };
    }

    private static void tellNear(LimitKind kind, String key, int most) {
        log.atWarn()
                .addKeyValue("limit", Words.of(kind))
                .addKeyValue("of", key)
                .addKeyValue("most", most)
                .log("80 % of a limit of connections are taken");
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
