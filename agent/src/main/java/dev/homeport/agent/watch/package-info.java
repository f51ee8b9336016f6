/**
 * Notices when tables or rows are gone that nobody said would go, and says whose, since when and by
 * whom. Start with {@link dev.homeport.agent.watch.DataLossWatch}; docs/data-loss-watch.md explains
 * it to operators.
 */
package dev.homeport.agent.watch;
