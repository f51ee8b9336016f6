package dev.homeport.quarantine.account;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a daemon itself brings to TLS with instances; whether there is any, and what is asked of
 * certificates, stands in the clusters' records. The files are read for each connection, so that
 * renewed ones are in use at once.
 *
 * @param authority PEM file: whom instances' certificates must come from where a cluster's record
 *     names nobody; without it those that this machine's Java believes
 * @param certificate PEM file with the daemon's own certificate, for accounts that require one
 * @param key PEM file with the key to it
 */
public record TlsFiles(Optional<Path> authority, Optional<Path> certificate, Optional<Path> key) {
    public static final TlsFiles NONE =
            new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());

    public TlsFiles {
        requireNonNull(authority, "authority");
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    public static Optional<TlsFiles> read(Fields fields) {
        Optional<Path> authority = fields.optional("ca", Path::of);
        Optional<Path> certificate = fields.optional("certificate", Path::of);
        Optional<Path> key = fields.optional("key", Path::of);
        fields.problems()
                .require(
                        certificate.isPresent() == key.isPresent(),
                        fields.pathOf(certificate.isPresent() ? "key" : "certificate"),
                        "is required where the other one of certificate and key is given");
        return fields.build(() -> new TlsFiles(authority, certificate, key));
    }

    /**
     * Makes sure that the files are what they should be.
     *
     * @throws IOException naming the file that cannot be used
     */
    public void check() throws IOException {
        if (authority.isPresent()) {
            TlsTrust.authorities(authority.get());
        }
        TlsTrust.keys(this);
    }
}
