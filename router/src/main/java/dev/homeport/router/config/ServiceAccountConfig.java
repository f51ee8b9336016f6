package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Sections {@code provisioning} and {@code guard}: an account of the router's own on the instances.
 *
 * @param passwordFile readable by its owner only; its content, without the line end, is the
 *     password
 * @param connectTimeout for one connect to a primary
 * @param statementTimeout for one statement
 */
public record ServiceAccountConfig(
        String user, Path passwordFile, Duration connectTimeout, Duration statementTimeout) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    public ServiceAccountConfig {
        requireNonNull(user, "user");
        requireNonNull(passwordFile, "passwordFile");
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(statementTimeout, "statementTimeout");
    }

    static Optional<ServiceAccountConfig> read(Fields fields) {
        String user = Section.filled(fields, "user");
        Optional<Path> passwordFile = fields.required("passwordFile", Path::of);
        Duration connect = Section.positive(fields, "connectTimeout", DEFAULT_CONNECT_TIMEOUT);
        Duration statement =
                Section.positive(fields, "statementTimeout", DEFAULT_STATEMENT_TIMEOUT);
        return fields.build(
                () ->
                        new ServiceAccountConfig(
                                user, passwordFile.orElseThrow(), connect, statement));
    }
}
