package dev.homeport.topology.zk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The gzip format (RFC 1952) for arrays. The streams of the JDK hand a few KB at a time from buffer
 * to buffer, and take more than twice as long for what fits into one; and where many empty members
 * stand behind each other, their reading fills the stack.
 */
final class Gzip {
    /** Magic number, method, no flags, no time, no extra flags, unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int METHOD = 2;
    private static final int FLAGS = 3;

    /** CRC-32 and length of what was compressed. */
    private static final int TRAILER_BYTES = 8;

    private static final int HAS_HEADER_CRC = 2;
    private static final int HAS_EXTRA = 4;
    private static final int HAS_NAME = 8;
    private static final int HAS_COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private Gzip() {}

    static boolean isGzip(byte[] bytes) {
        return bytes.length >= 2 && bytes[0] == HEADER[0] && bytes[1] == HEADER[1];
    }

    /** At the fastest level. */
    static byte[] compress(byte[] plain) {
        var deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] compressed = Arrays.copyOf(HEADER, plain.length / 3 + 64);
            int size = HEADER.length;
            while (!deflater.finished()) {
                if (size == compressed.length) {
                    compressed = Arrays.copyOf(compressed, 2 * size);
                }
                size += deflater.deflate(compressed, size, compressed.length - size);
            }
            byte[] all = Arrays.copyOf(compressed, size + TRAILER_BYTES);
            ByteBuffer.wrap(all, size, TRAILER_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(crc(plain, 0, plain.length))
                    .putInt(plain.length);
            return all;
        } finally {
            deflater.end();
        }
    }

    /**
     * What was compressed, or the first so many bytes of it: a few bytes can stand for very many.
     *
     * @param most how many bytes are wanted at most
     * @throws IOException if it is no gzip, or cut short or damaged; not where that is behind what
     *     is wanted
     */
    static byte[] decompress(byte[] compressed, int most) throws IOException {
        var inflater = new Inflater(true);
        try {
            return new Decompression(compressed, most, inflater).run();
        } catch (DataFormatException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        } finally {
            inflater.end();
        }
    }

    private static int crc(byte[] bytes, int from, int to) {
        var crc = new CRC32();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** Of one array, which may have several members behind each other. */
    private static final class Decompression {
        private final byte[] compressed;
        private final int most;
        private final Inflater inflater;
        private byte[] plain;
        private int size;
        private int at;

        Decompression(byte[] compressed, int most, Inflater inflater) {
            this.compressed = compressed;
            this.most = most;
            this.inflater = inflater;
            this.plain = new byte[firstGuess()];
        }

        /** What the last member says of its length, and a byte more to see that this is the end. */
        private int firstGuess() {
            int length =
                    compressed.length < HEADER.length + TRAILER_BYTES
                            ? 0
                            : numbers(compressed.length - 4).getInt();
            return length < 0 || length >= most ? most : length + 1;
        }

        byte[] run() throws IOException, DataFormatException {
            do {
                readHeader();
                int begin = size;
                if (!readContent()) {
                    break;
                }
                readTrailer(begin);
            } while (at < compressed.length);
            return Arrays.copyOf(plain, size);
        }

        private void readHeader() throws IOException {
            int begin = at;
            require(HEADER.length);
            boolean isMember =
                    compressed[at] == HEADER[0]
                            && compressed[at + 1] == HEADER[1]
                            && compressed[at + METHOD] == HEADER[METHOD];
            int flags = compressed[at + FLAGS];
            if (!isMember || (flags & RESERVED) != 0) {
                throw new IOException("no member of gzip begins at byte " + begin);
            }
            at += HEADER.length;
            if ((flags & HAS_EXTRA) != 0) {
                require(2);
                int length = numbers(at).getShort() & 0xffff;
                at += 2;
                require(length);
                at += length;
            }
            if ((flags & HAS_NAME) != 0) {
                passText();
            }
            if ((flags & HAS_COMMENT) != 0) {
                passText();
            }
            if ((flags & HAS_HEADER_CRC) != 0) {
                require(2);
                if (numbers(at).getShort() != (short) crc(compressed, begin, at)) {
                    throw new IOException("the header is damaged");
                }
                at += 2;
            }
        }

        /** Up to the zero behind it. */
        private void passText() throws IOException {
            do {
                require(1);
            } while (compressed[at++] != 0);
        }

        /**
         * @return whether the end was seen, and not as much as is wanted before that
         */
        private boolean readContent() throws IOException, DataFormatException {
            inflater.reset();
            inflater.setInput(compressed, at, compressed.length - at);
            while (true) {
                size += inflater.inflate(plain, size, plain.length - size);
                if (inflater.finished()) {
                    at = compressed.length - inflater.getRemaining();
                    return true;
                }
                if (size < plain.length) {
                    // Neither the end nor full: it has no more input, or asks for a dictionary.
                    throw new IOException("it is cut short");
                }
                if (size == most) {
                    return false;
                }
                plain = Arrays.copyOf(plain, (int) Math.min(most, 2L * size + 64));
            }
        }

        private void readTrailer(int begin) throws IOException {
            require(TRAILER_BYTES);
            ByteBuffer trailer = numbers(at);
            if (trailer.getInt() != crc(plain, begin, size) || trailer.getInt() != size - begin) {
                throw new IOException("it is damaged: the sum or the length is another");
            }
            at += TRAILER_BYTES;
        }

        private ByteBuffer numbers(int from) {
            return ByteBuffer.wrap(compressed, from, compressed.length - from)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        private void require(int bytes) throws IOException {
            if (compressed.length - at < bytes) {
                throw new IOException("it is cut short");
            }
        }
    }
}
