package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Names and literals as the server takes them out of their quotes. */
final class Identifier {
    /** To a server a longer name is an error. */
    static final int MOST_CHARACTERS = 64;

    private static final int MOST_BYTES = 8 * MOST_CHARACTERS;

    private Identifier() {}

    /** The name between those indexes; a longer one than possible is cut somewhere. */
    static String name(ByteBuf in, int start, int stop) {
        int first = in.getByte(start);
        boolean isQuoted = first == '`' || first == '"' || first == '[';
        if (!isQuoted) {
            int length = Math.min(stop - start, MOST_BYTES);
            return in.toString(start, length, StandardCharsets.UTF_8);
        }
        int close = first == '[' ? ']' : first;
        byte[] bytes = new byte[Math.min(stop - start, MOST_BYTES)];
        int length = 0;
        for (int i = start + 1; i < stop - 1 && length < bytes.length; i++) {
            byte b = in.getByte(i);
            bytes[length++] = b;
            if (b == close) {
                i++; // it stands there twice
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** Whether a byte above ASCII is among them. */
    static boolean isAscii(ByteBuf in, int start, int stop) {
        for (int i = start; i < stop; i++) {
            if (in.getByte(i) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes what a literal holds.
     *
     * @param escapes whether a backslash is an escape
     */
    static void literal(ByteBuf in, int start, int stop, boolean escapes, ByteBuf out) {
        int quote = in.getByte(start);
        int last = stop - 1;
        for (int i = start + 1; i < last; i++) {
            int c = in.getByte(i);
            if (c == '\\' && escapes && i + 1 < last) {
                i++;
                out.writeByte(unescaped(in.getByte(i)));
            } else {
                out.writeByte(c);
                if (c == quote) {
                    i++; // it stands there twice
                }
            }
        }
    }

    /** MySQL manual, String Literals: of any other character the backslash goes away. */
    private static int unescaped(int c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case '0' -> 0;
            case 'Z' -> 26;
            default -> c;
        };
    }
}
