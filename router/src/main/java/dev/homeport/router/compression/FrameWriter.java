package dev.homeport.router.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Puts frames around the bytes of packets. Mutable; touched only by its event loop. */
final class FrameWriter {
    /** What is shorter is not worth compressing; servers have the same limit. */
    private static final int LEAST_COMPRESSED_BYTES = 50;

    /**
     * Below every server's limit for one frame, which goes down with {@code max_allowed_packet}.
     */
    static final int MOST_FRAME_BYTES = 64 * 1024;

    private final PayloadCompressor compressor;
    private final LegNumbers numbers;
    private final ByteBufAllocator allocator;
    private final PacketHeaders headers = new PacketHeaders();

    /** A packet's header that has not come whole: at most three bytes, useless to the peer. */
    private ByteBuf held = Unpooled.EMPTY_BUFFER;

    FrameWriter(PayloadCompressor compressor, LegNumbers numbers, ByteBufAllocator allocator) {
        this.compressor = compressor;
        this.numbers = numbers;
        this.allocator = allocator;
    }

    /**
     * Makes frames of bytes.
     *
     * @param bytes taken over
     * @param out takes the buffers over, of which the frames consist
     */
    void write(ByteBuf bytes, Consumer<ByteBuf> out) {
        ByteBuf all = held.isReadable() ? join(bytes) : bytes;
        try {
            int from = all.readerIndex();
            int end = all.writerIndex();
            while (from < end) {
                int to = headers.follow(all, from, numbers);
                if (to == from) {
                    held = all.copy(from, end - from);
                    return;
                }
                writeFrames(all, from, to, out);
                from = to;
            }
        } finally {
            all.release();
        }
    }

    private ByteBuf join(ByteBuf bytes) {
        ByteBuf all = allocator.buffer(held.readableBytes() + bytes.readableBytes());
        all.writeBytes(held).writeBytes(bytes);
        bytes.release();
        release();
        return all;
    }

    private void writeFrames(ByteBuf bytes, int from, int to, Consumer<ByteBuf> out) {
        for (int index = from; index < to; index += MOST_FRAME_BYTES) {
            writeFrame(bytes, index, Math.min(MOST_FRAME_BYTES, to - index), out);
        }
    }

    private void writeFrame(ByteBuf bytes, int index, int length, Consumer<ByteBuf> out) {
        int number = numbers.frameWritten();
        if (length >= LEAST_COMPRESSED_BYTES) {
            ByteBuffer compressed = CompressionTools.ofThread().scratch();
            if (compressor.compress(bytes, index, length, compressed)) {
                int shorter = compressed.flip().remaining();
                ByteBuf frame = allocator.buffer(Frame.HEADER_BYTES + shorter);
                Frame.writeHeader(frame, shorter, number, length);
                out.accept(frame.writeBytes(compressed));
                return;
            }
        }
        ByteBuf header = allocator.buffer(Frame.HEADER_BYTES);
        Frame.writeHeader(header, length, number, 0);
        out.accept(header);
        out.accept(bytes.retainedSlice(index, length));
    }

    /** Drops what is held. */
    void release() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }
}
