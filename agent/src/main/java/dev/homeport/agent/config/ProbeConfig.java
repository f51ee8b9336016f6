package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * How instances are asked: section {@code probe}.
 *
 * @param user the agent's own account on every instance; see docs/configure.md for its rights
 * @param interval from one probe of an instance to the next, 100ms to 1m
 * @param timeout for connecting and for each answer, 500ms to 1m
 * @param failures probes in a row that fail before an instance counts as silent, or a replication
 *     thread as stopped; 1 to 100
 * @param lagLimit replicas that are further behind are lagging, until they are below half of it; 1s
 *     to 24h
 */
public record ProbeConfig(
        String user,
        Secret password,
        Duration interval,
        Duration timeout,
        int failures,
        Duration lagLimit) {
    public static final String DEFAULT_USER = "homeport_agent";
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_FAILURES = 3;
    public static final Duration DEFAULT_LAG_LIMIT = Duration.ofSeconds(10);

    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(500);
    private static final Duration MIN_LAG_LIMIT = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);

    public ProbeConfig {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
        requireNonNull(lagLimit, "lagLimit");
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    static Optional<ProbeConfig> read(Fields fields) {
        String user = fields.string("user", DEFAULT_USER);
        fields.problems().require(!user.isBlank(), fields.pathOf("user"), "must not be empty");
        Optional<Secret> password = Secrets.read(fields, "passwordFile");
        Duration interval = fields.duration("interval", DEFAULT_INTERVAL, MIN_INTERVAL, MINUTE);
        Duration timeout = fields.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MINUTE);
        int failures = fields.integer("failures", DEFAULT_FAILURES, 1, 100);
        Duration lagLimit = fields.duration("lagLimit", DEFAULT_LAG_LIMIT, MIN_LAG_LIMIT, DAY);
        return fields.build(
                () ->
                        new ProbeConfig(
                                user,
                                password.orElseThrow(),
                                interval,
                                timeout,
                                failures,
                                lagLimit));
    }
}
