/**
 * Looks after the quarantine of a cluster: {@link dev.homeport.agent.quarantine.QuarantineKeeper}.
 */
package dev.homeport.agent.quarantine;
