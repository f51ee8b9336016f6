package dev.homeport.testkit.mysqlserver;

import static java.util.Objects.requireNonNull;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.tls.ServerTls;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a MySQL server is started with.
 *
 * @param directory holds the data folder, the options file and the log
 * @param serverId unique among servers that replicate from each other; the port by default
 * @param root its password is set at every start; it logs in with caching_sha2_password
 * @param options server options that come on top of the defaults, without dashes; an empty value
 *     stands for an option without one
 */
public record MySqlSettings(
        String name,
        Path directory,
        int port,
        int serverId,
        Account root,
        Map<String, String> options) {
    public MySqlSettings {
        requireNonNull(name, "name");
        requireNonNull(root, "root");
        directory = directory.toAbsolutePath();
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** A server on a free port with a random root password and without TLS. */
    public static MySqlSettings in(Path directory) {
        int port = FreePorts.next();
        return new MySqlSettings(
                "mysqld-" + port,
                directory,
                port,
                port,
                Account.withRandomPassword("root"),
                Map.of());
    }

    public MySqlSettings withName(String newName) {
        return new MySqlSettings(newName, directory, port, serverId, root, options);
    }

    /** With that port, also as the server id. */
    public MySqlSettings withPort(int newPort) {
        return new MySqlSettings(name, directory, newPort, newPort, root, options);
    }

    public MySqlSettings withServerId(int newServerId) {
        return new MySqlSettings(name, directory, port, newServerId, root, options);
    }

    public MySqlSettings withRoot(Account newRoot) {
        return new MySqlSettings(name, directory, port, serverId, newRoot, options);
    }

    /** With TLS, which is off by default. */
    public MySqlSettings withTls(ServerTls tls) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.putAll(tls.options());
        return new MySqlSettings(name, directory, port, serverId, root, more);
    }

    /** With one more server option, such as {@code max_connections}. */
    public MySqlSettings withOption(String option, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(option, value);
        return new MySqlSettings(name, directory, port, serverId, root, more);
    }

    boolean hasTls() {
        return options.containsKey("ssl_cert");
    }

    /** With every statement in {@link MySqlServer#generalLog()}. */
    public MySqlSettings withGeneralLog() {
        return withOption("general_log", "ON").withOption("general_log_file", "general.log");
    }
}
