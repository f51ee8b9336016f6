package dev.homeport.router.compression;

import com.github.luben.zstd.ZstdException;
import dev.homeport.router.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Takes the payloads of frames apart, one after the other. Holds memory only within a payload. */
sealed interface PayloadReader {
    /**
     * A frame was begun.
     *
     * @param bytes of its payload
     * @param announced length of the payload before compression
     */
    void begin(int bytes, int announced);

    /**
     * Reads on.
     *
     * @param in from where the payload goes on; may end before it, or go on behind it
     * @return the next piece, which the caller must release; empty if more bytes are needed, or if
     *     the payload is at its end
     * @throws MalformedPacketException if the payload is not what its header announced
     */
    Optional<ByteBuf> next(ByteBuf in) throws MalformedPacketException;

    boolean isAtEnd();

    /** Whether memory waits for the end of the payload. */
    boolean isGathering();

    /** Gives up what is held, wherever the payload stands. */
    void release();

    /** Payloads that were not worth compressing: they are passed on as they came. */
    final class Stored implements PayloadReader {
        private int left;

        @Override
        public void begin(int bytes, int announced) {
            left = bytes;
        }

        @Override
        public Optional<ByteBuf> next(ByteBuf in) {
            int bytes = Math.min(left, in.readableBytes());
            if (bytes == 0) {
                return Optional.empty();
            }
            left -= bytes;
            return Optional.of(in.readRetainedSlice(bytes));
        }

        @Override
        public boolean isAtEnd() {
            return left == 0;
        }

        @Override
        public boolean isGathering() {
            return false;
        }

        @Override
        public void release() {}
    }

    /** {@code CLIENT_COMPRESS}: inflated piece by piece, and no further than was announced. */
    final class Zlib implements PayloadReader {
        private final ByteBufAllocator allocator;
        private Optional<Inflater> inflater = Optional.empty();
        private int left;
        private int announcedLeft;
        private boolean hasMore;

        Zlib(ByteBufAllocator allocator) {
            this.allocator = allocator;
        }

        @Override
        public void begin(int bytes, int announced) {
            left = bytes;
            announcedLeft = announced;
            hasMore = false;
            inflater = Optional.of(CompressionTools.ofThread().takeInflater());
        }

        @Override
        public Optional<ByteBuf> next(ByteBuf in) throws MalformedPacketException {
            if (isAtEnd() || (!in.isReadable() && !hasMore)) {
                return Optional.empty();
            }
            ByteBuffer piece = CompressionTools.ofThread().scratch();
            // One byte more than is due: if anything comes there, the header has lied.
            piece.limit(Math.min(piece.capacity(), announcedLeft + 1));
            inflate(in, piece);
            piece.flip();
            return piece.hasRemaining()
                    ? Optional.of(allocator.buffer(piece.remaining()).writeBytes(piece))
                    : Optional.empty();
        }

        private void inflate(ByteBuf in, ByteBuffer piece) throws MalformedPacketException {
            Inflater stream = inflater.orElseThrow();
            ByteBuffer from = in.nioBuffer(in.readerIndex(), Math.min(left, in.readableBytes()));
            int given = from.remaining();
            stream.setInput(from);
            try {
                announcedLeft -= stream.inflate(piece);
            } catch (DataFormatException e) {
                throw new MalformedPacketException("a compressed packet is not what zlib writes");
            }
            int taken = given - from.remaining();
            in.skipBytes(taken);
            left -= taken;
            hasMore = !piece.hasRemaining();
            boolean isAtEnd = stream.finished();
            requireAsAnnounced(isAtEnd, !isAtEnd && !hasMore && (from.hasRemaining() || left == 0));
            if (isAtEnd) {
                release();
            }
        }

        /** What is stuck wants a dictionary, or its end is missing. */
        private void requireAsAnnounced(boolean isAtEnd, boolean isStuck)
                throws MalformedPacketException {
            if (announcedLeft < 0 || isStuck || (isAtEnd && (left > 0 || announcedLeft > 0))) {
                throw new MalformedPacketException(
                        "a compressed packet does not hold the bytes that its header announces");
            }
        }

        @Override
        public boolean isAtEnd() {
            return inflater.isEmpty();
        }

        @Override
        public boolean isGathering() {
            return false;
        }

        @Override
        public void release() {
            inflater.ifPresent(CompressionTools.ofThread()::giveBack);
            inflater = Optional.empty();
        }
    }

    /**
     * {@code CLIENT_ZSTD_COMPRESSION_ALGORITHM}: gathered, then decompressed at one go. A stream of
     * zstd would take as much memory from its first bytes on as it merely announces.
     */
    final class Zstd implements PayloadReader {
        private final ByteBufAllocator allocator;
        private ByteBuf payload = Unpooled.EMPTY_BUFFER;
        private int left;
        private int announced;
        private int gathered;

        Zstd(ByteBufAllocator allocator) {
            this.allocator = allocator;
        }

        @Override
        public void begin(int bytes, int announcedBytes) {
            left = bytes;
            announced = announcedBytes;
        }

        @Override
        public Optional<ByteBuf> next(ByteBuf in) throws MalformedPacketException {
            if (isAtEnd()) {
                return Optional.empty();
            }
            gather(in);
            if (left > 0) {
                return Optional.empty();
            }
            try {
                return Optional.of(decompress());
            } finally {
                release();
            }
        }

        private void gather(ByteBuf in) throws MalformedPacketException {
            int bytes = Math.min(left, in.readableBytes());
            if (!CompressionTools.ofThread().mayGather(bytes)) {
                throw new MalformedPacketException(
                        "too many compressed packets were begun and are not at their end");
            }
            gathered += bytes;
            if (bytes > 0 && !payload.isReadable()) {
                payload = allocator.directBuffer(bytes);
            }
            payload.writeBytes(in, bytes);
            left -= bytes;
        }

        private ByteBuf decompress() throws MalformedPacketException {
            ByteBuf out = allocator.directBuffer(announced);
            if (decompress(out.nioBuffer(0, announced)) != announced) {
                out.release();
                throw new MalformedPacketException(
                        "a compressed packet does not hold the bytes that its header announces");
            }
            return out.writerIndex(announced);
        }

        /** How many bytes it is; 0 if it is more than there is room for, or no zstd. */
        private int decompress(ByteBuffer out) {
            try {
                return CompressionTools.ofThread()
                        .zstdDecompressor()
                        .decompress(out, payload.nioBuffer());
            } catch (ZstdException e) {
                return 0;
            }
        }

        @Override
        public boolean isAtEnd() {
            return left == 0;
        }

        @Override
        public boolean isGathering() {
            return gathered > 0;
        }

        @Override
        public void release() {
            CompressionTools.ofThread().forgetGathered(gathered);
            gathered = 0;
            payload.release();
            payload = Unpooled.EMPTY_BUFFER;
        }
    }
}
