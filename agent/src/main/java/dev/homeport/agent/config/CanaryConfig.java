package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.TlsMode;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tiny project of the cluster that is written and read through a router: section {@code
 * watch.canary}.
 *
 * @param host of the router
 * @param port of the router, 1 to 65535
 * @param user as the router wants it, such as {@code app+canary-c1}
 * @param schema that holds the table {@code homeport_canary}
 * @param tls of the connection to the router; never {@link TlsMode#FOLLOW}
 * @param interval from one look to the next, 1s to 10m
 */
public record CanaryConfig(
        String host,
        int port,
        String user,
        Secret password,
        String schema,
        TlsMode tls,
        Duration interval) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

    public static final TlsMode DEFAULT_TLS = TlsMode.PREFERRED;

    private static final Pattern ADDRESS =
            Pattern.compile("(?<host>[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):(?<port>\\d{1,5})");
    private static final Pattern SCHEMA = Pattern.compile("[A-Za-z0-9_.$-]{1,64}");

    public CanaryConfig {
        requireNonNull(host, "host");
        requireNonNull(user, "user");
        requireNonNull(password, "password");
        requireNonNull(schema, "schema");
        requireNonNull(tls, "tls");
        requireNonNull(interval, "interval");
    }

    static Optional<CanaryConfig> read(Fields fields) {
        Matcher address = ADDRESS.matcher(fields.string("address"));
        boolean isAddress = address.matches() && port(address) >= 1 && port(address) <= 65535;
        fields.problems()
                .require(
                        isAddress || !fields.has("address"),
                        fields.pathOf("address"),
                        "must be host:port");
        String user = fields.string("user");
        String schema = fields.string("schema");
        fields.problems()
                .require(
                        SCHEMA.matcher(schema).matches() || !fields.has("schema"),
                        fields.pathOf("schema"),
                        "must be 1 to 64 letters, digits, _ . $ or -");
        Optional<Secret> password = Secrets.read(fields, "passwordFile");
        TlsMode tls = fields.optionalWord("tls", TlsMode.class).orElse(DEFAULT_TLS);
        fields.problems()
                .require(
                        tls != TlsMode.FOLLOW,
                        fields.pathOf("tls"),
                        "must not be follow: there is no other connection to follow");
        Duration interval =
                fields.duration(
                        "interval",
                        DEFAULT_INTERVAL,
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10));
        return fields.build(
                () ->
                        new CanaryConfig(
                                address.group("host"),
                                port(address),
                                user,
                                password.orElseThrow(),
                                schema,
                                tls,
                                interval));
    }

    private static int port(Matcher address) {
        return Integer.parseInt(address.group("port"));
    }
}
