/**
 * Real MariaDB servers as child processes: the machine's own mariadbd, or the one that the build
 * fetches where there is none. Start with {@link dev.homeport.testkit.mariadb.MariaDbServer}.
 */
package dev.homeport.testkit.mariadb;
