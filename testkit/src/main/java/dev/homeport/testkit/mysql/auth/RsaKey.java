package dev.homeport.testkit.mysql.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;

/** Sends a password through a wire without TLS, with the server's public key. */
final class RsaKey {
    private RsaKey() {}

    /** RSA with OAEP and SHA-1 over the password and its NUL, masked with the scramble. */
    static byte[] encrypt(byte[] pem, String password, byte[] scramble) {
        try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            cipher.init(Cipher.ENCRYPT_MODE, parse(pem));
            return cipher.doFinal(Bytes.xor(Bytes.withNul(password), scramble));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot use the server's RSA key", e);
        }
    }

    private static PublicKey parse(byte[] pem) throws GeneralSecurityException {
        String base64 =
                new String(pem, StandardCharsets.US_ASCII)
                        .replaceAll("-----[A-Z ]+-----", "")
                        .replaceAll("[^A-Za-z0-9+/=]", "");
        return KeyFactory.getInstance("RSA")
                .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }
}
