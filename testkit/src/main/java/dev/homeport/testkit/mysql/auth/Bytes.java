package dev.homeport.testkit.mysql.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** What several plugins do with bytes. */
final class Bytes {
    private static final int SCRAMBLE_LENGTH = 20;

    private Bytes() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] withNul(String text) {
        byte[] bytes = utf8(text);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** The 20 bytes that count: a NUL follows them. */
    static byte[] scramble(byte... data) {
        return Arrays.copyOf(data, SCRAMBLE_LENGTH);
    }

    /** Each byte with the one at the same place of the mask, which repeats. */
    static byte[] xor(byte[] bytes, byte[] mask) {
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= mask[i % mask.length];
        }
        return result;
    }

    static byte[] concat(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] result = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, result, at, part.length);
            at += part.length;
        }
        return result;
    }

    static byte[] digest(String algorithm, byte[]... parts) {
        try {
            return MessageDigest.getInstance(algorithm).digest(concat(parts));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
