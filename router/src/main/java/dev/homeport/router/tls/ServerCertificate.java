package dev.homeport.router.tls;

import dev.homeport.quarantine.account.KeyPairFiles;
import dev.homeport.router.config.ListenerTlsConfig;
import dev.homeport.topology.fields.FileStamp;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.SecretFile;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of one port, read again when its files change. Files that do not fit together, as
 * in the midst of a renewal, change nothing: the last good certificate stays in use. Thread-safe.
 */
public final class ServerCertificate {
    private static final Logger log = LoggerFactory.getLogger(ServerCertificate.class);

    private final ListenerTlsConfig config;
    private final boolean keepsKeyPrivate;

    private List<FileStamp> read;
    private volatile Loaded loaded;
    private volatile Optional<String> problem = Optional.empty();

    private record Loaded(SslContext context, KeyPairFiles pair) {}

    /** What came of looking at the files again. */
    public enum Reload {
        /** They are as they were, or still as broken as they were. */
        NOTHING_NEW,
        DONE,
        /** They changed, and cannot be used. */
        FAILED
    }

    private ServerCertificate(ListenerTlsConfig config, boolean keepsKeyPrivate)
            throws IOException {
        this.config = config;
        this.keepsKeyPrivate = keepsKeyPrivate;
        this.read = stamps();
        this.loaded = load();
    }

    /**
     * Reads the files.
     *
     * @throws IOException if one cannot be read, or they do not fit together
     */
    public static ServerCertificate load(ListenerTlsConfig config) throws IOException {
        return new ServerCertificate(config, false);
    }

    /**
     * As {@link #load}, and a key that others than its owner and group may read is not used.
     *
     * @throws IOException if a file cannot be read, they do not fit together, or the key is open
     */
    public static ServerCertificate loadPrivate(ListenerTlsConfig config) throws IOException {
        return new ServerCertificate(config, true);
    }

    /** What the next handshake goes by. */
    SslContext context() {
        return loaded.context;
    }

    boolean isRequired() {
        return config.required();
    }

    /** The certificate in use and its key. The same object until the files were read again. */
    public KeyPairFiles pair() {
        return loaded.pair;
    }

    /** When it ends to be valid. */
    public Instant expires() {
        return loaded.pair.chain().getFirst().getNotAfter().toInstant();
    }

    /** How it is doing. */
    public CertificateState state(Instant now) {
        return new CertificateState(Duration.between(now, expires()), problem.isPresent());
    }

    /** Why the files as they are now are not in use, if they are not. */
    public Optional<String> problem() {
        return problem;
    }

    /** Reads the files again if they have changed. Blocks; one call at a time. */
    public synchronized Reload reloadIfChanged() {
        try {
            List<FileStamp> now = stamps();
            if (now.equals(read)) {
                problem = Optional.empty();
                return Reload.NOTHING_NEW;
            }
            loaded = load();
            read = now;
            problem = Optional.empty();
            log.atInfo()
                    .addKeyValue("file", config.certificate())
                    .addKeyValue("expires", expires())
                    .log("certificate read again");
            return Reload.DONE;
        } catch (IOException e) {
            if (problem.equals(Optional.of(e.getMessage()))) {
                return Reload.NOTHING_NEW;
            }
            problem = Optional.of(e.getMessage());
            log.atWarn()
                    .addKeyValue("file", config.certificate())
                    .addKeyValue("reason", e.getMessage())
                    .log("certificate cannot be read again, the last good one stays in use");
            return Reload.FAILED;
        }
    }

    private Loaded load() throws IOException {
        requirePrivateKey();
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
            return new Loaded(builder.build(), pair);
        } catch (SSLException | IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(
                    "certificate %s and key %s cannot be used: %s"
                            .formatted(config.certificate(), config.key(), rootMessage(e)),
                    e);
        }
    }

    private void requirePrivateKey() throws IOException {
        var problems = new Problems();
        if (keepsKeyPrivate) {
            SecretFile.requirePrivate(config.key(), problems, "");
        }
        if (!problems.isEmpty()) {
            throw new IOException(problems.text());
        }
    }

    private List<FileStamp> stamps() throws IOException {
        List<Path> files = new ArrayList<>(List.of(config.certificate(), config.key()));
        config.clientAuthority().ifPresent(files::add);
        List<FileStamp> stamps = new ArrayList<>();
        for (Path file : files) {
            try {
                stamps.add(FileStamp.of(file));
            } catch (IOException e) {
                throw new IOException("file of tls cannot be read: " + e.getMessage(), e);
            }
        }
        return stamps;
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
