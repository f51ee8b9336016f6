package dev.homeport.router.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One change to the bytes of packets, as broken and hostile peers make it. The same mutation of the
 * same bytes gives the same bytes.
 *
 * @param place where it happens, counted round the end
 * @param amount how much of it, or to which value; each kind makes of it what it can use
 */
public record Mutation(Kind kind, int place, int amount) {
    /** A result is cut off here, so that a series of mutations stays a matter of kilobytes. */
    public static final int MOST_ADDED_BYTES = 512;

    private static final int HEADER_BYTES = 4;
    private static final int[] LENGTHS = {
        0, 1, 2, 3, 8, 9, 0xfa, 0xff, 0x100, 0xffff, 0x20001, 0xfffffe, 0xffffff
    };
    private static final byte[][] LENGTHS_IN_TEXT = {
        {(byte) 0xfb},
        {(byte) 0xff},
        {(byte) 0xfa},
        {(byte) 0xfc, (byte) 0xff, (byte) 0xff},
        {(byte) 0xfd, (byte) 0xff, (byte) 0xff, (byte) 0xff},
        {(byte) 0xfe, -1, -1, -1, -1, -1, -1, -1, -1},
        {(byte) 0xfe, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80},
        {(byte) 0xfe, 0, 0, 0, 0, 1, 0, 0, 0}
    };

    /** What can happen. */
    public enum Kind {
        FLIP_BIT,
        SET_BYTE,
        INSERT,
        REMOVE,
        TRUNCATE,
        EXTEND,
        REPEAT,
        /** Bytes of another message in place of those from there on. */
        SPLICE,
        /** The length in a packet's header. */
        PACKET_LENGTH,
        /** The sequence id in a packet's header. */
        SEQUENCE,
        /** A length-encoded integer of an extreme value. */
        LENGTH_IN_TEXT,
        /** A packet without payload in front of another. */
        EMPTY_PACKET
    }

    /** Any of them. */
    public static Mutation random(Random random) {
        Kind[] kinds = Kind.values();
        return new Mutation(
                kinds[random.nextInt(kinds.length)],
                random.nextInt(Integer.MAX_VALUE),
                random.nextInt(Integer.MAX_VALUE));
    }

    /** Several in a row. */
    public static byte[] several(byte[] bytes, byte[] other, int count, Random random) {
        byte[] result = bytes;
        for (int i = 0; i < count; i++) {
            result = random(random).applyTo(result, other);
        }
        return result;
    }

    /**
     * The changed bytes; the given ones stay as they are.
     *
     * @param other another message, for splices
     */
    public byte[] applyTo(byte[] bytes, byte[] other) {
        int at = bytes.length == 0 ? 0 : place % bytes.length;
        return switch (kind) {
            case FLIP_BIT -> withByte(bytes, at, valueAt(bytes, at) ^ (1 << (amount % 8)));
            case SET_BYTE -> withByte(bytes, at, amount);
            case INSERT -> replaced(bytes, at, 0, filler(amount % 32));
            case REMOVE -> replaced(bytes, at, amount % 16, new byte[0]);
            case TRUNCATE -> Arrays.copyOf(bytes, at);
            case EXTEND -> replaced(bytes, bytes.length, 0, filler(amount % MOST_ADDED_BYTES));
            case REPEAT -> repeated(bytes, at);
            case SPLICE -> spliced(bytes, at, other);
            case PACKET_LENGTH -> withPacketLength(bytes);
            case SEQUENCE -> withByte(bytes, Math.max(0, header(bytes)) + 3, amount);
            case LENGTH_IN_TEXT -> {
                byte[] length = LENGTHS_IN_TEXT[amount % LENGTHS_IN_TEXT.length];
                yield replaced(bytes, at, amount % 3 == 0 ? 0 : length.length, length);
            }
            case EMPTY_PACKET -> {
                int header = Math.max(0, header(bytes));
                yield replaced(bytes, header, 0, new byte[] {0, 0, 0, (byte) amount});
            }
        };
    }

    private static int valueAt(byte[] bytes, int at) {
        return at < bytes.length ? bytes[at] : 0;
    }

    private static byte[] withByte(byte[] bytes, int at, int value) {
        byte[] result = bytes.clone();
        if (at < result.length) {
            result[at] = (byte) value;
        }
        return result;
    }

    private byte[] filler(int count) {
        byte[] filler = new byte[count];
        if (amount % 2 == 0) {
            new Random(amount).nextBytes(filler);
        } else {
            Arrays.fill(filler, (byte) (amount >>> 8));
        }
        return filler;
    }

    private static byte[] replaced(byte[] bytes, int at, int count, byte[] by) {
        int behind = Math.min(bytes.length, at + count);
        byte[] result = Arrays.copyOf(bytes, at + by.length + bytes.length - behind);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, behind, result, at + by.length, bytes.length - behind);
        return result;
    }

    private byte[] repeated(byte[] bytes, int at) {
        int count = Math.min(bytes.length - at, 1 + amount % MOST_ADDED_BYTES);
        return replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + Math.max(0, count)));
    }

    private byte[] spliced(byte[] bytes, int at, byte[] other) {
        int from = other.length == 0 ? 0 : amount % other.length;
        return replaced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
    }

    private byte[] withPacketLength(byte[] bytes) {
        int at = header(bytes);
        if (at < 0) {
            return bytes;
        }
        int choice = amount % (LENGTHS.length + 2);
        int now = lengthAt(bytes, at);
        int length =
                choice < LENGTHS.length
                        ? LENGTHS[choice]
                        : choice == LENGTHS.length ? now + 1 : now - 1;
        byte[] result = bytes.clone();
        result[at] = (byte) length;
        result[at + 1] = (byte) (length >>> 8);
        result[at + 2] = (byte) (length >>> 16);
        return result;
    }

    /** Where one of the packet headers stands; -1 if there is none. */
    private int header(byte[] bytes) {
        List<Integer> headers = new ArrayList<>();
        int at = 0;
        while (at + HEADER_BYTES <= bytes.length) {
            headers.add(at);
            at += HEADER_BYTES + lengthAt(bytes, at);
        }
        return headers.isEmpty() ? -1 : headers.get(place % headers.size());
    }

    private static int lengthAt(byte[] bytes, int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
    }
}
