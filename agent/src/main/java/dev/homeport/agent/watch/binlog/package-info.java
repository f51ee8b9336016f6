/**
 * Reads the binary log of a primary by GTID and says what in it destroys data. No judgement: that
 * is {@code dev.homeport.agent.watch.judge}. Start with {@link
 * dev.homeport.agent.watch.binlog.BinlogReader}; what a statement does is up to {@link
 * dev.homeport.agent.watch.binlog.DdlParser}.
 */
package dev.homeport.agent.watch.binlog;
