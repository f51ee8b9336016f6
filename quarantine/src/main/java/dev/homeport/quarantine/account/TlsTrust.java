package dev.homeport.quarantine.account;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whom to believe, and what to show: from PEM to what Java's TLS wants. */
final class TlsTrust {
    private static final char[] NO_PASSWORD = new char[0];

    private TlsTrust() {}

    /** Whom a cluster's record names; without that the file; without that this machine's Java. */
    static TrustManager[] authorities(AccountLink link) throws IOException {
        if (!link.mode().isVerified()) {
            return new TrustManager[] {new Anybody()};
        }
        if (link.authority().isPresent()) {
            return named(link.authority().get());
        }
        return link.files().authority().isPresent()
                ? authorities(link.files().authority().get())
                : machine();
    }

    private static TrustManager[] named(String pem) throws IOException {
        var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        try {
            return trust(CertificateFactory.getInstance("X.509").generateCertificates(in));
        } catch (GeneralSecurityException e) {
            throw new TlsSetupException("tls.ca of the cluster's record cannot be used", e);
        }
    }

    static TrustManager[] authorities(Path file) throws IOException {
        try {
            return trust(KeyPairFiles.chain(file));
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsSetupException("file %s of tls.ca cannot be used".formatted(file), e);
        }
    }

    private static TrustManager[] machine() throws IOException {
        try {
            return managers(null);
        } catch (GeneralSecurityException e) {
            throw new TlsSetupException("this machine's Java has no certificates to believe", e);
        }
    }

    private static TrustManager[] trust(Collection<? extends Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return managers(store);
    }

    private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** None where the configuration has none. */
    static KeyManager[] keys(TlsFiles files) throws IOException {
        if (files.certificate().isEmpty()) {
            return new KeyManager[0];
        }
        Path certificate = files.certificate().get();
        Path key = files.key().orElseThrow();
        try {
            KeyPairFiles pair = KeyPairFiles.read(certificate, key);
            KeyStore store = emptyStore();
            store.setKeyEntry(
                    "own", pair.key(), NO_PASSWORD, pair.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsSetupException(
                    "files %s and %s of tls.certificate and tls.key cannot be used"
                            .formatted(certificate, key),
                    e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    /** Any certificate will do. Extended, or Java would still ask something of its algorithms. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
