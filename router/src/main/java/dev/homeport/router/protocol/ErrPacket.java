package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * An error (MySQL source docs, Protocol::ERR_Packet).
 *
 * @param sqlState five characters; empty before the client has answered the greeting
 */
public record ErrPacket(int code, String sqlState, String message) {
    public static final int HEADER = 0xff;

    /** Reads the payload of an error, with or without an SQLSTATE. */
    public static ErrPacket decode(ByteBuf in) throws MalformedPacketException {
        if (in.readableBytes() < 3 || in.readUnsignedByte() != HEADER) {
            throw new MalformedPacketException("no error packet");
        }
        int code = in.readUnsignedShortLE();
        String state = "";
        if (in.readableBytes() >= 6 && in.getByte(in.readerIndex()) == '#') {
            in.skipBytes(1);
            state = in.readCharSequence(5, StandardCharsets.US_ASCII).toString();
        }
        return new ErrPacket(
                code,
                state,
                in.readCharSequence(in.readableBytes(), StandardCharsets.UTF_8).toString());
    }

    /** Writes the payload. */
    public void encode(ByteBuf out) {
        out.writeByte(HEADER);
        out.writeShortLE(code);
        if (!sqlState.isEmpty()) {
            out.writeByte('#');
            out.writeCharSequence(sqlState, StandardCharsets.US_ASCII);
        }
        out.writeCharSequence(message, StandardCharsets.UTF_8);
    }
}
