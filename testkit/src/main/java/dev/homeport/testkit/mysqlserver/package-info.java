/**
 * Real MySQL servers for tests, beside the MariaDB of {@code testkit.mariadb}. Start with {@link
 * dev.homeport.testkit.mysqlserver.MySqlServer}.
 */
package dev.homeport.testkit.mysqlserver;
