package dev.homeport.testkit.mysql;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the protocol's basic types (MySQL source docs, "Basic Data Types") from a payload. */
public final class PacketReader {
    private final ByteBuffer bytes;

    public PacketReader(byte[] payload) {
        bytes = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    }

    public int remaining() {
        return bytes.remaining();
    }

    public int int1() {
        return bytes.get() & 0xff;
    }

    public int int2() {
        return bytes.getShort() & 0xffff;
    }

    public int int3() {
        return int2() | int1() << 16;
    }

    public long int4() {
        return bytes.getInt() & 0xffff_ffffL;
    }

    /** A length-encoded integer; -1 stands for NULL (0xfb). */
    public long lenenc() {
        int first = int1();
        return switch (first) {
            case 0xfb -> -1;
            case 0xfc -> int2();
            case 0xfd -> int3();
            case 0xfe -> bytes.getLong();
            default -> first;
        };
    }

    public byte[] bytes(int length) {
        byte[] result = new byte[length];
        bytes.get(result);
        return result;
    }

    public String text(int length) {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    /** A text up to the next NUL, which is consumed, or up to the end. */
    public String nulText() {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        String result = text(end - bytes.position());
        if (bytes.hasRemaining()) {
            bytes.get();
        }
        return result;
    }

    /** A text with its length before it; {@code NULL} for NULL. */
    public String lenencText() {
        long length = lenenc();
        return length < 0 ? "NULL" : text((int) length);
    }

    /** All that is left, as text. */
    public String rest() {
        return text(remaining());
    }
}
