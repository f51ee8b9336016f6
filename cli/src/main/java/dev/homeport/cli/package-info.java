/**
 * The operator's command: asks a router's REST interface and shows the answer to people or scripts.
 * Start with {@link dev.homeport.cli.Main}; one class per command, all over {@code RestClient}.
 */
package dev.homeport.cli;
