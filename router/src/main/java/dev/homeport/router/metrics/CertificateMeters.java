package dev.homeport.router.metrics;

import dev.homeport.router.tls.ServerCertificate;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;

/** How long the certificates of listeners are good for. */
public final class CertificateMeters {
    private CertificateMeters() {}

    /** Registers the gauges of one listener. */
    public static void bind(
            MeterRegistry registry, String listener, ServerCertificate certificate, Clock clock) {
        Gauge.builder(
                        "router.tls.certificate.left",
                        certificate,
                        one -> Duration.between(clock.instant(), one.expires()).toSeconds())
                .description("until the certificate of a listener ends to be valid")
                .baseUnit("seconds")
                .tag("listener", listener)
                .register(registry);
        Gauge.builder(
                        "router.tls.certificate.stale",
                        certificate,
                        one -> one.problem().isPresent() ? 1 : 0)
                .description("1 while the files of a listener's certificate cannot be used")
                .tag("listener", listener)
                .register(registry);
    }
}
