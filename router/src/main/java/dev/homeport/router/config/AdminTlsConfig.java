package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code admin.tls}: TLS on the REST interface, and nothing but TLS. The files are read
 * again when they change.
 *
 * @param certificate PEM file: the certificate first, then those that lead to its authority
 * @param key PEM file: the private key, PKCS#8, not encrypted, mode 0600 or 0640
 */
public record AdminTlsConfig(Path certificate, Path key) {
    public AdminTlsConfig {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
    }

    /** The same files as those of a listener that serves nobody without TLS. */
    public ListenerTlsConfig asListener() {
        return new ListenerTlsConfig(true, certificate, key, Optional.empty());
    }

    static Optional<AdminTlsConfig> read(Fields fields) {
        Optional<Path> certificate = fields.required("certificate", Path::of);
        Optional<Path> key = fields.required("key", Path::of);
        return fields.build(() -> new AdminTlsConfig(certificate.orElseThrow(), key.orElseThrow()));
    }
}
