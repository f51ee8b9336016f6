/**
 * A row of a tiny project, written and read through a router as applications do. Start with {@link
 * dev.homeport.agent.watch.canary.Canary}.
 */
package dev.homeport.agent.watch.canary;
