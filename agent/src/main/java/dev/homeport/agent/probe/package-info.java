/**
 * Asks the instances of a cluster, one thread and one connection each, and judges the answers. What
 * comes out is an {@code AgentReport}. Start with {@link dev.homeport.agent.probe.ClusterObserver};
 * the judgement itself is pure: {@link dev.homeport.agent.probe.ProbeJudge}.
 */
package dev.homeport.agent.probe;
