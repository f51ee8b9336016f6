package dev.homeport.agent.watch.binlog;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Map;

/**
 * Counts the rows of an event that inserts or deletes, and keeps no value of them.
 *
 * @see <a
 *     href="https://dev.mysql.com/doc/dev/mysql-server/latest/classmysql_1_1binlog_1_1event_1_1Rows__event.html">
 *     MySQL source docs, Rows_event</a>
 */
final class RowCounter extends AbstractRowsEventDataDeserializer<RowCounter.Count> {
    private static final int[] DIGITS_TO_BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};
    private static final int DIGITS_PER_WORD = 9;

    private final boolean hasExtraInformation;

    /** What is left of such an event. */
    record Count(long tableId, long rows) implements EventData {}

    /**
     * @param hasExtraInformation version 2 of the event, MySQL's
     */
    RowCounter(Map<Long, TableMapEventData> tables, boolean hasExtraInformation) {
        super(tables);
        this.hasExtraInformation = hasExtraInformation;
    }

    @Override
    public Count deserialize(ByteArrayInputStream in) throws IOException {
        long tableId = in.readLong(6);
        in.readInteger(2); // flags
        if (hasExtraInformation) {
            skip(in, in.readInteger(2) - 2L);
        }
        int columns = in.readPackedInteger();
        BitSet included = in.readBitSet(columns, true);
        long rows = 0;
        while (in.available() > 0) {
            deserializeRow(tableId, included, in);
            rows++;
        }
        return new Count(tableId, rows);
    }

    @Override
    protected Serializable deserializeCell(
            ColumnType type, int meta, int length, ByteArrayInputStream in) throws IOException {
        if (type == null) {
            throw new IOException("a type of column that is not known");
        }
        skip(in, cellBytes(type, meta, length, in));
        return null;
    }

    private static long cellBytes(ColumnType type, int meta, int length, ByteArrayInputStream in)
            throws IOException {
        return switch (type) {
            case TINY, YEAR -> 1;
            case SHORT -> 2;
            case INT24, DATE, TIME -> 3;
            case LONG, FLOAT, TIMESTAMP -> 4;
            case LONGLONG, DOUBLE, DATETIME -> 8;
            case BIT -> ((meta >> 8) * 8 + (meta & 0xff) + 7) / 8;
            case TIME_V2 -> 3 + (meta + 1) / 2;
            case TIMESTAMP_V2 -> 4 + (meta + 1) / 2;
            case DATETIME_V2 -> 5 + (meta + 1) / 2;
            case NEWDECIMAL -> decimalBytes(meta & 0xff, meta >> 8);
            case STRING -> in.readInteger(length < 256 ? 1 : 2);
            case VARCHAR, VAR_STRING -> in.readInteger(meta < 256 ? 1 : 2);
            case BLOB, JSON, GEOMETRY -> in.readLong(meta);
            case ENUM, SET -> length;
            default -> throw new IOException("a column of type " + type);
        };
    }

    private static int decimalBytes(int precision, int scale) {
        int whole = precision - scale;
        return (whole / DIGITS_PER_WORD + scale / DIGITS_PER_WORD) * 4
                + DIGITS_TO_BYTES[whole % DIGITS_PER_WORD]
                + DIGITS_TO_BYTES[scale % DIGITS_PER_WORD];
    }

    private static void skip(ByteArrayInputStream in, long bytes) throws IOException {
        if (bytes < 0 || bytes > in.available()) {
            throw new IOException("a value that is longer than its event");
        }
        long left = bytes;
        while (left > 0) {
            long skipped = in.skip(left);
            if (skipped <= 0) {
                throw new EOFException("the connection ended within an event");
            }
            left -= skipped;
        }
    }
}
