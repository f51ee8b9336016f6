/**
 * What a program told of what it saw, and what must be the same of it direct and through the
 * router. Pure. Start with {@link dev.homeport.conformance.transcript.Comparison}.
 */
package dev.homeport.conformance.transcript;
