/**
 * Children of this JVM that never outlive it, and the ports they listen on. Start with {@link
 * dev.homeport.testkit.process.ChildProcess}.
 */
package dev.homeport.testkit.process;
