package dev.homeport.quarantine.account;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A certificate with those that lead to its authority, and the private key that belongs to it. TLS
 * libraries notice only in a handshake that the two do not belong together; here it shows at once.
 *
 * @param chain the own certificate first
 */
public record KeyPairFiles(List<X509Certificate> chain, PrivateKey key) {
    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] SAMPLE = "signed and verified".getBytes(StandardCharsets.US_ASCII);

    public KeyPairFiles {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both files.
     *
     * @throws IOException if one cannot be read
     * @throws GeneralSecurityException if one is not what it should be, or they are no pair
     */
    public static KeyPairFiles read(Path certificate, Path key)
            throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = chain(certificate);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey privateKey = key(key, publicKey.getAlgorithm());
        requirePair(publicKey, privateKey);
        return new KeyPairFiles(chain, privateKey);
    }

    /**
     * All certificates of a PEM file, in its order; at least one.
     *
     * @throws IOException if it cannot be read
     * @throws CertificateException if there is none in it
     */
    public static List<X509Certificate> chain(Path file) throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .filter(X509Certificate.class::isInstance)
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new CertificateException("there is no certificate in " + file);
            }
            return chain;
        }
    }

    private static PrivateKey key(Path file, String algorithm)
            throws IOException, GeneralSecurityException {
        Matcher pem = PKCS8.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new InvalidKeyException(
                    file
                            + " must have a private key in PEM, PKCS#8 and not encrypted"
                            + " (\"BEGIN PRIVATE KEY\")");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static void requirePair(PublicKey publicKey, PrivateKey privateKey)
            throws GeneralSecurityException {
        Signature signature =
                Signature.getInstance(
                        switch (publicKey.getAlgorithm()) {
                            case "RSA" -> "SHA256withRSA";
                            case "EC" -> "SHA256withECDSA";
                            default -> publicKey.getAlgorithm();
                        });
        signature.initSign(privateKey);
        signature.update(SAMPLE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(SAMPLE);
        if (!signature.verify(signed)) {
            throw new InvalidKeyException("the key does not belong to the certificate");
        }
    }
}
