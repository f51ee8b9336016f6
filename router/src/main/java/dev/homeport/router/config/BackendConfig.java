package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code backend}: how the router deals with the instances.
 *
 * @param connectTimeout for one TCP connect to an instance; not longer than {@code loginTimeout}
 * @param loginTimeout from the connect to the instance's answer to the login
 * @param tcpUserTimeout after which the kernel gives up a connection whose peer acknowledges
 *     nothing; a dead host is noticed after this time also in the middle of a long query
 * @param rsaKey PEM file with an RSA key, under which clients seal passwords where their own
 *     connection is not encrypted and the instance's is; without it the router makes one at start
 * @param allowClearPasswords auth plugins that take passwords in clear may be used although a
 *     connection is not encrypted
 */
public record BackendConfig(
        Duration connectTimeout,
        Duration loginTimeout,
        Duration tcpUserTimeout,
        BreakerConfig breaker,
        TlsFiles tls,
        Optional<Path> rsaKey,
        boolean allowClearPasswords) {
    public static final BackendConfig DEFAULT =
            new BackendConfig(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    BreakerConfig.DEFAULT,
                    TlsFiles.NONE,
                    Optional.empty(),
                    false);

    public BackendConfig {
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(loginTimeout, "loginTimeout");
        requireNonNull(tcpUserTimeout, "tcpUserTimeout");
        requireNonNull(breaker, "breaker");
        requireNonNull(tls, "tls");
        requireNonNull(rsaKey, "rsaKey");
    }

    static Optional<BackendConfig> read(Fields fields) {
        Duration connect = Section.positive(fields, "connectTimeout", DEFAULT.connectTimeout);
        Duration login = Section.positive(fields, "loginTimeout", DEFAULT.loginTimeout);
        Duration tcpUser = Section.positive(fields, "tcpUserTimeout", DEFAULT.tcpUserTimeout);
        Optional<BreakerConfig> breaker =
                Section.orDefault(fields, "breaker", DEFAULT.breaker, BreakerConfig::read);
        Optional<TlsFiles> tls = Section.orDefault(fields, "tls", DEFAULT.tls, TlsFiles::read);
        Optional<Path> rsaKey = fields.optional("rsaKey", Path::of);
        boolean allowClear = fields.bool("allowClearPasswords", DEFAULT.allowClearPasswords);
        fields.problems()
                .require(
                        connect.compareTo(login) <= 0,
                        fields.pathOf("connectTimeout"),
                        "must not be longer than loginTimeout, which includes it; was %s and %s"
                                .formatted(Section.text(connect), Section.text(login)));
        return fields.build(
                () ->
                        new BackendConfig(
                                connect,
                                login,
                                tcpUser,
                                breaker.orElseThrow(),
                                tls.orElseThrow(),
                                rsaKey,
                                allowClear));
    }
}
