package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code backend.tls}: what the router itself brings to TLS with instances; whether there
 * is any, and what is asked of certificates, stands in the clusters' records.
 *
 * @param authority PEM file: whom instances' certificates must come from where a cluster's record
 *     names nobody; without it those that this machine's Java believes
 * @param certificate PEM file with the router's own certificate, for accounts that require one
 * @param key PEM file with the key to it
 */
public record BackendTlsConfig(
        Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
    public static final BackendTlsConfig DEFAULT =
            new BackendTlsConfig(Optional.empty(), Optional.empty(), Optional.empty());

    public BackendTlsConfig {
        requireNonNull(authority, "authority");
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
    }

    static Optional<BackendTlsConfig> read(Fields fields) {
        Optional<Path> authority = fields.optional("ca", Path::of);
        Optional<Path> certificate = fields.optional("certificate", Path::of);
        Optional<Path> key = fields.optional("key", Path::of);
        fields.problems()
                .require(
                        certificate.isPresent() == key.isPresent(),
                        fields.pathOf(certificate.isPresent() ? "key" : "certificate"),
                        "is required where the other one of certificate and key is given");
        return fields.build(() -> new BackendTlsConfig(authority, certificate, key));
    }
}
