package dev.homeport.topology.zk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * What is the same for every connection of one daemon: who it is, whether TLS is spoken, and what
 * the znodes that it makes let others do.
 *
 * @param digest {@code user:password}
 * @param settings of ZooKeeper's client
 */
record EnsembleClient(Optional<byte[]> digest, ZKClientConfig settings, FleetAcl acl) {
    private static final String NETTY = "org.apache.zookeeper.ClientCnxnSocketNetty";
    private static final String PEM = "PEM";

    /**
     * Reads the files that the configuration names.
     *
     * @throws IOException if one cannot be read, or is not what it should be
     */
    static EnsembleClient of(ZooKeeperConfig config) throws IOException {
        Optional<byte[]> digest =
                config.digestFile().isPresent()
                        ? Optional.of(DigestFile.read(config.digestFile().get()))
                        : Optional.empty();
        var settings = new ZKClientConfig();
        if (config.security().tls().isPresent()) {
            encrypt(settings, config.security().tls().get());
        }
        if (config.security().saslFile().isPresent()) {
            authenticate(settings, DigestFile.read(config.security().saslFile().get()));
        } else {
            settings.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        }
        return new EnsembleClient(digest, settings, acl(config, digest.isPresent()));
    }

    private static FleetAcl acl(ZooKeeperConfig config, boolean hasDigest) {
        boolean isSomebody =
                hasDigest
                        || config.security().saslFile().isPresent()
                        || config.security().tls().flatMap(EnsembleTlsConfig::identity).isPresent();
        return config.security()
                .acl()
                .map(FleetAcl::of)
                .orElseGet(isSomebody ? FleetAcl::ofCreator : FleetAcl::open);
    }

    private static void encrypt(ZKClientConfig settings, EnsembleTlsConfig tls) throws IOException {
        requirePem(tls.authority(), "-----BEGIN CERTIFICATE-----");
        settings.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        settings.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, NETTY);
        settings.setProperty("zookeeper.ssl.trustStore.location", tls.authority().toString());
        settings.setProperty("zookeeper.ssl.trustStore.type", PEM);
        settings.setProperty("zookeeper.ssl.hostnameVerification", "true");
        if (tls.identity().isPresent()) {
            Path identity = tls.identity().get();
            requirePem(identity, "-----BEGIN PRIVATE KEY-----");
            requirePem(identity, "-----BEGIN CERTIFICATE-----");
            settings.setProperty("zookeeper.ssl.keyStore.location", identity.toString());
            settings.setProperty("zookeeper.ssl.keyStore.type", PEM);
        }
    }

    /** ZooKeeper's client would only say that it cannot connect, again and again. */
    private static void requirePem(Path file, String beginning) throws IOException {
        if (!Files.readString(file, StandardCharsets.US_ASCII).contains(beginning)) {
            throw new IOException(file + " must be PEM with a line " + beginning);
        }
    }

    private static void authenticate(ZKClientConfig settings, byte[] userAndPassword) {
        String[] parts = new String(userAndPassword, StandardCharsets.UTF_8).split(":", 2);
        settings.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "true");
        // On by default, and without MD5 there is no SASL but Kerberos.
        settings.setProperty("zookeeper.fips-mode", "false");
        settings.setProperty(
                ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, SaslLogin.add(parts[0], parts[1]));
        settings.setProperty(ZKClientConfig.ZK_SASL_CLIENT_CANONICALIZE_HOSTNAME, "false");
    }

    /** Tells a connection who this is. */
    void authorize(ZooKeeper zk) {
        digest.ifPresent(bytes -> zk.addAuthInfo("digest", bytes));
    }
}
