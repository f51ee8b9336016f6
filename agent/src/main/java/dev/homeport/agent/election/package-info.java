/**
 * Which of a cluster's agents leads. Start with {@link
 * dev.homeport.agent.election.ClusterElection}.
 */
package dev.homeport.agent.election;
