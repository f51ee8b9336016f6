package dev.homeport.router.config;

import dev.homeport.topology.fields.Fields;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** What the sections of the file share. */
final class Section {
    /** 127.0.0.1, without a host name. */
    static final InetAddress LOOPBACK = NetUtil.createInetAddressFromIpAddressString("127.0.0.1");

    private Section() {}

    /** An optional section: the defaults where it is absent, empty where it has problems. */
    static <T> Optional<T> orDefault(
            Fields fields, String name, T absent, Function<Fields, Optional<T>> read) {
        return fields.object(name).map(read).orElse(Optional.of(absent));
    }

    /** A duration longer than nothing and not longer than a day. */
    static Duration positive(Fields fields, String name, Duration absent) {
        Optional<Duration> given = fields.optionalDuration(name);
        Duration value = given.orElse(absent);
        fields.problems()
                .require(
                        value.isPositive() && value.compareTo(Duration.ofDays(1)) <= 0,
                        fields.pathOf(name),
                        "must be longer than 0s and at most 1d");
        return value;
    }

    /** A required text that is not blank. */
    static String filled(Fields fields, String name) {
        String text = fields.string(name);
        fields.problems()
                .require(
                        !fields.has(name) || !text.isBlank(),
                        fields.pathOf(name),
                        "must not be empty");
        return text;
    }

    /**
     * An address to listen on; 127.0.0.1 where it is absent. Names are not resolved, so that
     * whether it is a loopback address does not depend on a resolver.
     */
    static InetAddress address(Fields fields, String name) {
        String text = fields.string(name, LOOPBACK.getHostAddress());
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
        if (address == null) {
            fields.problems()
                    .add(
                            fields.pathOf(name),
                            "must be an IP address such as 127.0.0.1, 0.0.0.0 or ::, was \""
                                    + text
                                    + "\"");
            return LOOPBACK;
        }
        return address;
    }

    /** A duration as the file spells it. */
    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + "s"
                : duration.toMillis() + "ms";
    }
}
