package dev.homeport.agent.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.util.Optional;

/**
 * Where the agent answers HTTP: section {@code admin}. Everything there is for reading only.
 *
 * @param bind address to listen on; loopback by default
 * @param port 1 to 65535
 */
public record AdminConfig(String bind, int port) {
    public static final AdminConfig DEFAULT = new AdminConfig("127.0.0.1", 7480);

    public AdminConfig {
        requireNonNull(bind, "bind");
    }

    /** Base of the URLs that are served there. */
    public String url() {
        return "http://" + (bind.indexOf(':') >= 0 ? "[" + bind + "]" : bind) + ":" + port;
    }

    /** Reads the section; empty if it has problems, which are then in the fields' problems. */
    static Optional<AdminConfig> read(Fields fields) {
        String bind = fields.string("bind", DEFAULT.bind());
        fields.problems().require(!bind.isBlank(), fields.pathOf("bind"), "must not be empty");
        int port = fields.integer("port", DEFAULT.port(), 1, 65535);
        return fields.build(() -> new AdminConfig(bind, port));
    }
}
