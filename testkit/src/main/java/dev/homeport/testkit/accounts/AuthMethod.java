package dev.homeport.testkit.accounts;

import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.topology.Family;
import java.util.List;

/**
 * How an account proves itself. Not every server of a family has every one: ask {@link
 * #isOfferedBy}.
 */
public enum AuthMethod {
    MARIADB_NATIVE_PASSWORD(
            Family.MARIADB,
            "native",
            "mysql_native_password",
            "VIA mysql_native_password USING PASSWORD('%s')"),
    /** MariaDB 10.11 lets nobody in with an empty password, 11.8 does. */
    MARIADB_ED25519(Family.MARIADB, "ed25519", "ed25519", "VIA ed25519 USING PASSWORD('%s')"),
    /** Two methods on one account, of which a client may take either. */
    MARIADB_ED25519_OR_NATIVE(
            Family.MARIADB,
            "ed25519_or_native",
            "ed25519",
            "VIA ed25519 USING PASSWORD('%1$s') OR mysql_native_password USING PASSWORD('%1$s')"),
    /** From MariaDB 11.6 on. */
    MARIADB_PARSEC(Family.MARIADB, "parsec", "parsec", "VIA parsec USING PASSWORD('%s')"),
    /**
     * In later MariaDB: the same exchange as MySQL's. Without TLS it needs a server that loads
     * {@code auth_mysql_sha2} at its start, as it makes its RSA keys then and never later.
     */
    MARIADB_CACHING_SHA2_PASSWORD(
            Family.MARIADB,
            "caching_sha2",
            "caching_sha2_password",
            "VIA caching_sha2_password USING PASSWORD('%s')"),
    /** Needs a server with the service of {@code PamServices}. */
    MARIADB_PAM(Family.MARIADB, "pam", "pam", "VIA pam USING 'homeport'"),
    MYSQL_CACHING_SHA2_PASSWORD(
            Family.MYSQL,
            "caching_sha2",
            "caching_sha2_password",
            "WITH caching_sha2_password BY '%s'"),
    MYSQL_SHA256_PASSWORD(
            Family.MYSQL, "sha256", "sha256_password", "WITH sha256_password BY '%s'");

    private final Family family;
    private final String user;
    private final String plugin;
    private final String identified;

    AuthMethod(Family family, String user, String plugin, String identified) {
        this.family = family;
        this.user = user;
        this.plugin = plugin;
        this.identified = identified;
    }

    public Family family() {
        return family;
    }

    /** The server's name of the plugin, the first one where there are two. */
    public String plugin() {
        return plugin;
    }

    /** Whether that server has the plugin, installed or not. */
    public boolean isOfferedBy(DatabaseServer server) {
        return family == familyOf(server) && !plugins(server).isEmpty();
    }

    /** What follows IDENTIFIED. */
    String identified(String password) {
        return identified.formatted(password);
    }

    /** Installs the plugin where it is only lying there. Idempotent. */
    void install(DatabaseServer server) {
        List<List<String>> plugins = plugins(server);
        if (plugins.isEmpty()) {
            throw new IllegalArgumentException(server.name() + " has no auth plugin " + plugin);
        }
        if (plugins.getFirst().getFirst().equals("NOT INSTALLED")) {
            server.execute("INSTALL SONAME '%s'".formatted(plugins.getFirst().getLast()));
        }
    }

    /** Status and library of the plugin; no row where there is none. */
    private List<List<String>> plugins(DatabaseServer server) {
        // MariaDB's other table has what is not installed, too.
        String table = family == Family.MARIADB ? "all_plugins" : "plugins";
        return server.query(
                ("SELECT plugin_status, COALESCE(plugin_library, '') FROM information_schema.%s"
                                + " WHERE plugin_name = '%s' AND plugin_type = 'AUTHENTICATION'")
                        .formatted(table, plugin));
    }

    private static Family familyOf(DatabaseServer server) {
        boolean mariaDb = server.variable("version").contains("MariaDB");
        return mariaDb ? Family.MARIADB : Family.MYSQL;
    }

    /** A user name for it. */
    String user() {
        return user;
    }
}
