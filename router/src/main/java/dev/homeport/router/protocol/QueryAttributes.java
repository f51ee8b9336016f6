package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;

/**
 * The attributes that stand before the text of a COM_QUERY where {@code CLIENT_QUERY_ATTRIBUTES}
 * was agreed (MySQL source docs, Protocol::COM_QUERY). Only their end is looked for.
 */
public final class QueryAttributes {
    /** A text begins there at the earliest: the number of attributes and of sets, one byte each. */
    static final int LEAST_BYTES = 2;

    private static final int TYPE_AND_FLAG_BYTES = 2;
    private static final int TYPE_NULL = 6;

    private QueryAttributes() {}

    /**
     * Where the text of the query begins.
     *
     * @return -1 if that cannot be told from the bytes up to {@code end}
     */
    public static int textIndex(ByteBuf in, int from, int end) {
        if (end - from < LEAST_BYTES) {
            return -1;
        }
        // The usual case, without an object.
        if (in.getByte(from) == 0) {
            int setsWidth = Lenenc.width(in.getUnsignedByte(from + 1));
            return setsWidth > 0 && end - from > setsWidth ? from + 1 + setsWidth : -1;
        }
        return new Scan(in, from, end).text();
    }

    /** A way through the attributes; index -1 once they turned out to be cut short. */
    private static final class Scan {
        private final ByteBuf in;
        private final int end;
        private int at;

        Scan(ByteBuf in, int from, int end) {
            this.in = in;
            this.end = end;
            this.at = from;
        }

        int text() {
            long count = lenenc();
            lenenc();
            if (at < 0 || count < 0 || count > end - at) {
                return -1;
            }
            int nulls = at;
            skip((count + 7) / 8);
            boolean isBound = at >= 0 && at < end && in.getByte(at) == 1;
            skip(1);
            if (!isBound || at < 0) {
                return -1;
            }
            int[] types = new int[(int) count];
            for (int i = 0; i < count && at >= 0; i++) {
                types[i] = at < end ? in.getUnsignedByte(at) : TYPE_NULL;
                skip(TYPE_AND_FLAG_BYTES);
                skip(lenenc());
            }
            for (int i = 0; i < count && at >= 0; i++) {
                boolean isNull = (in.getByte(nulls + i / 8) >> (i % 8) & 1) != 0;
                if (!isNull) {
                    value(types[i]);
                }
            }
            return at;
        }

        /** MySQL source docs, "Binary Protocol Value". */
        private void value(int type) {
            switch (type) {
                case TYPE_NULL -> {}
                case 1 -> skip(1); // TINY
                case 2, 13 -> skip(2); // SHORT, YEAR
                case 3, 9, 4 -> skip(4); // LONG, INT24, FLOAT
                case 8, 5 -> skip(8); // LONGLONG, DOUBLE
                default -> skip(lenenc()); // texts, and times with their length in front
            }
        }

        private long lenenc() {
            if (at < 0 || at >= end) {
                at = -1;
                return 0;
            }
            int width = Lenenc.width(in.getUnsignedByte(at));
            if (width == 0 || width > end - at) {
                at = -1;
                return 0;
            }
            long value = Lenenc.get(in, at);
            at += width;
            return value;
        }

        private void skip(long bytes) {
            at = at < 0 || bytes < 0 || bytes > end - at ? -1 : at + (int) bytes;
        }
    }
}
