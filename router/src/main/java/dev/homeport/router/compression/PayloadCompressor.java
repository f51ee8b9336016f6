package dev.homeport.router.compression;

import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** Compresses payloads of frames, each for itself. */
sealed interface PayloadCompressor {
    /**
     * Compresses bytes of {@code in}.
     *
     * @param out gets the compressed form; direct, and with room for a little more than {@code
     *     bytes}
     * @return whether that is shorter; if not, what is in {@code out} has no meaning
     */
    boolean compress(ByteBuf in, int index, int bytes, ByteBuffer out);

    /** {@code CLIENT_COMPRESS}. */
    record Zlib() implements PayloadCompressor {
        @Override
        public boolean compress(ByteBuf in, int index, int bytes, ByteBuffer out) {
            Deflater deflater = CompressionTools.ofThread().deflater();
            deflater.setInput(in.nioBuffer(index, bytes));
            deflater.finish();
            out.limit(bytes - 1);
            deflater.deflate(out);
            return deflater.finished();
        }
    }

    /**
     * {@code CLIENT_ZSTD_COMPRESSION_ALGORITHM}.
     *
     * @param level 1 to 22
     */
    record Zstd(int level) implements PayloadCompressor {
        @Override
        public boolean compress(ByteBuf in, int index, int bytes, ByteBuffer out) {
            ByteBuffer from = in.nioBuffer(index, bytes);
            if (from.isDirect()) {
                return compress(from, bytes, out);
            }
            ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(bytes);
            try {
                return compress(direct.writeBytes(from).nioBuffer(), bytes, out);
            } finally {
                direct.release();
            }
        }

        private boolean compress(ByteBuffer from, int bytes, ByteBuffer out) {
            ZstdCompressCtx compressor = CompressionTools.ofThread().zstdCompressor();
            compressor.setLevel(level);
            return compressor.compress(out, from) < bytes;
        }
    }
}
