package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Secret;
import java.util.Optional;

/**
 * How the agent asks routers: section {@code routers}.
 *
 * @param token what it shows them; empty where they ask nobody for one
 */
public record RoutersConfig(Optional<Secret> token) {
    public static final RoutersConfig DEFAULT = new RoutersConfig(Optional.empty());

    public RoutersConfig {
        requireNonNull(token, "token");
    }

    static Optional<RoutersConfig> read(Fields fields) {
        Optional<Secret> token =
                fields.has("tokenFile") ? Secrets.read(fields, "tokenFile") : Optional.empty();
        return fields.build(() -> new RoutersConfig(token));
    }
}
