package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code listeners[].tls}: TLS on client connections. The files are read again when they
 * change.
 *
 * @param required logins without TLS are refused
 * @param certificate PEM file: the certificate first, then those that lead to its authority
 * @param key PEM file: the private key, PKCS#8, not encrypted
 * @param clientAuthority PEM file: whom clients' certificates must come from; empty where clients
 *     need none
 */
public record ListenerTlsConfig(
        boolean required, Path certificate, Path key, Optional<Path> clientAuthority) {
    public ListenerTlsConfig {
        requireNonNull(certificate, "certificate");
        requireNonNull(key, "key");
        requireNonNull(clientAuthority, "clientAuthority");
    }

    static Optional<ListenerTlsConfig> read(Fields fields) {
        boolean required = fields.bool("required", false);
        Optional<Path> certificate = fields.required("certificate", Path::of);
        Optional<Path> key = fields.required("key", Path::of);
        Optional<Path> clientAuthority = fields.optional("clientCa", Path::of);
        return fields.build(
                () ->
                        new ListenerTlsConfig(
                                required,
                                certificate.orElseThrow(),
                                key.orElseThrow(),
                                clientAuthority));
    }
}
