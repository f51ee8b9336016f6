package dev.homeport.router.compression;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The native memory that compressing takes, a few hundred kilobytes each time, kept once per event
 * loop and not per connection: every payload is compressed for itself and at one go. Only a zlib
 * payload that has not come to its end holds an inflater of its own.
 */
final class CompressionTools {
    /** A quarter of the default level's time, for an eighth more bytes (64 KiB of rows). */
    private static final int ZLIB_LEVEL = Deflater.BEST_SPEED;

    private static final int MOST_IDLE_INFLATERS = 16;
    private static final int MOST_GATHERED_BYTES = 64 << 20;

    /** Room for a whole frame, also where zstd wants a little more than what it compresses. */
    private static final int SCRATCH_BYTES = FrameWriter.MOST_FRAME_BYTES + 1024;

    private static final FastThreadLocal<CompressionTools> OF_THREAD =
            new FastThreadLocal<>() {
                @Override
                protected CompressionTools initialValue() {
                    return new CompressionTools();
                }

                @Override
                protected void onRemoval(CompressionTools tools) {
                    tools.close();
                }
            };

    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final Deflater deflater = new Deflater(ZLIB_LEVEL);
    private final Deque<Inflater> idleInflaters = new ArrayDeque<>();
    private int gatheredBytes;
    private Optional<ZstdCompressCtx> zstdCompressor = Optional.empty();
    private Optional<ZstdDecompressCtx> zstdDecompressor = Optional.empty();

    private CompressionTools() {}

    /** Those of the calling thread; they end with it. */
    static CompressionTools ofThread() {
        return OF_THREAD.get();
    }

    /**
     * Where output goes whose length is not known before: buffers that wait to be sent should be no
     * larger than what is in them. Empty, direct, and good until the next call.
     */
    ByteBuffer scratch() {
        return scratch.clear();
    }

    /** Ready for a new payload. */
    Deflater deflater() {
        deflater.reset();
        return deflater;
    }

    /** Ready for a new payload; to be given back with {@link #giveBack}. */
    Inflater takeInflater() {
        Inflater idle = idleInflaters.poll();
        return idle == null ? new Inflater() : idle;
    }

    void giveBack(Inflater inflater) {
        if (idleInflaters.size() < MOST_IDLE_INFLATERS) {
            inflater.reset();
            idleInflaters.push(inflater);
        } else {
            inflater.end();
        }
    }

    /**
     * Asks for room to gather so much of a payload in; to be given back with {@link
     * #forgetGathered}. All connections of the event loop share it, so that those who begin and
     * never end take no more than that from the others.
     */
    boolean mayGather(int bytes) {
        if (bytes > MOST_GATHERED_BYTES - gatheredBytes) {
            return false;
        }
        gatheredBytes += bytes;
        return true;
    }

    void forgetGathered(int bytes) {
        gatheredBytes -= bytes;
    }

    ZstdCompressCtx zstdCompressor() {
        if (zstdCompressor.isEmpty()) {
            zstdCompressor = Optional.of(new ZstdCompressCtx());
        }
        return zstdCompressor.get();
    }

    ZstdDecompressCtx zstdDecompressor() {
        if (zstdDecompressor.isEmpty()) {
            zstdDecompressor = Optional.of(new ZstdDecompressCtx());
        }
        return zstdDecompressor.get();
    }

    private void close() {
        deflater.end();
        idleInflaters.forEach(Inflater::end);
        zstdCompressor.ifPresent(ZstdCompressCtx::close);
        zstdDecompressor.ifPresent(ZstdDecompressCtx::close);
    }
}
