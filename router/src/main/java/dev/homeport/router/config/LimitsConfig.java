package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code limits}: what keeps clients from using the router up.
 *
 * @param maxConnections client connections at one time over all listeners, 1 to 1000000; one more
 *     is refused with 1040
 * @param handshakeTimeout from a client's connect to its complete HandshakeResponse41
 */
public record LimitsConfig(int maxConnections, Duration handshakeTimeout) {
    public static final LimitsConfig DEFAULT = new LimitsConfig(20_000, Duration.ofSeconds(10));

    public LimitsConfig {
        requireNonNull(handshakeTimeout, "handshakeTimeout");
    }

    static Optional<LimitsConfig> read(Fields fields) {
        int maxConnections = fields.integer("maxConnections", DEFAULT.maxConnections, 1, 1_000_000);
        Duration handshakeTimeout =
                Section.positive(fields, "handshakeTimeout", DEFAULT.handshakeTimeout);
        return fields.build(() -> new LimitsConfig(maxConnections, handshakeTimeout));
    }
}
