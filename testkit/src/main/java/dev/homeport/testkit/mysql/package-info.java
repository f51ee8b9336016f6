/**
 * Both ends of the MySQL protocol, written by hand on plain sockets, for tests that must be able to
 * misbehave. Start with {@link dev.homeport.testkit.mysql.MySqlTestClient} and {@link
 * dev.homeport.testkit.mysql.FakeMySqlServer}.
 */
package dev.homeport.testkit.mysql;
