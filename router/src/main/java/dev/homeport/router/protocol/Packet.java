package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;

/**
 * The frame around every payload: three bytes of length, least significant first, and a sequence id
 * (MySQL source docs, "Protocol Basics: MySQL Packets").
 */
public final class Packet {
    public static final int HEADER_BYTES = 4;

    /** A payload of this length goes on in the next packet. */
    public static final int MAX_PAYLOAD_BYTES = 0xffffff;

    private Packet() {}

    /** Length of the payload of the packet whose header starts at that index. */
    public static int payloadBytes(ByteBuf buffer, int index) {
        return buffer.getUnsignedMediumLE(index);
    }

    public static int sequence(ByteBuf buffer, int index) {
        return buffer.getUnsignedByte(index + 3);
    }

    /**
     * Writes one packet into a new buffer.
     *
     * @param payload writes the payload, at most {@link #MAX_PAYLOAD_BYTES} - 1 bytes
     * @return a buffer that the caller must release or write
     */
    public static ByteBuf write(
            ByteBufAllocator allocator, int sequence, Consumer<ByteBuf> payload) {
        ByteBuf out = allocator.buffer(128);
        out.writeMediumLE(0);
        out.writeByte(sequence);
        payload.accept(out);
        out.setMediumLE(0, out.readableBytes() - HEADER_BYTES);
        return out;
    }
}
