package dev.homeport.router.compression;

import com.github.luben.zstd.Zstd;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.topology.Compression;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Frames as another program would make and read them: whole arrays, the JDK's zlib. */
public final class Frames {
    private Frames() {}

    /** A frame with a payload as it is. */
    static byte[] stored(int number, byte[] bytes) {
        return frame(number, 0, bytes);
    }

    /** A frame with a compressed payload. */
    static byte[] compressed(Compression algorithm, int number, byte[] bytes) {
        return frame(number, bytes.length, compress(algorithm, bytes));
    }

    /** A frame that says anything of its payload. */
    static byte[] frame(int number, int announced, byte[] payload) {
        return Bytes.of(int3(payload.length), number, int3(announced), payload);
    }

    static byte[] int3(int value) {
        return new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16)};
    }

    static byte[] compress(Compression algorithm, byte[] bytes) {
        if (algorithm == Compression.ZSTD) {
            return Zstd.compress(bytes);
        }
        var deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] room = new byte[bytes.length + bytes.length / 100 + 100];
        int length = deflater.deflate(room);
        deflater.end();
        return Arrays.copyOf(room, length);
    }

    /**
     * What a frame is.
     *
     * @param announced length before compression; 0 for a payload that is stored
     * @param bytes of the payload before compression
     */
    public record Read(int number, int announced, ByteBuffer bytes) {}

    /** Reads frames to the last byte. */
    public static List<Read> read(Compression algorithm, byte[] wire) {
        List<Read> frames = new ArrayList<>();
        int at = 0;
        while (at < wire.length) {
            int length = int3(wire, at);
            int announced = int3(wire, at + 4);
            byte[] payload = Arrays.copyOfRange(wire, at + 7, at + 7 + length);
            byte[] bytes = announced == 0 ? payload : decompress(algorithm, payload, announced);
            frames.add(new Read(wire[at + 3] & 0xff, announced, ByteBuffer.wrap(bytes)));
            at += 7 + length;
        }
        if (at != wire.length) {
            throw new AssertionError("the last frame is cut short");
        }
        return frames;
    }

    /** All payloads in a row. */
    static byte[] payloads(List<Read> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.bytes().array()));
        return all.toByteArray();
    }

    static List<Integer> numbers(List<Read> frames) {
        return frames.stream().map(Read::number).toList();
    }

    private static byte[] decompress(Compression algorithm, byte[] payload, int announced) {
        if (algorithm == Compression.ZSTD) {
            return Zstd.decompress(payload, announced);
        }
        var inflater = new Inflater();
        inflater.setInput(payload);
        byte[] bytes = new byte[announced];
        try {
            int length = inflater.inflate(bytes);
            if (length != announced || !inflater.finished() || inflater.getRemaining() > 0) {
                throw new AssertionError("announced " + announced + ", was " + length);
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        } finally {
            inflater.end();
        }
    }

    private static int int3(byte[] bytes, int at) {
        return Byte.toUnsignedInt(bytes[at])
                | (Byte.toUnsignedInt(bytes[at + 1]) << 8)
                | (Byte.toUnsignedInt(bytes[at + 2]) << 16);
    }
}
