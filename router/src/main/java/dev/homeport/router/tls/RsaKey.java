package dev.homeport.router.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The RSA key that clients seal passwords under, as MySQL servers have one. */
public final class RsaKey {
    private static final int BITS = 2048;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private RsaKey() {}

    /**
     * The key of that file; without one a new key, which is made on that executor meanwhile.
     *
     * @throws IOException if the file has no usable key
     */
    public static Supplier<KeyPair> of(Optional<Path> file, Executor blocking) throws IOException {
        if (file.isPresent()) {
            KeyPair read = read(file.get());
            return () -> read;
        }
        return CompletableFuture.supplyAsync(RsaKey::generate, blocking)::join;
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(BITS);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }

    private static KeyPair read(Path file) throws IOException {
        try {
            String pem = Files.readString(file);
            int begin = pem.indexOf(BEGIN);
            int end = pem.indexOf(END);
            if (begin < 0 || end < begin) {
                throw new IOException(
                        file + " must hold a private key in PKCS#8, such as of openssl genpkey");
            }
            byte[] bytes =
                    Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN.length(), end));
            KeyFactory factory = KeyFactory.getInstance("RSA");
            PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(bytes));
            if (!(key instanceof RSAPrivateCrtKey rsa)) {
                throw new IOException(file + " must hold an RSA key with its public part");
            }
            return new KeyPair(
                    factory.generatePublic(
                            new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent())),
                    rsa);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " holds no usable RSA key: " + e.getMessage(), e);
        }
    }
}
