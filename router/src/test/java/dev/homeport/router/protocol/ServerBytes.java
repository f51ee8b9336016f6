package dev.homeport.router.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server sends for one command, packet by packet (MySQL source docs, "Text Resultset" and
 * "Binary Protocol Resultset"), in the form with or without EOF packets.
 */
final class ServerBytes {
    static final int AUTOCOMMIT = 0x0002;
    static final int IN_TRANS = 0x0001;
    static final int MORE_RESULTS = 0x0008;
    static final int CURSOR_EXISTS = 0x0040;
    static final int LAST_ROW_SENT = 0x0080;

    private final boolean deprecateEof;
    private final List<byte[]> packets = new ArrayList<>();
    private int sequence = 1;

    ServerBytes(boolean deprecateEof) {
        this.deprecateEof = deprecateEof;
    }

    /** Starts the answer to the next command. */
    ServerBytes next() {
        sequence = 1;
        return this;
    }

    /** Skips sequence ids that the client used, such as those of a file. */
    ServerBytes skip(int ids) {
        sequence += ids;
        return this;
    }

    ServerBytes packet(Object... payload) {
        packets.add(Bytes.packet(sequence++, payload));
        return this;
    }

    ServerBytes ok(int status) {
        return packet(
                0x00, // header
                0x01, // affected rows
                0xfd, // last insert id: 3 bytes follow
                0xff,
                0xff,
                0xff,
                status & 0xff, // status flags
                status >>> 8,
                0x00, // warnings
                0x00,
                "Rows matched: 1"); // info
    }

    ServerBytes err() {
        return packet(
                0xff, // header
                0x7a, // error code 1146
                0x04,
                "#42S02", // SQL state
                "Table 'p1.x' doesn't exist"); // message
    }

    /** What ends definitions in the classic form; nothing in the other. */
    ServerBytes endOfDefinitions(int status) {
        return deprecateEof ? this : eof(status);
    }

    /** What ends rows: an EOF, or the OK that replaces it. */
    ServerBytes end(int status) {
        return deprecateEof
                ? packet(
                        0xfe, // header
                        0x00, // affected rows
                        0x00, // last insert id
                        status & 0xff, // status flags
                        status >>> 8,
                        0x00, // warnings
                        0x00)
                : eof(status);
    }

    private ServerBytes eof(int status) {
        return packet(
                0xfe, // header
                0xff, // warnings
                0xff,
                status & 0xff, // status flags
                status >>> 8);
    }

    /** A column definition (MySQL source docs, Protocol::ColumnDefinition41). */
    ServerBytes column(String name) {
        return packet(
                3, // catalog
                "def",
                2, // schema
                "p1",
                1, // table
                "t",
                1, // physical table
                "t",
                name.length(), // name
                name,
                name.length(), // physical name
                name,
                0x0c, // length of the fixed part
                45, // character set
                0,
                255, // column length
                0,
                0,
                0,
                0xfd, // type
                0, // flags
                0,
                0, // decimals
                0, // reserved
                0);
    }

    ServerBytes columns(int count) {
        for (int i = 0; i < count; i++) {
            column("c" + i);
        }
        return this;
    }

    /** The beginning of a result set: how many columns, which, and their end. */
    ServerBytes header(int count) {
        return count < 251
                ? packet(count).columns(count).endOfDefinitions(AUTOCOMMIT)
                : packet(0xfc, count & 0xff, count >>> 8)
                        .columns(count)
                        .endOfDefinitions(AUTOCOMMIT);
    }

    /** Rows that begin with each byte that means something at the head of another packet. */
    ServerBytes trickyRows() {
        packet(1, "a");
        packet(0xfb); // NULL, which as a first packet would be LOCAL INFILE
        packet(0x00); // an empty text, which as a first packet would be OK
        packet(0x00, 0x00, 0x01, 0x02); // a binary row
        // Longer than any classic EOF. In the other form such a row has 16 MB.
        return deprecateEof ? this : packet(0xfe, 0, 0, 0, 1, 0, 0, 0, 0);
    }

    byte[] bytes() {
        return Bytes.of(packets.toArray());
    }
}
