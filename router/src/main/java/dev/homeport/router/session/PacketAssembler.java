package dev.homeport.router.session;

import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/**
 * Gathers whole packets of the Connection Phase, where they are few and small. The Command Phase
 * never gathers.
 */
final class PacketAssembler {
    /** More than any login needs; connection attributes alone may take 64 KB. */
    static final int MOST_PAYLOAD_BYTES = 68 * 1024;

    private final GatheredBytes gathered;

    PacketAssembler(ByteBufAllocator allocator) {
        gathered = GatheredBytes.ofSecrets(allocator);
    }

    /** Takes bytes over; the caller has no claim on them afterwards. */
    void add(ByteBuf in) {
        gathered.add(in);
    }

    /**
     * The next whole packet with its header, which the caller must release or write.
     *
     * @throws MalformedPacketException if it is longer than any packet of a login may be
     */
    Optional<ByteBuf> next() throws MalformedPacketException {
        ByteBuf bytes = gathered.bytes();
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
        return gathered.readableBytes();
    }

    /** Hands over what was not taken as a packet; the caller must release it. */
    ByteBuf takeRest() {
        return gathered.take();
    }

    void release() {
        gathered.release();
    }
}
