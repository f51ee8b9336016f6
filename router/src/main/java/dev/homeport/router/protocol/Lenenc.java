package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;

/** Length-encoded integers and strings (MySQL source docs, "Integer Types", "String Types"). */
final class Lenenc {
    private Lenenc() {}

    /** How many bytes the integer takes that starts with this byte; 0 if none starts so. */
    static int width(int first) {
        return switch (first) {
            case 0xfb, 0xff -> 0;
            case 0xfc -> 3;
            case 0xfd -> 4;
            case 0xfe -> 9;
            default -> 1;
        };
    }

    /** The integer at that index, of which all bytes must be there. */
    static long get(ByteBuf in, int index) {
        int first = in.getUnsignedByte(index);
        return switch (first) {
            case 0xfc -> in.getUnsignedShortLE(index + 1);
            case 0xfd -> in.getUnsignedMediumLE(index + 1);
            case 0xfe -> in.getLongLE(index + 1);
            default -> first;
        };
    }

    static long read(ByteBuf in) throws MalformedPacketException {
        if (!in.isReadable()) {
            throw new MalformedPacketException("packet ends before a length");
        }
        int width = width(in.getUnsignedByte(in.readerIndex()));
        if (width == 0 || in.readableBytes() < width) {
            throw new MalformedPacketException("a length is cut short or has no valid first byte");
        }
        long value = get(in, in.readerIndex());
        in.skipBytes(width);
        return value;
    }

    static byte[] readBytes(ByteBuf in) throws MalformedPacketException {
        long length = read(in);
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException(
                    "a length of %d bytes with %d left in the packet"
                            .formatted(length, in.readableBytes()));
        }
        byte[] value = new byte[(int) length];
        in.readBytes(value);
        return value;
    }

    static String readString(ByteBuf in) throws MalformedPacketException {
        return WireText.decode(readBytes(in));
    }

    static void write(ByteBuf out, long value) {
        if (value < 0xfb) {
            out.writeByte((int) value);
        } else if (value <= 0xffff) {
            out.writeByte(0xfc).writeShortLE((int) value);
        } else if (value <= 0xffffff) {
            out.writeByte(0xfd).writeMediumLE((int) value);
        } else {
            out.writeByte(0xfe).writeLongLE(value);
        }
    }

    static void writeBytes(ByteBuf out, byte[] value) {
        write(out, value.length);
        out.writeBytes(value);
    }

    static void writeString(ByteBuf out, String value) {
        writeBytes(out, WireText.encode(value));
    }

    static String readNulTerminated(ByteBuf in, String what) throws MalformedPacketException {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new MalformedPacketException(what + " has no end");
        }
        byte[] value = new byte[length];
        in.readBytes(value);
        in.skipBytes(1);
        return WireText.decode(value);
    }

    static void writeNulTerminated(ByteBuf out, String value) {
        out.writeBytes(WireText.encode(value));
        out.writeByte(0);
    }

    /** Skips a name up to its NUL; some drivers leave the NUL out when the name is last. */
    static void skipLastName(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        in.skipBytes(length < 0 ? in.readableBytes() : length + 1);
    }

    /** Pairs of strings, with the length of all of them in front; empty where nothing is left. */
    static Map<String, String> readMap(ByteBuf in) throws MalformedPacketException {
        if (!in.isReadable()) {
            return Map.of();
        }
        long length = read(in);
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException(
                    "connection attributes are longer than their packet");
        }
        ByteBuf pairs = in.readSlice((int) length);
        Map<String, String> result = new LinkedHashMap<>();
        while (pairs.isReadable()) {
            String name = readString(pairs);
            result.put(name, readString(pairs));
        }
        return result;
    }

    static void writeMap(ByteBuf out, Map<String, String> map) {
        ByteBuf pairs = out.alloc().buffer();
        try {
            map.forEach(
                    (name, value) -> {
                        writeString(pairs, name);
                        writeString(pairs, value);
                    });
            write(out, pairs.readableBytes());
            out.writeBytes(pairs);
        } finally {
            pairs.release();
        }
    }
}
