/**
 * What a cluster's leading agent concludes from the reports of all agents. Pure: records in, a
 * verdict out, time is an argument. Start with {@link dev.homeport.agent.plan.VerdictPlanner}.
 */
package dev.homeport.agent.plan;
