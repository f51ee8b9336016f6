package dev.homeport.quarantine;

/**
 * What an account may do with one table, or with one column of it.
 *
 * @param host empty for a role of MariaDB
 * @param column empty for the whole table
 * @param privileges as {@code mysql.tables_priv} has them, with commas
 */
record TableGrant(String user, String host, String column, String privileges) {}
