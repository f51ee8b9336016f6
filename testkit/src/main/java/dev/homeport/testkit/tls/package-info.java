/**
 * Certificates for tests, and how servers are told to use them. Start with {@link
 * dev.homeport.testkit.tls.TestCertificates}.
 */
package dev.homeport.testkit.tls;
