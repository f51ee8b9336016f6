package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

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
        return new String(readBytes(in), StandardCharsets.UTF_8);
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
        writeBytes(out, value.getBytes(StandardCharsets.UTF_8));
    }

    static String readNulTerminated(ByteBuf in, String what) throws MalformedPacketException {
        int length = in.bytesBefore((byte) 0);
        if (length < 0) {
            throw new MalformedPacketException(what + " has no end");
        }
        String value = in.toString(in.readerIndex(), length, StandardCharsets.UTF_8);
        in.skipBytes(length + 1);
        return value;
    }

    static void writeNulTerminated(ByteBuf out, String value) {
        out.writeCharSequence(value, StandardCharsets.UTF_8);
        out.writeByte(0);
    }
}
