/**
 * Notices when tables or rows are gone that nobody said would go, and says whose, since when and by
 * whom. {@link dev.homeport.agent.watch.DataLossWatch} is the thread on which all of it happens: a
 * {@code LogFollower} reads the binary log of the primary, {@code Inventories} compare what there
 * is with what there was, and {@code Judgements} decides what that is and tells it. Start there;
 * docs/data-loss-watch.md explains it to operators.
 */
package dev.homeport.agent.watch;
