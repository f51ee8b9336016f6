package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The account that looks after the quarantine: section {@code quarantine}.
 *
 * @param user the same that routers guard with; see docs/guard.md for its rights
 * @param timeout for connecting and for each answer, 1s to 10m: dropping a large table takes a
 *     while
 * @param disks where the data of instances are that run on this machine, by instance
 */
public record QuarantineConfig(
        String user, Secret password, Duration timeout, Map<InstanceId, Path> disks) {
    public static final String DEFAULT_USER = "homeport_guard";
    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    public QuarantineConfig {
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        requireNonNull(timeout, "timeout");
        disks = Map.copyOf(disks);
    }

    /** Who logs in to the instances. */
    public AccountSource.Account account() {
        return new AccountSource.Account(user, password, timeout, timeout);
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    static Optional<QuarantineConfig> read(Fields fields) {
        String user = fields.string("user", DEFAULT_USER);
        fields.problems().require(!user.isBlank(), fields.pathOf("user"), "must not be empty");
        Optional<Secret> password = Secrets.read(fields, "passwordFile");
        Duration timeout = fields.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        Map<InstanceId, Path> disks = new HashMap<>();
        fields.stringMap("disks")
                .forEach(
                        (instance, path) -> {
                            String field = fields.pathOf("disks") + "." + instance;
                            fields.problems()
                                    .require(
                                            path.startsWith("/"),
                                            field,
                                            "must be an absolute path");
                            try {
                                disks.put(new InstanceId(instance), Path.of(path));
                            } catch (IllegalArgumentException e) {
                                fields.problems().add(field, e.getMessage());
                            }
                        });
        return fields.build(
                () -> new QuarantineConfig(user, password.orElseThrow(), timeout, disks));
    }
}
