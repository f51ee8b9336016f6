package dev.homeport.router.config;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import dev.homeport.topology.fields.SecretFile;
import java.net.InetAddress;
import java.net.URI;
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
 * @param peerTokenFile the secret that all routers of the fleet share, for asking each other whose
 *     a connection is; without it a KILL reaches only connections of this router
 * @param url how other routers and operators reach the interface; without it, what {@code bind}
 *     says
 */
public record AdminConfig(
        InetAddress bind,
        int port,
        Optional<Path> tokensFile,
        boolean allowPlaintext,
        Optional<Path> peerTokenFile,
        Optional<URI> url) {
    public static final int DEFAULT_PORT = 7380;
    public static final AdminConfig DEFAULT =
            new AdminConfig(
                    Section.LOOPBACK,
                    DEFAULT_PORT,
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty());

    private static final int LEAST_TOKEN_CHARS = 16;

    public AdminConfig {
        requireNonNull(bind, "bind");
        requireNonNull(tokensFile, "tokensFile");
        requireNonNull(peerTokenFile, "peerTokenFile");
        requireNonNull(url, "url");
    }

    /**
     * Reads the secret that routers share.
     *
     * @throws ConfigException if the file cannot be used
     */
    public Optional<Secret> peerToken() throws ConfigException {
        if (peerTokenFile.isEmpty()) {
            return Optional.empty();
        }
        var problems = new Problems();
        Optional<Secret> token =
                SecretFile.read(peerTokenFile.get(), problems, "admin.peerTokenFile");
        problems.require(
                token.isEmpty() || token.get().value().length() >= LEAST_TOKEN_CHARS,
                "admin.peerTokenFile",
                "the first line of %s must have at least %d characters"
                        .formatted(peerTokenFile.get(), LEAST_TOKEN_CHARS));
        if (!problems.isEmpty()) {
            throw new ConfigException(peerTokenFile.get(), problems);
        }
        return token;
    }

    static Optional<AdminConfig> read(Fields fields) {
        InetAddress bind = Section.address(fields, "bind");
        int port = fields.integer("port", DEFAULT_PORT, 0, 65535);
        Optional<Path> tokensFile = fields.optional("tokensFile", Path::of);
        boolean allowPlaintext = fields.bool("allowPlaintext", false);
        Optional<Path> peerTokenFile = fields.optional("peerTokenFile", Path::of);
        Optional<URI> url = fields.optional("url", AdminConfig::url);
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
        return fields.build(
                () -> new AdminConfig(bind, port, tokensFile, allowPlaintext, peerTokenFile, url));
    }

    private static URI url(String text) {
        URI url = URI.create(text);
        boolean isBase =
                ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                        && url.getHost() != null
                        && url.getUserInfo() == null
                        && url.getPath().isEmpty()
                        && url.getQuery() == null
                        && url.getFragment() == null;
        if (!isBase) {
            throw new IllegalArgumentException(
                    "must be a URL without a path, such as http://10.0.0.5:7380, was \"%s\""
                            .formatted(text));
        }
        return url;
    }
}
