package dev.homeport.conformance.matrix;

import static dev.homeport.conformance.matrix.AuthPlugin.CACHING_SHA2;
import static dev.homeport.conformance.matrix.AuthPlugin.ED25519;
import static dev.homeport.conformance.matrix.AuthPlugin.NATIVE;
import static dev.homeport.conformance.matrix.AuthPlugin.PARSEC;
import static dev.homeport.conformance.matrix.AuthPlugin.SHA256;

import java.util.Set;

/**
 * Drivers, with the auth plugins that the versions tried here have. An account with another plugin
 * is refused by the driver itself, on a direct connection and through the router alike.
 */
public enum Driver {
    MARIADB_CLIENT("mariadb command line", Set.of(NATIVE, ED25519, CACHING_SHA2, SHA256)),
    NEWER_MARIADB_CLIENT(
            "mariadb command line 11.8", Set.of(NATIVE, ED25519, PARSEC, CACHING_SHA2, SHA256)),
    MYSQL_CLIENT("mysql command line 9", Set.of(CACHING_SHA2, SHA256)),
    PDO("PHP PDO", Set.of(NATIVE, CACHING_SHA2, SHA256)),
    MYSQLI("PHP mysqli", Set.of(NATIVE, CACHING_SHA2, SHA256)),
    CONNECTOR_J("MySQL Connector/J", Set.of(NATIVE, CACHING_SHA2, SHA256)),
    MARIADB_CONNECTOR_J("MariaDB Connector/J", Set.of(NATIVE, ED25519, PARSEC, CACHING_SHA2)),
    R2DBC_MYSQL("R2DBC r2dbc-mysql", Set.of(NATIVE), Set.of(CACHING_SHA2, SHA256)),
    R2DBC_MARIADB("R2DBC r2dbc-mariadb", Set.of(NATIVE, ED25519, PARSEC, CACHING_SHA2, SHA256)),
    NODE_MYSQL2("Node mysql2", Set.of(NATIVE, CACHING_SHA2, SHA256)),
    NODE_MARIADB("Node mariadb", Set.of(NATIVE, ED25519, PARSEC, CACHING_SHA2, SHA256)),
    PYMYSQL("PyMySQL", Set.of(NATIVE, ED25519, CACHING_SHA2, SHA256)),
    GO("Go go-sql-driver", Set.of(NATIVE, CACHING_SHA2, SHA256));

    private final String title;
    private final Set<AuthPlugin> plugins;
    private final Set<AuthPlugin> pluginsOverTls;

    Driver(String title, Set<AuthPlugin> plugins) {
        this(title, plugins, Set.of());
    }

    Driver(String title, Set<AuthPlugin> plugins, Set<AuthPlugin> pluginsOverTls) {
        this.title = title;
        this.plugins = plugins;
        this.pluginsOverTls = pluginsOverTls;
    }

    public String title() {
        return title;
    }

    /** Whether it has that plugin, and uses it over such a connection. */
    public boolean has(AuthPlugin plugin, boolean isEncrypted) {
        return plugins.contains(plugin) || (isEncrypted && pluginsOverTls.contains(plugin));
    }
}
