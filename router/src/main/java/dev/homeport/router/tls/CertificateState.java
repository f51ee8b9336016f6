package dev.homeport.router.tls;

import java.time.Duration;

/**
 * How a certificate is doing.
 *
 * @param left until it expires; negative since it has
 * @param isStale whether its files as they are now cannot be used
 */
public record CertificateState(Duration left, boolean isStale) {}
