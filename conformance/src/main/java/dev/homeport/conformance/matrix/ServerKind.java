package dev.homeport.conformance.matrix;

import dev.homeport.topology.Family;
import java.util.List;

/** Database servers, each with the auth plugins that its accounts are tried with. */
public enum ServerKind {
    MARIADB(
            "MariaDB of this Debian",
            "mariadb",
            Family.MARIADB,
            List.of(AuthPlugin.NATIVE, AuthPlugin.ED25519)),
    NEWER_MARIADB(
            "MariaDB 11.8",
            "newer-mariadb",
            Family.MARIADB,
            List.of(AuthPlugin.NATIVE, AuthPlugin.ED25519, AuthPlugin.PARSEC)),
    MYSQL("MySQL 9", "mysql", Family.MYSQL, List.of(AuthPlugin.CACHING_SHA2, AuthPlugin.SHA256));

    private final String title;
    private final String id;
    private final Family family;
    private final List<AuthPlugin> plugins;

    ServerKind(String title, String id, Family family, List<AuthPlugin> plugins) {
        this.title = title;
        this.id = id;
        this.family = family;
        this.plugins = plugins;
    }

    public String title() {
        return title;
    }

    /** For names of clusters, projects and folders. */
    public String id() {
        return id;
    }

    public Family family() {
        return family;
    }

    public List<AuthPlugin> plugins() {
        return plugins;
    }
}
