package dev.homeport.conformance.program;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a program logs in, and as whom.
 *
 * @param passwordFile of mode 0600
 * @param authority for TLS, of which the program verifies the chain; empty is without TLS
 */
public record Endpoint(
        String host,
        int port,
        String user,
        Path passwordFile,
        String schema,
        Optional<Path> authority) {
    public Endpoint {
        requireNonNull(host, "host");
        requireNonNull(user, "user");
        requireNonNull(passwordFile, "passwordFile");
        requireNonNull(schema, "schema");
        requireNonNull(authority, "authority");
    }
}
