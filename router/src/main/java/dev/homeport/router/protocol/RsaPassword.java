package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * How {@code caching_sha2_password} and {@code sha256_password} send a password over a connection
 * that is not encrypted: {@code password NUL}, combined with the scramble by XOR, under the
 * receiver's RSA key with OAEP and SHA-1 (MySQL source docs, "Caching_sha2_password information").
 */
public final class RsaPassword {
    private static final String CIPHER = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private RsaPassword() {}

    /**
     * Encrypts for the receiver.
     *
     * @param clear {@code password NUL}; overwritten
     */
    public static byte[] seal(byte[] clear, AuthBytes scramble, PublicKey receiver)
            throws GeneralSecurityException {
        scramble.xorInto(clear);
        try {
            Cipher cipher = Cipher.getInstance(CIPHER);
            cipher.init(Cipher.ENCRYPT_MODE, receiver);
            return cipher.doFinal(clear);
        } finally {
            Arrays.fill(clear, (byte) 0);
        }
    }

    /**
     * Decrypts what was sealed for this key.
     *
     * @return {@code password NUL}, which the caller must overwrite
     */
    public static byte[] open(byte[] sealed, AuthBytes scramble, PrivateKey own)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(Cipher.DECRYPT_MODE, own);
        byte[] clear = cipher.doFinal(sealed);
        scramble.xorInto(clear);
        return clear;
    }

    /** The public key in the PEM text that servers send. */
    public static PublicKey publicKey(String pem) throws GeneralSecurityException {
        int begin = pem.indexOf(BEGIN);
        int end = pem.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new GeneralSecurityException("the instance sent no public key");
        }
        String base64 = pem.substring(begin + BEGIN.length(), end).replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the instance sent no public key", e);
        }
    }

    /** The PEM text of a public key, as servers send it. */
    public static String pem(PublicKey key) {
        String base64 =
                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return BEGIN + "\n" + base64 + "\n" + END + "\n";
    }

    /** The payload of a whole packet, with its header; the reader index stays. */
    public static byte[] payload(ByteBuf packet) {
        byte[] payload = new byte[packet.readableBytes() - Packet.HEADER_BYTES];
        packet.getBytes(packet.readerIndex() + Packet.HEADER_BYTES, payload);
        return payload;
    }
}
