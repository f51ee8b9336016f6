package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.time.Duration;
import java.util.Optional;

/**
 * The account that looks after the quarantine: section {@code quarantine}.
 *
 * @param user the same that routers guard with; see docs/guard.md for its rights
 * @param timeout for connecting and for each answer, 1s to 10m: dropping a large table takes a
 *     while
 */
public record QuarantineConfig(String user, Secret password, Duration timeout) {
    public static final String DEFAULT_USER = "homeport_guard";
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    public QuarantineConfig {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        requireNonNull(timeout, "timeout");
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    static Optional<QuarantineConfig> read(Fields fields) {
        String user = fields.string("user", DEFAULT_USER);
        fields.problems().require(!user.isBlank(), fields.pathOf("user"), "must not be empty");
        Optional<Secret> password = Secrets.read(fields, "passwordFile");
        Duration timeout = fields.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        return fields.build(() -> new QuarantineConfig(user, password.orElseThrow(), timeout));
    }
}
