/**
 * What a sandbox consists of and what it remembers between two runs, without starting anything.
 * Start with {@link dev.homeport.sandbox.plan.SandboxPlan}.
 */
package dev.homeport.sandbox.plan;
