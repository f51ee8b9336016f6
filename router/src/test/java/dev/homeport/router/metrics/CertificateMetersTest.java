package dev.homeport.router.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.router.tls.CertificateState;
import dev.homeport.router.tls.ServerCertificate;
import dev.homeport.testkit.tls.PemFiles;
import dev.homeport.testkit.tls.TestCertificates;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The names are those of docs/operate.md and alerts.yml. */
final class CertificateMetersTest {
    @TempDir private Path directory;

    @Test
    void tellHowLongACertificateIsGoodAndWhetherItsFilesAre() throws IOException {
        // Given
        PemFiles files = TestCertificates.in(directory).server();
        ServerCertificate certificate =
                ServerCertificate.load(
                        new ListenerTlsConfig(
                                true, files.certificate(), files.key(), Optional.empty()));
        Instant now = certificate.expires().minusSeconds(90);
        var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CertificateMeters.bind(registry, "main", certificate, Clock.fixed(now, ZoneOffset.UTC));
        String good = registry.scrape();

        // When
        Files.writeString(files.key(), "no key");
        certificate.reloadIfChanged();

        // Then
        assertThat(good)
                .contains("\nrouter_tls_certificate_left_seconds{listener=\"main\"} 90.0\n")
                .contains("\nrouter_tls_certificate_stale{listener=\"main\"} 0.0\n");
        assertThat(registry.scrape())
                .contains("\nrouter_tls_certificate_stale{listener=\"main\"} 1.0\n");
        assertThat(certificate.state(now))
                .isEqualTo(new CertificateState(Duration.ofSeconds(90), true));
    }
}
