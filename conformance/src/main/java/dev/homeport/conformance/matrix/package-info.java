/**
 * What is compared: drivers, servers, auth plugins and TLS, and which of their combinations a run
 * tries. Pure. Start with {@link dev.homeport.conformance.matrix.Matrix}.
 */
package dev.homeport.conformance.matrix;
