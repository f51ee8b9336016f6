package dev.homeport.router.session;

import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/**
 * Gathers whole packets of the Connection Phase, where they are few and small. The Command Phase
 * never gathers.
 */
final class PacketAssembler {
    /** More than any login needs; connection attributes alone may take 64 KB. */
    static final int MOST_PAYLOAD_BYTES = 128 * 1024;

    private final ByteBufAllocator allocator;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    PacketAssembler(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Takes bytes over; the caller has no claim on them afterwards. */
    void add(ByteBuf in) {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = in;
            return;
        }
        ByteBuf joined = allocator.buffer(bytes.readableBytes() + in.readableBytes());
        joined.writeBytes(bytes).writeBytes(in);
        bytes.release();
        in.release();
        bytes = joined;
    }

    /**
     * The next whole packet with its header, which the caller must release or write.
     *
     * @throws MalformedPacketException if it is longer than any packet of a login may be
     */
    Optional<ByteBuf> next() throws MalformedPacketException {
        if (bytes.readableBytes() < Packet.HEADER_BYTES) {
            return Optional.empty();
        }
        int payload = Packet.payloadBytes(bytes, bytes.readerIndex());
        if (payload > MOST_PAYLOAD_BYTES) {
            throw new MalformedPacketException("a packet of " + payload + " bytes during login");
        }
        int whole = Packet.HEADER_BYTES + payload;
        return bytes.readableBytes() < whole
                ? Optional.empty()
                : Optional.of(bytes.readRetainedSlice(whole));
    }

    int readableBytes() {
        return bytes.readableBytes();
    }

    /** Hands over what was not taken as a packet; the caller must release it. */
    ByteBuf takeRest() {
        ByteBuf rest = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    void release() {
        takeRest().release();
    }
}
