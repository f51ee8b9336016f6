package dev.homeport.topology;

/** Server family of a cluster; the two speak dialects of one protocol and are never mixed. */
public enum Family {
    MARIADB,
    MYSQL
}
