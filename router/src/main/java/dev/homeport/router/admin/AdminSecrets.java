package dev.homeport.router.admin;

import com.linecorp.armeria.common.TlsKeyPair;
import dev.homeport.quarantine.account.KeyPairFiles;
import dev.homeport.router.config.AdminConfig;
import dev.homeport.router.metrics.CertificateMeters;
import dev.homeport.router.tls.CertificateState;
import dev.homeport.router.tls.ServerCertificate;
import dev.homeport.router.tls.ServerCertificate.Reload;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.fields.Secret;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The files by which the interface knows others and shows itself: tokens, the secret of the
 * routers, certificate and key. Looked at once a second, and read again when they change; what
 * cannot be used leaves in force what was there before. Thread-safe.
 */
public final class AdminSecrets implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** No listener can be called so. */
    private static final String PORT = "(admin)";

    private final Optional<ReloadedFile<AccessTokens>> tokens;
    private final Optional<ReloadedFile<Secret>> peerSecret;
    private final Optional<ServerCertificate> certificate;
    private final Clock clock;
    private volatile Runnable newTokens = () -> {};
    private final Map<String, Instant> staleSince = new ConcurrentSkipListMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("admin-secrets").factory());

    private AdminSecrets(AdminConfig config, MeterRegistry meters, Clock clock)
            throws ConfigException {
        this.clock = clock;
        this.tokens = open(config.tokensFile(), AccessTokens::load);
        this.peerSecret = open(config.peerTokenFile(), AdminConfig::readPeerToken);
        this.certificate = certificate(config);
        ReloadMeters counts = new ReloadMeters(meters);
        tokens.ifPresent(one -> watch(counts, "tokens", () -> reloadTokens(one), one::isStale));
        peerSecret.ifPresent(
                one -> watch(counts, "peer-token", one::reloadIfChanged, one::isStale));
        certificate.ifPresent(
                one -> {
                    watch(
                            counts,
                            "certificate",
                            one::reloadIfChanged,
                            () -> one.problem().isPresent());
                    CertificateMeters.bind(meters, PORT, one, clock);
                });
    }

    /**
     * Reads all files that the configuration names.
     *
     * @throws ConfigException if one of them cannot be used
     */
    public static AdminSecrets load(AdminConfig config, MeterRegistry meters, Clock clock)
            throws ConfigException {
        return new AdminSecrets(config, meters, clock);
    }

    private static <T> Optional<ReloadedFile<T>> open(
            Optional<Path> file, ReloadedFile.Reader<T> reader) throws ConfigException {
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(ReloadedFile.open(file.get(), reader));
    }

    private static Optional<ServerCertificate> certificate(AdminConfig config)
            throws ConfigException {
        if (config.tls().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ServerCertificate.loadPrivate(config.tls().get().asListener()));
        } catch (IOException e) {
            var problems = new Problems();
            problems.add("admin.tls", e.getMessage());
            throw new ConfigException(config.tls().get().certificate(), problems);
        }
    }

    private Reload reloadTokens(ReloadedFile<AccessTokens> file) {
        Reload outcome = file.reloadIfChanged();
        if (outcome == Reload.DONE) {
            newTokens.run();
        }
        return outcome;
    }

    /** What is to happen each time that the tokens file was read again: on this object's thread. */
    void onNewTokens(Runnable listener) {
        newTokens = listener;
    }

    private void watch(
            ReloadMeters counts, String file, Supplier<Reload> look, Supplier<Boolean> isStale) {
        counts.bindStale(file, isStale);
        thread.scheduleWithFixedDelay(
                () -> {
                    counts.count(file, look.get());
                    rememberStale(file, isStale.get());
                },
                INTERVAL.toMillis(),
                INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void rememberStale(String file, boolean isStale) {
        if (isStale) {
            staleSince.putIfAbsent(file, clock.instant());
        } else {
            staleSince.remove(file);
        }
    }

    /**
     * Files that are not in use as they are now, by their words in the metrics, and since when that
     * is known.
     */
    Map<String, Instant> stale() {
        return Map.copyOf(staleSince);
    }

    /**
     * How the certificate is doing, empty where the interface speaks plain HTTP. Whether its files
     * can be used stands in {@link #stale}.
     */
    public Optional<CertificateState> certificate(Instant now) {
        return certificate.map(one -> new CertificateState(one.state(now).left(), false));
    }

    /** Empty where there is no tokens file. */
    Optional<Supplier<AccessTokens>> tokens() {
        return tokens.map(file -> file::value);
    }

    /** Those of the one secret that all routers share; empty where there is none. */
    Optional<Supplier<AccessTokens>> peers() {
        return peerSecret.map(file -> () -> AccessTokens.ofPeers(file.value()));
    }

    /** What this router shows to others, as it stands at the moment; empty where there is none. */
    public Optional<Secret> peerSecret() {
        return peerSecret.map(ReloadedFile::value);
    }

    /** What the next handshake shows; empty where the interface speaks plain HTTP. */
    Optional<Supplier<TlsKeyPair>> keyPair() {
        return certificate.map(one -> () -> keyPair(one.pair()));
    }

    private static TlsKeyPair keyPair(KeyPairFiles pair) {
        return TlsKeyPair.of(pair.key(), pair.chain());
    }

    /** The files are looked at no more. Idempotent. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
