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
 * @param bind address to listen on; beyond loopback it takes a tokens file, and TLS or {@code
 *     allowPlaintext}
 * @param port 0 to 65535; 0 takes a free one
 * @param tokensFile who may do what; without it everybody on this machine may do everything. Read
 *     again when it changes
 * @param allowPlaintext tokens may cross the network unencrypted: only where something else
 *     encrypts
 * @param peerTokenFile the secret that all routers of the fleet share, for asking each other whose
 *     a connection is; without it a KILL reaches only connections of this router. Read again when
 *     it changes
 * @param url how other routers and operators reach the interface; without it, what {@code bind}
 *     says
 * @param tls empty where the interface speaks plain HTTP
 * @param peerCa PEM file: whom other routers' certificates must come from; without it, whom this
 *     machine's Java believes
 */
public record AdminConfig(
        InetAddress bind,
        int port,
        Optional<Path> tokensFile,
        boolean allowPlaintext,
        Optional<Path> peerTokenFile,
        Optional<URI> url,
        Optional<AdminTlsConfig> tls,
        Optional<Path> peerCa) {
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
        requireNonNull(tls, "tls");
        requireNonNull(peerCa, "peerCa");
    }

    /** Without TLS here, and believing what this machine's Java believes. */
    public AdminConfig(
            InetAddress bind,
            int port,
            Optional<Path> tokensFile,
            boolean allowPlaintext,
            Optional<Path> peerTokenFile,
            Optional<URI> url) {
        this(
                bind,
                port,
                tokensFile,
                allowPlaintext,
                peerTokenFile,
                url,
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Reads the secret that routers share.
     *
     * @throws ConfigException if the file cannot be used
     */
    public static Secret readPeerToken(Path file) throws ConfigException {
        var problems = new Problems();
        Optional<Secret> token = SecretFile.read(file, problems, "admin.peerTokenFile");
        problems.require(
                token.isEmpty() || token.get().value().length() >= LEAST_TOKEN_CHARS,
                "admin.peerTokenFile",
                "the first line of %s must have at least %d characters"
                        .formatted(file, LEAST_TOKEN_CHARS));
        if (!problems.isEmpty()) {
            throw new ConfigException(file, problems);
        }
        return token.orElseThrow();
    }

    static Optional<AdminConfig> read(Fields fields) {
        InetAddress bind = Section.address(fields, "bind");
        int port = fields.integer("port", DEFAULT_PORT, 0, 65535);
        Optional<Path> tokensFile = fields.optional("tokensFile", Path::of);
        boolean allowPlaintext = fields.bool("allowPlaintext", false);
        Optional<Path> peerTokenFile = fields.optional("peerTokenFile", Path::of);
        Optional<URI> url = fields.optional("url", AdminConfig::url);
        boolean hasTls = fields.has("tls");
        Optional<AdminTlsConfig> tls = fields.object("tls").flatMap(AdminTlsConfig::read);
        Optional<Path> peerCa = fields.optional("peerCa", Path::of);
        if (!bind.isLoopbackAddress()) {
            requireSafe(fields, tokensFile, hasTls || allowPlaintext);
        }
        fields.problems()
                .require(
                        !hasTls || url.isEmpty() || "https".equals(url.get().getScheme()),
                        fields.pathOf("url"),
                        "must begin with https:// where tls is configured");
        return fields.build(
                () ->
                        new AdminConfig(
                                bind,
                                port,
                                tokensFile,
                                allowPlaintext,
                                peerTokenFile,
                                url,
                                tls,
                                peerCa));
    }

    private static void requireSafe(
            Fields fields, Optional<Path> tokensFile, boolean mayCarryTokens) {
        fields.problems()
                .require(
                        tokensFile.isPresent(),
                        fields.pathOf("tokensFile"),
                        "is required where bind is no loopback address");
        fields.problems()
                .require(
                        mayCarryTokens,
                        fields.pathOf("allowPlaintext"),
                        "must be true where bind is no loopback address and there is no tls:"
                                + " tokens cross the network unencrypted");
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
