package dev.homeport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command asks routers over TLS, and shows its token to those only whom it may believe. */
final class TlsIT {
    private static final String CLUSTERS = "{\"clusters\": []}";

    @TempDir private Path directory;

    private FakeCertificate certificate;
    private FakeRouter router;

    @BeforeEach
    void start() throws Exception {
        certificate = FakeCertificate.of(directory, "ip:127.0.0.1");
        router = new FakeRouter(certificate.context()).on("GET /v1/clusters", 200, CLUSTERS);
    }

    @AfterEach
    void close() {
        router.close();
    }

    private Session session() {
        return new Session(directory)
                .with("HOMEPORT_URL", router.url())
                .with("HOMEPORT_TOKEN", "open sesame");
    }

    @Test
    void believesTheAuthoritiesOfTheFile() throws Exception {
        // Given
        Path file = certificate.pem(directory.resolve("ca.pem"));

        // When: by the option, and relative to where it is called by the variable
        int byOption = session().run("clusters", "--ca", file.toString());
        int byVariable = session().with("HOMEPORT_CA", "ca.pem").run("clusters");

        // Then
        assertThat(byOption).isZero();
        assertThat(byVariable).isZero();
        assertThat(router.asked()).hasSize(2);
    }

    @Test
    void showsNothingToARouterThatItCannotBelieve() {
        // When
        Session session = session();
        int exitCode = session.run("clusters");

        // Then
        assertThat(exitCode).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(session.err()).contains("certificate is not believed").contains("--ca FILE");
        assertThat(router.asked()).isEmpty();
    }

    @Test
    void theCertificateMustBeForThatName() throws Exception {
        // Given
        FakeCertificate other = FakeCertificate.of(directory, "dns:elsewhere.example.com");
        Path file = other.pem(directory.resolve("other.pem"));
        try (FakeRouter elsewhere = new FakeRouter(other.context())) {
            // When
            Session session = new Session(directory).with("HOMEPORT_URL", elsewhere.url());
            int exitCode = session.run("clusters", "--ca", file.toString());

            // Then
            assertThat(exitCode).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(session.err()).contains("certificate is not believed");
            assertThat(elsewhere.asked()).isEmpty();
        }
    }

    @Test
    void aFileWithoutCertificatesIsAMistakeOfTheCaller() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("empty.pem"), "nothing\n");

        for (Path one : new Path[] {file, directory.resolve("missing.pem")}) {
            // When
            Session session = session();
            int exitCode = session.run("clusters", "--ca", one.toString());

            // Then
            assertThat(exitCode).isEqualTo(ExitCode.USAGE);
            assertThat(session.err()).contains(one.toString()).contains("certificates in PEM");
        }
    }
}
