package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.account.KeyPairFiles;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How the agent asks routers: section {@code routers}.
 *
 * @param token what it shows them; empty where they ask nobody for one
 * @param authorities whom their certificates must come from; empty takes those that this machine's
 *     Java believes
 */
public record RoutersConfig(Optional<Secret> token, List<X509Certificate> authorities) {
    public static final RoutersConfig DEFAULT = new RoutersConfig(Optional.empty(), List.of());

    public RoutersConfig {
        requireNonNull(token, "token");
        authorities = List.copyOf(authorities);
    }

    static Optional<RoutersConfig> read(Fields fields) {
        Optional<Secret> token =
                fields.has("tokenFile") ? Secrets.read(fields, "tokenFile") : Optional.empty();
        List<X509Certificate> authorities =
                fields.optional("ca", RoutersConfig::authorities).orElse(List.of());
        return fields.build(() -> new RoutersConfig(token, authorities));
    }

    private static List<X509Certificate> authorities(String file) {
        try {
            return KeyPairFiles.chain(Path.of(file));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "must name a file of certificates in PEM that can be read: " + e.getMessage(),
                    e);
        }
    }
}
