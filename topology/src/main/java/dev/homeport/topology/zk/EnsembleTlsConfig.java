package dev.homeport.topology.zk;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code zookeeper.tls}: every connection to the ensemble is encrypted, and the server has
 * to show a certificate for the host name in {@code connect}.
 *
 * @param authority PEM file: whom servers' certificates must come from
 * @param identity PEM file for ensembles that ask for a client certificate: the private key
 *     (PKCS#8, not encrypted), and the certificate with those that lead to its authority
 */
public record EnsembleTlsConfig(Path authority, Optional<Path> identity) {
    public EnsembleTlsConfig {
        requireNonNull(authority, "authority");
        requireNonNull(identity, "identity");
    }

    static Optional<EnsembleTlsConfig> read(Fields fields) {
        Optional<Path> authority = fields.required("ca", Path::of);
        Optional<Path> identity = fields.optional("identity", Path::of);
        return fields.build(() -> new EnsembleTlsConfig(authority.orElseThrow(), identity));
    }
}
