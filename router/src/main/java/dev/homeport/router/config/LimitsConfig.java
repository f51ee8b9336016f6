package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.router.admission.AdmissionLimits;
import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Section {@code limits}: what keeps clients from using the router up.
 *
 * @param admission how many clients may connect, at a time and in a second
 * @param handshakeTimeout from a client's connect to its complete HandshakeResponse41
 * @param idleTimeout a session in which nothing runs for so long is closed; empty leaves that to
 *     the instances and their {@code wait_timeout}
 * @param interactiveTimeout the same for clients that say that a person sits there; empty is as
 *     {@code idleTimeout}
 * @param idleTransactionTimeout the same while a transaction is open; empty is as for all others
 * @param maxPacketBytes a command with all its packets, or one piece of a local file, may be so
 *     long; empty leaves that to the instances and their {@code max_allowed_packet}
 */
public record LimitsConfig(
        AdmissionLimits admission,
        Duration handshakeTimeout,
        Optional<Duration> idleTimeout,
        Optional<Duration> interactiveTimeout,
        Optional<Duration> idleTransactionTimeout,
        OptionalLong maxPacketBytes) {
    public static final LimitsConfig DEFAULT =
            new LimitsConfig(
                    AdmissionLimits.of(20_000),
                    Duration.ofSeconds(10),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty());

    private static final int MOST_CONNECTIONS = 1_000_000;

    /** The range of {@code wait_timeout}. */
    private static final Duration LONGEST_IDLE = Duration.ofDays(365);

    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

    /** The range of {@code max_allowed_packet}. */
    private static final long LEAST_PACKET_BYTES = 1024;

    private static final long MOST_PACKET_BYTES = 1024 * 1024 * 1024;

    public LimitsConfig {
        requireNonNull(admission, "admission");
        requireNonNull(handshakeTimeout, "handshakeTimeout");
        requireNonNull(idleTimeout, "idleTimeout");
        requireNonNull(interactiveTimeout, "interactiveTimeout");
        requireNonNull(idleTransactionTimeout, "idleTransactionTimeout");
        requireNonNull(maxPacketBytes, "maxPacketBytes");
    }

    static Optional<LimitsConfig> read(Fields fields) {
        AdmissionLimits admission = readAdmission(fields);
        Duration handshakeTimeout =
                Section.positive(fields, "handshakeTimeout", DEFAULT.handshakeTimeout);
        Optional<Duration> idle = readIdle(fields, "idleTimeout");
        Optional<Duration> interactive = readIdle(fields, "interactiveTimeout");
        Optional<Duration> inTransaction = readIdle(fields, "idleTransactionTimeout");
        OptionalLong maxPacketBytes = readMaxPacketBytes(fields);
        return fields.build(
                () ->
                        new LimitsConfig(
                                admission,
                                handshakeTimeout,
                                idle,
                                interactive,
                                inTransaction,
                                maxPacketBytes));
    }

    private static AdmissionLimits readAdmission(Fields fields) {
        return new AdmissionLimits(
                fields.integer(
                        "maxConnections", DEFAULT.admission.connections(), 1, MOST_CONNECTIONS),
                optional(fields, "maxConnectionsPerAddress"),
                optional(fields, "maxConnectionsPerProject"),
                optional(fields, "maxConnectionsPerUser"),
                optional(fields, "connectsPerSecondPerAddress"),
                optional(fields, "loginsPerSecondPerProject"));
    }

    private static OptionalInt optional(Fields fields, String name) {
        OptionalLong value = fields.optionalLong(name, 1, MOST_CONNECTIONS);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    private static Optional<Duration> readIdle(Fields fields, String name) {
        return fields.has(name)
                ? Optional.of(fields.duration(name, SHORTEST_IDLE, SHORTEST_IDLE, LONGEST_IDLE))
                : Optional.empty();
    }

    /** Of this section, and of a listener that has a limit of its own. */
    static OptionalLong readMaxPacketBytes(Fields fields) {
        return fields.optionalLong("maxPacketBytes", LEAST_PACKET_BYTES, MOST_PACKET_BYTES);
    }
}
