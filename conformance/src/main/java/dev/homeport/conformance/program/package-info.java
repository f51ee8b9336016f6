/**
 * The programs of all drivers: where they are on this machine, what has to be made ready for them,
 * and how they are run. Start with {@link dev.homeport.conformance.program.Programs}.
 */
package dev.homeport.conformance.program;
