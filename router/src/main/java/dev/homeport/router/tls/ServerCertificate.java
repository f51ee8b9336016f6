package dev.homeport.router.tls;

import dev.homeport.quarantine.account.KeyPairFiles;
import dev.homeport.router.config.ListenerTlsConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of one listener, read again when its files change. Files that do not fit
 * together, as in the midst of a renewal, change nothing: the last good certificate stays in use.
 * Thread-safe.
 */
public final class ServerCertificate {
    private static final Logger log = LoggerFactory.getLogger(ServerCertificate.class);

    private final ListenerTlsConfig config;

    private List<Stamp> read;
    private volatile Loaded loaded;
    private volatile Optional<String> problem = Optional.empty();

    private record Loaded(SslContext context, Instant expires) {}

    /** What tells a file from what it was. */
    private record Stamp(long modifiedMillis, long bytes) {}

    private ServerCertificate(ListenerTlsConfig config) throws IOException {
        this.config = config;
        this.read = stamps();
        this.loaded = load();
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read, or they do not fit together
     */
    public static ServerCertificate load(ListenerTlsConfig config) throws IOException {
        return new ServerCertificate(config);
    }

    /** What the next handshake goes by. */
    SslContext context() {
        return loaded.context;
    }

    boolean isRequired() {
        return config.required();
    }

    /** When it ends to be valid. */
    public Instant expires() {
        return loaded.expires;
    }

    /** Why the files as they are now are not in use, if they are not. */
    public Optional<String> problem() {
        return problem;
    }

    /** Reads the files again if they have changed. Blocks; one call at a time. */
    public synchronized void reloadIfChanged() {
        try {
            List<Stamp> now = stamps();
            if (now.equals(read)) {
                return;
            }
            loaded = load();
            read = now;
            problem = Optional.empty();
            log.atInfo()
                    .addKeyValue("file", config.certificate())
                    .addKeyValue("expires", loaded.expires)
                    .log("certificate read again");
        } catch (IOException e) {
            if (!problem.equals(Optional.of(e.getMessage()))) {
                problem = Optional.of(e.getMessage());
                log.atWarn()
                        .addKeyValue("file", config.certificate())
                        .addKeyValue("reason", e.getMessage())
                        .log("certificate cannot be read again, the last good one stays in use");
            }
        }
    }

    private Loaded load() throws IOException {
        try {
            KeyPairFiles pair = KeyPairFiles.read(config.certificate(), config.key());
            SslContextBuilder builder =
                    SslContextBuilder.forServer(
                                    pair.key(), pair.chain().toArray(X509Certificate[]::new))
                            .sslProvider(Provider.BEST)
                            .protocols(Provider.VERSIONS);
            config.clientAuthority()
                    .ifPresent(
                            file ->
                                    builder.trustManager(file.toFile())
                                            .clientAuth(ClientAuth.REQUIRE));
            Instant expires = pair.chain().getFirst().getNotAfter().toInstant();
            return new Loaded(builder.build(), expires);
        } catch (SSLException | IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(
                    "certificate %s and key %s cannot be used: %s"
                            .formatted(config.certificate(), config.key(), rootMessage(e)),
                    e);
        }
    }

    private List<Stamp> stamps() throws IOException {
        List<Path> files = new ArrayList<>(List.of(config.certificate(), config.key()));
        config.clientAuthority().ifPresent(files::add);
        try {
            return files.stream().map(ServerCertificate::stamp).toList();
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "file of listener's tls cannot be read: " + e.getCause().getMessage(), e);
        }
    }

    private static Stamp stamp(Path file) {
        try {
            return new Stamp(Files.getLastModifiedTime(file).toMillis(), Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
