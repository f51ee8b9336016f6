/**
 * The programs of the Java drivers. Each is a JVM of its own, told what to do by its environment
 * like the programs in other languages: see {@code programs/README.md}. Start with {@link
 * dev.homeport.conformance.java.JdbcProgram}.
 */
package dev.homeport.conformance.java;
