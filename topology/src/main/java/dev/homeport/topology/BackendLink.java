package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How routers connect to the instances of a cluster.
 *
 * @param authority certificates in PEM of whom to believe; empty leaves it to the router's own
 *     configuration
 * @param proxyProtocol connections begin with a PROXY protocol header of version 2, which tells the
 *     client's address; an instance that does not expect one refuses the connection
 * @param compression between router and instance, whatever client and router agree on
 */
public record BackendLink(
        TlsMode tls, Optional<String> authority, boolean proxyProtocol, Compression compression) {
    public static final BackendLink DEFAULT =
            new BackendLink(TlsMode.FOLLOW, Optional.empty(), false, Compression.OFF);

    public BackendLink {
        requireNonNull(tls, "tls");
        requireNonNull(authority, "authority");
        requireNonNull(compression, "compression");
    }
}
