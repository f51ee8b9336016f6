/**
 * A whole fleet on one machine, from one command. {@link dev.homeport.sandbox.SandboxMain} is the
 * command, {@link dev.homeport.sandbox.fleet.Sandbox} the same for tests.
 */
package dev.homeport.sandbox;
