/**
 * Accounts of every auth plugin that a test server has. Start with {@link
 * dev.homeport.testkit.accounts.TestAccount}.
 */
package dev.homeport.testkit.accounts;
