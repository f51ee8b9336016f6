/**
 * The client's side of the servers' auth plugins, one class per plugin. Start with {@link
 * dev.homeport.testkit.mysql.auth.AuthPlugin}.
 */
package dev.homeport.testkit.mysql.auth;
