/**
 * Starts a fleet as child processes, in order, and stops it in order. Start with {@link
 * dev.homeport.sandbox.fleet.Sandbox}.
 */
package dev.homeport.sandbox.fleet;
