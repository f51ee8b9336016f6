/**
 * What real database servers of tests have in common, whichever family they are of. Start with
 * {@link dev.homeport.testkit.server.DatabaseServer}.
 */
package dev.homeport.testkit.server;
