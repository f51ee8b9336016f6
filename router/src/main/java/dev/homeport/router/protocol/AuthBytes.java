package dev.homeport.router.protocol;

import java.util.Arrays;

/** Bytes of an auth exchange. Never shown; compared by content. */
public final class AuthBytes {
    private final byte[] bytes;

    /** Takes the array over. */
    AuthBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    public int length() {
        return bytes.length;
    }

    /** The same bytes again and again, combined with {@code text} by XOR, in place. */
    void xorInto(byte[] text) {
        for (int i = 0; bytes.length > 0 && i < text.length; i++) {
            text[i] ^= bytes[i % bytes.length];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
