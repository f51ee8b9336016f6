package dev.homeport.testkit.tls;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a database server speaks TLS.
 *
 * @param authority the CA that client certificates are checked against
 * @param required whether it refuses clients without TLS (on TCP)
 */
public record ServerTls(Path authority, PemFiles identity, boolean required) {
    public ServerTls {
        requireNonNull(authority, "authority");
        requireNonNull(identity, "identity");
    }

    /** TLS for clients that want it. */
    public static ServerTls offered(Path authority, PemFiles identity) {
        return new ServerTls(authority, identity, false);
    }

    /** TLS for everybody. */
    public ServerTls requiredOfAll() {
        return new ServerTls(authority, identity, true);
    }

    /** The same options in MariaDB and in MySQL. */
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("ssl_ca", authority.toString());
        options.put("ssl_cert", identity.certificate().toString());
        options.put("ssl_key", identity.key().toString());
        options.put("require_secure_transport", required ? "ON" : "OFF");
        return options;
    }
}
