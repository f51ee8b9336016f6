package dev.homeport.router.compression;

import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;

/**
 * What a compressed leg consists of (MySQL source docs, "Compressed Packet"; the docs call it a
 * packet too, here it is a frame): three bytes of length, a number, three bytes of length before
 * compression, and a payload. The payload is a part of the stream of packets, cut anywhere.
 */
final class Frame {
    static final int HEADER_BYTES = 7;

    /** Most that a frame can hold, before compression and after. */
    static final int MOST_PAYLOAD_BYTES = Packet.MAX_PAYLOAD_BYTES;

    private Frame() {}

    /**
     * Writes a header.
     *
     * @param bytes of the payload as it follows
     * @param original length of the payload before compression; 0 if it is not compressed
     */
    static void writeHeader(ByteBuf out, int bytes, int number, int original) {
        out.writeMediumLE(bytes);
        out.writeByte(number);
        out.writeMediumLE(original);
    }
}
