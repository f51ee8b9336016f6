package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code backend.breaker}: when the router stops trying an instance that does not answer.
 *
 * @param failures failed connects in a row that open the breaker, 1 to 1000
 * @param openFor how long logins are refused at once before one of them may try again
 */
public record BreakerConfig(int failures, Duration openFor) {
    public static final BreakerConfig DEFAULT = new BreakerConfig(3, Duration.ofSeconds(1));

    public BreakerConfig {
        requireNonNull(openFor, "openFor");
    }

    static Optional<BreakerConfig> read(Fields fields) {
        int failures = fields.integer("failures", DEFAULT.failures, 1, 1000);
        Duration openFor = Section.positive(fields, "openFor", DEFAULT.openFor);
        return fields.build(() -> new BreakerConfig(failures, openFor));
    }
}
