package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Section {@code provisioning}: the account that makes the schemas of new projects on their home
 * cluster. Without the section this router places no projects.
 *
 * @param passwordFile readable by its owner only; its content, without the line end, is the
 *     password
 * @param connectTimeout for one connect to a primary
 * @param statementTimeout for one statement of the policy's provision SQL
 */
public record ProvisioningConfig(
        String user, Path passwordFile, Duration connectTimeout, Duration statementTimeout) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

    public ProvisioningConfig {
        requireNonNull(user, "user");
        requireNonNull(passwordFile, "passwordFile");
        requireNonNull(connectTimeout, "connectTimeout");
        requireNonNull(statementTimeout, "statementTimeout");
    }

    static Optional<ProvisioningConfig> read(Fields fields) {
        String user = Section.filled(fields, "user");
        Optional<Path> passwordFile = fields.required("passwordFile", Path::of);
        Duration connect = Section.positive(fields, "connectTimeout", DEFAULT_CONNECT_TIMEOUT);
        Duration statement =
                Section.positive(fields, "statementTimeout", DEFAULT_STATEMENT_TIMEOUT);
        return fields.build(
                () -> new ProvisioningConfig(user, passwordFile.orElseThrow(), connect, statement));
    }
}
