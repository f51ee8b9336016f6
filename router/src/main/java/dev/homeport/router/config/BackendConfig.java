package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code backend}: how the router deals with the instances.
 *
 * @param connectTimeout for one TCP connect to an instance; not longer than {@code loginTimeout}
 * @param loginTimeout from the connect to the instance's answer to the login
 * @param tcpUserTimeout after which the kernel gives up a connection whose peer acknowledges
 *     nothing; a dead host is noticed after this time also in the middle of a long query
 */
public record BackendConfig(
        Duration connectTimeout,
        Duration loginTimeout,
        Duration tcpUserTimeout,
        BreakerConfig breaker) {
    public static final BackendConfig DEFAULT =
            new BackendConfig(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    BreakerConfig.DEFAULT);

    public BackendConfig {
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(loginTimeout, "loginTimeout");
        requireNonNull(tcpUserTimeout, "tcpUserTimeout");
        requireNonNull(breaker, "breaker");
    }

    static Optional<BackendConfig> read(Fields fields) {
        Duration connect = Section.positive(fields, "connectTimeout", DEFAULT.connectTimeout);
        Duration login = Section.positive(fields, "loginTimeout", DEFAULT.loginTimeout);
        Duration tcpUser = Section.positive(fields, "tcpUserTimeout", DEFAULT.tcpUserTimeout);
        Optional<BreakerConfig> breaker =
                Section.orDefault(fields, "breaker", DEFAULT.breaker, BreakerConfig::read);
        fields.problems()
                .require(
                        connect.compareTo(login) <= 0,
                        fields.pathOf("connectTimeout"),
                        "must not be longer than loginTimeout, which includes it; was %s and %s"
                                .formatted(Section.text(connect), Section.text(login)));
        return fields.build(
                () -> new BackendConfig(connect, login, tcpUser, breaker.orElseThrow()));
    }
}
