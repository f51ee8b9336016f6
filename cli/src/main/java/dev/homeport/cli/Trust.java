package dev.homeport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom routers' certificates must come from: the file of {@code --ca}, else of {@code HOMEPORT_CA},
 * else whom this machine's Java believes. Names are checked always.
 */
final class Trust {
    static final String CA_VARIABLE = "HOMEPORT_CA";

    private Trust() {}

    /**
     * Empty leaves it to this machine's Java.
     *
     * @throws CommandException if the file cannot be used
     */
    static Optional<SSLContext> find(ConnectionOptions options, Surroundings surroundings) {
        return options.ca()
                .or(() -> surroundings.variable(CA_VARIABLE).map(Path::of))
                .map(file -> context(surroundings.directory().resolve(file)));
    }

    private static SSLContext context(Path file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate one : certificates(file)) {
                store.setCertificateEntry("ca-" + number++, one);
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "%s cannot be used: it must have certificates in PEM (%s)"
                            .formatted(file, e.getClass().getSimpleName()),
                    e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new CertificateException("none");
            }
            return all;
        }
    }
}
