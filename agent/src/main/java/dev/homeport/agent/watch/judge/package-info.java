/**
 * Whether what the watch saw is a loss of data, and whose. Pure: records in, records out, time is
 * an argument. Start with {@link dev.homeport.agent.watch.judge.LossJudge}.
 */
package dev.homeport.agent.watch.judge;
