package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The server's greeting (MySQL source docs, Protocol::HandshakeV10), written by the router to
 * clients and read by it from instances.
 *
 * @param connectionId as KILL takes it, unsigned 32 bits
 * @param scramble 20 characters, each 0x21 to 0x7e; some drivers trip over others
 * @param capabilities all of them, MariaDB's own in the upper half
 * @param collation server default, one byte
 * @param status server status flags
 * @param authPlugin name of the default plugin
 */
public record HandshakeV10(
        String serverVersion,
        int connectionId,
        String scramble,
        long capabilities,
        int collation,
        int status,
        String authPlugin) {
    public static final int PROTOCOL_VERSION = 10;
    public static final int SCRAMBLE_CHARS = 20;
    private static final int SCRAMBLE_PART1 = 8;

    /** Reads the payload of a greeting. */
    public static HandshakeV10 decode(ByteBuf in) throws MalformedPacketException {
        if (in.readableBytes() < 1 || in.readUnsignedByte() != PROTOCOL_VERSION) {
            throw new MalformedPacketException("the greeting is not of protocol version 10");
        }
        String version = Lenenc.readNulTerminated(in, "server version");
        requireBytes(in, 4 + SCRAMBLE_PART1 + 1 + 2 + 1 + 2 + 2 + 1 + 10);
        int connectionId = in.readIntLE();
        String part1 = readAscii(in, SCRAMBLE_PART1);
        in.skipBytes(1);
        int lower = in.readUnsignedShortLE();
        int collation = in.readUnsignedByte();
        int status = in.readUnsignedShortLE();
        lower |= in.readUnsignedShortLE() << 16;
        in.skipBytes(1 + 6);
        long capabilities = Capabilities.join(lower, in.readIntLE());
        int part2Bytes = SCRAMBLE_CHARS - SCRAMBLE_PART1;
        requireBytes(in, part2Bytes);
        String part2 = readAscii(in, part2Bytes);
        if (in.isReadable()) {
            in.skipBytes(1);
        }
        String plugin =
                in.isReadable() && in.bytesBefore((byte) 0) >= 0
                        ? Lenenc.readNulTerminated(in, "auth plugin name")
                        : in.readCharSequence(in.readableBytes(), StandardCharsets.US_ASCII)
                                .toString();
        return new HandshakeV10(
                version, connectionId, part1 + part2, capabilities, collation, status, plugin);
    }

    /** Writes the payload. */
    public void encode(ByteBuf out) {
        out.writeByte(PROTOCOL_VERSION);
        Lenenc.writeNulTerminated(out, serverVersion);
        out.writeIntLE(connectionId);
        out.writeCharSequence(scramble.substring(0, SCRAMBLE_PART1), StandardCharsets.US_ASCII);
        out.writeByte(0);
        out.writeShortLE((int) capabilities);
        out.writeByte(collation);
        out.writeShortLE(status);
        out.writeShortLE((int) (capabilities >>> 16));
        out.writeByte(SCRAMBLE_CHARS + 1);
        out.writeZero(6);
        out.writeIntLE(Capabilities.mariaDb(capabilities));
        out.writeCharSequence(scramble.substring(SCRAMBLE_PART1), StandardCharsets.US_ASCII);
        out.writeByte(0);
        Lenenc.writeNulTerminated(out, authPlugin);
    }

    private static String readAscii(ByteBuf in, int bytes) {
        return in.readCharSequence(bytes, StandardCharsets.ISO_8859_1).toString();
    }

    private static void requireBytes(ByteBuf in, int bytes) throws MalformedPacketException {
        if (in.readableBytes() < bytes) {
            throw new MalformedPacketException("the greeting is cut short");
        }
    }
}
