/**
 * Fleets made of nothing, for tests of the pure rules and of what acts on a changed picture. Start
 * with {@link dev.homeport.testkit.fleet.Clusters}.
 */
package dev.homeport.testkit.fleet;
