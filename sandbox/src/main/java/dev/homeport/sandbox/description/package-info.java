/**
 * A running sandbox as {@code sandbox.json} describes it to scripts and tests. Start with {@link
 * dev.homeport.sandbox.description.SandboxDescription}.
 */
package dev.homeport.sandbox.description;
