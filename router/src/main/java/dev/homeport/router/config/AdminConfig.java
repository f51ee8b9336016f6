package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.Fields;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code admin}: the REST interface, health and metrics.
 *
 * @param bind address to listen on; beyond loopback it takes a tokens file and {@code
 *     allowPlaintext}
 * @param port 0 to 65535; 0 takes a free one
 * @param tokensFile who may do what; without it everybody on this machine may do everything
 * @param allowPlaintext tokens may cross the network unencrypted: only where something else
 *     encrypts
 */
public record AdminConfig(
        InetAddress bind, int port, Optional<Path> tokensFile, boolean allowPlaintext) {
    public static final int DEFAULT_PORT = 7380;
    public static final AdminConfig DEFAULT =
            new AdminConfig(Section.LOOPBACK, DEFAULT_PORT, Optional.empty(), false);

    public AdminConfig {
        requireNonNull(bind, "bind");
        requireNonNull(tokensFile, "tokensFile");
    }

    static Optional<AdminConfig> read(Fields fields) {
        InetAddress bind = Section.address(fields, "bind");
        int port = fields.integer("port", DEFAULT_PORT, 0, 65535);
        Optional<Path> tokensFile = fields.optional("tokensFile", Path::of);
        boolean allowPlaintext = fields.bool("allowPlaintext", false);
        boolean isLocal = bind.isLoopbackAddress();
        fields.problems()
                .require(
                        isLocal || tokensFile.isPresent(),
                        fields.pathOf("tokensFile"),
                        "is required where bind is no loopback address");
        fields.problems()
                .require(
                        isLocal || allowPlaintext,
                        fields.pathOf("allowPlaintext"),
                        "must be true where bind is no loopback address: tokens cross the network"
                                + " unencrypted");
        return fields.build(() -> new AdminConfig(bind, port, tokensFile, allowPlaintext));
    }
}
