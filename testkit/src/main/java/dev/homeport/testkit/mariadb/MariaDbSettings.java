package dev.homeport.testkit.mariadb;

import static java.util.Objects.requireNonNull;

import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.tls.ServerTls;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a server is started with.
 *
 * @param directory holds the data folder, the options file and the log
 * @param serverId unique among servers that replicate from each other; the port by default
 * @param gtidDomain of its own writes
 * @param root its password is set at every start
 * @param options server options that come on top of the defaults, without dashes; an empty value
 *     stands for an option without one
 * @param pam services that this server sees in place of the machine's
 */
public record MariaDbSettings(
        String name,
        Path directory,
        int port,
        int serverId,
        int gtidDomain,
        Account root,
        Map<String, String> options,
        Optional<PamServices> pam) {
    public MariaDbSettings {
        requireNonNull(name, "name");
        requireNonNull(root, "root");
        requireNonNull(pam, "pam");
        directory = directory.toAbsolutePath();
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** A server on a free port with a random root password. */
    public static MariaDbSettings in(Path directory) {
        int port = FreePorts.next();
        return new MariaDbSettings(
                "mariadbd-" + port,
                directory,
                port,
                port,
                0,
                Account.withRandomPassword("root"),
                Map.of(),
                Optional.empty());
    }

    public MariaDbSettings withName(String newName) {
        return new MariaDbSettings(
                newName, directory, port, serverId, gtidDomain, root, options, pam);
    }

    /** With that port, also as the server id. */
    public MariaDbSettings withPort(int newPort) {
        return new MariaDbSettings(
                name, directory, newPort, newPort, gtidDomain, root, options, pam);
    }

    public MariaDbSettings withServerId(int newServerId) {
        return new MariaDbSettings(
                name, directory, port, newServerId, gtidDomain, root, options, pam);
    }

    public MariaDbSettings withGtidDomain(int newDomain) {
        return new MariaDbSettings(name, directory, port, serverId, newDomain, root, options, pam);
    }

    public MariaDbSettings withRoot(Account newRoot) {
        return new MariaDbSettings(
                name, directory, port, serverId, gtidDomain, newRoot, options, pam);
    }

    /** With one more server option, such as {@code innodb_flush_log_at_trx_commit}. */
    public MariaDbSettings withOption(String option, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new MariaDbSettings(name, directory, port, serverId, gtidDomain, root, more, pam);
    }

    /** With TLS, which is off by default. */
    public MariaDbSettings withTls(ServerTls tls) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.putAll(tls.options());
        return new MariaDbSettings(name, directory, port, serverId, gtidDomain, root, more, pam);
    }

    /** With plugins that are loaded at the start, such as {@code auth_ed25519}. */
    public MariaDbSettings withPlugins(String... libraries) {
        return withOption("plugin_load", String.join(";", libraries));
    }

    /** With PAM services of its own; only where {@link PamServices#arePossible}. */
    public MariaDbSettings withPam(PamServices services) {
        return new MariaDbSettings(
                name, directory, port, serverId, gtidDomain, root, options, Optional.of(services));
    }

    boolean hasTls() {
        return options.containsKey("ssl_cert");
    }

    /** With every statement in {@link MariaDbServer#generalLog()}. */
    public MariaDbSettings withGeneralLog() {
        return withOption("general_log", "ON").withOption("general_log_file", "general.log");
    }
}
