package dev.homeport.router.compression;

import dev.homeport.router.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** Takes the frames off the bytes of packets. Mutable; touched only by its event loop. */
final class FrameReader {
    private final LegNumbers numbers;
    private final PayloadReader stored = new PayloadReader.Stored();
    private final PayloadReader compressed;
    private final PacketHeaders packets = new PacketHeaders();

    private long header;
    private int headerBytes;

    /** The payload that is being read, or the last one, which is at its end. */
    private PayloadReader payload = stored;

    FrameReader(PayloadReader compressed, LegNumbers numbers) {
        this.compressed = compressed;
        this.numbers = numbers;
    }

    /**
     * Reads on.
     *
     * @param in where the bytes go on; what is not read yet stays readable
     * @return the next bytes of packets, which the caller must release; empty if all of {@code in}
     *     was read
     * @throws MalformedPacketException if these are no frames; nothing more can be read then
     */
    Optional<ByteBuf> next(ByteBuf in) throws MalformedPacketException {
        while (true) {
            Optional<ByteBuf> piece = payload.next(in);
            if (piece.isPresent()) {
                return Optional.of(renumbered(piece.get()));
            }
            if (!payload.isAtEnd() || !readHeader(in)) {
                return Optional.empty();
            }
        }
    }

    private ByteBuf renumbered(ByteBuf piece) throws MalformedPacketException {
        try {
            packets.renumber(piece, numbers);
            return piece;
        } catch (MalformedPacketException e) {
            piece.release();
            throw e;
        }
    }

    /** Whether a whole header was there. */
    private boolean readHeader(ByteBuf in) throws MalformedPacketException {
        while (headerBytes < Frame.HEADER_BYTES) {
            if (!in.isReadable()) {
                return false;
            }
            header |= (long) in.readUnsignedByte() << (8 * headerBytes++);
        }
        int bytes = (int) header & Frame.MOST_PAYLOAD_BYTES;
        int number = (int) (header >>> 24) & 0xff;
        int announced = (int) (header >>> 32);
        header = 0;
        headerBytes = 0;
        if (bytes == 0) {
            throw new MalformedPacketException("a compressed packet is empty");
        }
        numbers.frameRead(number, packets.isBetweenPackets());
        payload = announced == 0 ? stored : compressed;
        payload.begin(bytes, announced);
        return true;
    }

    /** Whether memory waits for the end of a frame. */
    boolean isGathering() {
        return payload.isGathering();
    }

    /** Gives up what is held. */
    void release() {
        compressed.release();
    }
}
