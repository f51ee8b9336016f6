package dev.homeport.router.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Names out of logins, in whatever character set the client has: what is UTF-8 is decoded as such,
 * and of anything else each byte that is not ASCII becomes a lone surrogate, which no UTF-8 has. So
 * every name leaves as the bytes that it came as.
 */
public final class WireText {
    /** Plus the byte: U+DC80 to U+DCFF. */
    private static final int ESCAPE = 0xdc00;

    private WireText() {}

    static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            var text = new StringBuilder(bytes.length);
            for (byte each : bytes) {
                text.append((char) (each < 0 ? ESCAPE + (each & 0xff) : each));
            }
            return text.toString();
        }
    }

    /** The bytes that it came as. */
    public static byte[] encode(String text) {
        if (!isEscaped(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /** Whether it has a lone surrogate of those that stand for a byte. */
    private static boolean isEscaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean isEscape = each >= ESCAPE + 0x80 && each <= ESCAPE + 0xff;
            if (isEscape && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
                return true;
            }
        }
        return false;
    }
}
