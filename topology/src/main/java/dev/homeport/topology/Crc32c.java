package dev.homeport.topology;

/**
 * CRC-32C (RFC 3720) of a text of ASCII characters. The JDK's own wants the bytes in an array,
 * which would be made for each login; this one reads the text where it is, four characters at a
 * time.
 */
final class Crc32c {
    /** The polynomial, bits reversed. */
    private static final int POLYNOMIAL = 0x82f63b78;

    private static final int[] ONE = new int[256];
    private static final int[] TWO = new int[256];
    private static final int[] THREE = new int[256];
    private static final int[] FOUR = new int[256];

    static {
        for (int value = 0; value < 256; value++) {
            int crc = value;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : POLYNOMIAL);
            }
            ONE[value] = crc;
        }
        for (int value = 0; value < 256; value++) {
            TWO[value] = next(ONE[value]);
            THREE[value] = next(TWO[value]);
            FOUR[value] = next(THREE[value]);
        }
    }

    private Crc32c() {}

    /** Allocates nothing. */
    static int of(String ascii) {
        int crc = ~0;
        int at = 0;
        for (; at + 4 <= ascii.length(); at += 4) {
            int mixed =
                    crc
                            ^ (ascii.charAt(at)
                                    | ascii.charAt(at + 1) << 8
                                    | ascii.charAt(at + 2) << 16
                                    | ascii.charAt(at + 3) << 24);
            crc =
                    FOUR[mixed & 0xff]
                            ^ THREE[mixed >>> 8 & 0xff]
                            ^ TWO[mixed >>> 16 & 0xff]
                            ^ ONE[mixed >>> 24];
        }
        for (; at < ascii.length(); at++) {
            crc = (crc >>> 8) ^ ONE[(crc ^ ascii.charAt(at)) & 0xff];
        }
        return ~crc;
    }

    /** Of a part of an array. */
    static int of(byte[] bytes, int from, int to) {
        int crc = ~0;
        for (int at = from; at < to; at++) {
            crc = (crc >>> 8) ^ ONE[(crc ^ bytes[at]) & 0xff];
        }
        return ~crc;
    }

    /** One byte of zeros later. */
    private static int next(int crc) {
        return (crc >>> 8) ^ ONE[crc & 0xff];
    }
}
