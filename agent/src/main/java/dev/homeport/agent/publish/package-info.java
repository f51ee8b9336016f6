/**
 * Brings the leading agent's verdict into ZooKeeper, conditional on version and leadership. Start
 * with {@link dev.homeport.agent.publish.VerdictPublisher}.
 */
package dev.homeport.agent.publish;
