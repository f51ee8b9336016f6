/**
 * What stands between a client and a server in tests: {@link dev.homeport.testkit.net.Alternation}.
 */
package dev.homeport.testkit.net;
