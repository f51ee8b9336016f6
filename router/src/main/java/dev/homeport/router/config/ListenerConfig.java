package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
 * @param tls empty where clients are not offered any
 * @param compression what clients are offered, beside none
 * @param proxyProtocol empty where no load balancer says who the client is
 * @param project the project that connections of this port belong to, by route key {@code listener}
 * @param maxPacketBytes in place of {@code limits.maxPacketBytes}
 */
public record ListenerConfig(
        String name,
        InetAddress bind,
        int port,
        String serverVersion,
        Family family,
        int collation,
        Optional<ListenerTlsConfig> tls,
        Set<Compression> compression,
        Optional<ProxyProtocolConfig> proxyProtocol,
        Optional<ProjectId> project,
        OptionalLong maxPacketBytes) {
    public static final int DEFAULT_PORT = 7306;
    private static final int UTF8MB4_GENERAL_CI = 45;
    private static final int UTF8MB4_0900_AI_CI = 255;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+[!-~]{0,48}");

    public ListenerConfig {
        requireNonNull(name, "name");
        requireNonNull(bind, "bind");
        requireNonNull(serverVersion, "serverVersion");
        requireNonNull(family, "family");
        requireNonNull(tls, "tls");
        compression = Set.copyOf(compression);
        requireNonNull(proxyProtocol, "proxyProtocol");
        requireNonNull(project, "project");
        requireNonNull(maxPacketBytes, "maxPacketBytes");
    }

    static Optional<ListenerConfig> read(Fields fields) {
        String name = fields.string("name", "main");
        InetAddress bind = Section.address(fields, "bind");
        int port = fields.integer("port", DEFAULT_PORT, 0, 65535);
        Family family = fields.optionalWord("family", Family.class).orElse(Family.MARIADB);
        String version = fields.string("serverVersion", defaultVersion(family));
        int collation = fields.integer("collation", defaultCollation(family), 1, 255);
        Optional<ListenerTlsConfig> tls = fields.object("tls").flatMap(ListenerTlsConfig::read);
        List<Compression> compression = fields.list("compression", ListenerConfig::algorithm);
        fields.problems()
                .require(
                        compression.size() == Set.copyOf(compression).size(),
                        fields.pathOf("compression"),
                        "must name each algorithm once");
        Optional<ProxyProtocolConfig> proxyProtocol =
                fields.object("proxyProtocol").flatMap(ProxyProtocolConfig::read);
        Optional<ProjectId> project = fields.optional("project", ProjectId::new);
        OptionalLong maxPacketBytes = LimitsConfig.readMaxPacketBytes(fields);
        requireForms(fields, name, version, family);
        return fields.build(
                () ->
                        new ListenerConfig(
                                name,
                                bind,
                                port,
                                version,
                                family,
                                collation,
                                tls,
                                Set.copyOf(compression),
                                proxyProtocol,
                                project,
                                maxPacketBytes));
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

    private static Compression algorithm(String text) {
        return Words.parse(Compression.class, text)
                .filter(algorithm -> algorithm != Compression.OFF)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "must be zlib or zstd, was \"" + text + "\""));
    }

    /** What servers of the family use that were not told otherwise; MySQL from 8.0 on. */
    private static int defaultCollation(Family family) {
        return switch (family) {
            case MARIADB -> UTF8MB4_GENERAL_CI;
            case MYSQL -> UTF8MB4_0900_AI_CI;
        };
    }

    private static String defaultVersion(Family family) {
        return switch (family) {
            case MARIADB -> "5.5.5-10.11.0-MariaDB-homeport";
            case MYSQL -> "8.0.36-homeport";
        };
    }
}
