package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.fields.Fields;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One entry of {@code listeners}: a port that applications connect to, and how the router greets
 * there.
 *
 * @param name for logs, metrics and {@code homeport route}
 * @param port 0 to 65535; 0 takes a free one
 * @param serverVersion of the greeting; drivers tell the families apart by it
 * @param family whose protocol the router greets with; only clusters of this family are reached
 * @param collation id of the greeting, 1 to 255: PHP takes it for the connection where the
 *     application names none, so it must be what the fleet uses
 * @param project the project that connections of this port belong to, by route key {@code listener}
 */
public record ListenerConfig(
        String name,
        InetAddress bind,
        int port,
        String serverVersion,
        Family family,
        int collation,
        Optional<ProjectId> project) {
    public static final int DEFAULT_PORT = 7306;
    public static final int DEFAULT_COLLATION = 45;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+[!-~]{0,48}");

    public ListenerConfig {
        requireNonNull(name, "name");
        requireNonNull(bind, "bind");
        requireNonNull(serverVersion, "serverVersion");
        requireNonNull(family, "family");
        requireNonNull(project, "project");
    }

    static Optional<ListenerConfig> read(Fields fields) {
        String name = fields.string("name", "main");
        InetAddress bind = Section.address(fields, "bind");
        int port = fields.integer("port", DEFAULT_PORT, 0, 65535);
        Family family = fields.optionalWord("family", Family.class).orElse(Family.MARIADB);
        String version = fields.string("serverVersion", defaultVersion(family));
        int collation = fields.integer("collation", DEFAULT_COLLATION, 1, 255);
        Optional<ProjectId> project = fields.optional("project", ProjectId::new);
        requireForms(fields, name, version, family);
        return fields.build(
                () -> new ListenerConfig(name, bind, port, version, family, collation, project));
    }

    private static void requireForms(Fields fields, String name, String version, Family family) {
        fields.problems()
                .require(
                        NAME.matcher(name).matches(),
                        fields.pathOf("name"),
                        "must match " + NAME.pattern());
        fields.problems()
                .require(
                        VERSION.matcher(version).matches(),
                        fields.pathOf("serverVersion"),
                        "must be a version such as \"" + defaultVersion(family) + "\"");
        fields.problems()
                .require(
                        version.contains("MariaDB") == (family == Family.MARIADB),
                        fields.pathOf("serverVersion"),
                        "must contain \"MariaDB\" if and only if family is mariadb: drivers go by"
                                + " it");
    }

    private static String defaultVersion(Family family) {
        return switch (family) {
            case MARIADB -> "5.5.5-10.11.0-MariaDB-homeport";
            case MYSQL -> "8.0.36-homeport";
        };
    }
}
