/**
 * {@code homeport drill}: re-enacts the loss of tables on a sandbox and measures what becomes of
 * it. Data flow one way: a {@link dev.homeport.sandbox.drill.Variant}'s script is played in a
 * {@link dev.homeport.sandbox.drill.Mode}, {@link dev.homeport.sandbox.drill.PlayRunner} measures
 * it, {@link dev.homeport.sandbox.drill.Promises} judges the result, {@link
 * dev.homeport.sandbox.drill.DrillPrinter} shows it. Start with {@link
 * dev.homeport.sandbox.drill.DroppedTablesDrill}.
 */
package dev.homeport.sandbox.drill;
