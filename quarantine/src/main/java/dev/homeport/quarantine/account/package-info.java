/**
 * Connections of Homeport's own accounts to instances: encrypted as the cluster's record says, with
 * the same meaning as for the sessions that routers relay. Start with {@link
 * dev.homeport.quarantine.account.AccountSource}; {@link
 * dev.homeport.quarantine.account.AccountLink} is for those that speak the protocol without JDBC.
 */
package dev.homeport.quarantine.account;
