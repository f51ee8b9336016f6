package dev.homeport.testkit.tls;

import static java.util.Objects.requireNonNull;

import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * How a test client speaks TLS. It checks the chain of the server's certificate and not its names.
 * Connections of one object may resume each other's TLS sessions.
 *
 * @param serverName what it says as SNI
 * @param inOneWrite whether the SSLRequest and the ClientHello leave in one write, as drivers send
 *     them that do not wait
 */
public record ClientTls(SSLContext context, Optional<String> serverName, boolean inOneWrite) {
    private static final char[] NO_PASSWORD = {};

    public ClientTls {
        requireNonNull(context, "context");
        requireNonNull(serverName, "serverName");
    }

    /** A client without a certificate. */
    public static ClientTls trusting(Path authority) {
        return new ClientTls(context(authority, List.of()), Optional.empty(), false);
    }

    /** A client with a certificate of its own. */
    public static ClientTls trusting(Path authority, PemFiles identity) {
        return new ClientTls(context(authority, List.of(identity)), Optional.empty(), false);
    }

    public ClientTls withServerName(String name) {
        return new ClientTls(context, Optional.of(name), inOneWrite);
    }

    public ClientTls writingAtOnce() {
        return new ClientTls(context, serverName, true);
    }

    private static SSLContext context(Path authority, List<PemFiles> identities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(identities), trust(authority), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ServerException("cannot prepare a TLS client", e);
        }
    }

    private static TrustManager[] trust(Path authority)
            throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("ca", Pem.certificates(authority).getFirst());
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(List<PemFiles> identities)
            throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        for (PemFiles identity : identities) {
            Certificate[] chain =
                    Pem.certificates(identity.certificate()).toArray(Certificate[]::new);
            store.setKeyEntry("client", Pem.key(identity.key()), NO_PASSWORD, chain);
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
