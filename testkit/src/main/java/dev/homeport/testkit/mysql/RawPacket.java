package dev.homeport.testkit.mysql;

import java.util.HexFormat;

/** One packet as it was on the wire: a sequence id and a payload of up to 16 MB. Immutable. */
public final class RawPacket {
    private static final int HEADER_BYTES_SHOWN = 64;

    private final int sequence;
    private final byte[] payload;

    public RawPacket(int sequence, byte[] payload) {
        this.sequence = sequence;
        this.payload = payload.clone();
    }

    public int sequence() {
        return sequence;
    }

    /** A copy. */
    public byte[] payload() {
        return payload.clone();
    }

    public int length() {
        return payload.length;
    }

    /** The first byte, 0 to 255; -1 where the payload is empty. */
    public int header() {
        return payload.length == 0 ? -1 : payload[0] & 0xff;
    }

    public boolean isOk() {
        return header() == 0x00;
    }

    public boolean isErr() {
        return header() == 0xff;
    }

    /** Whether it is an AuthSwitchRequest; at the end of a result it is an EOF packet. */
    public boolean isSwitch() {
        return header() == 0xfe;
    }

    /** The error in it; only where {@link #isErr}. */
    public QueryResult.Failure error() {
        PacketReader reader = reader();
        reader.int1();
        int code = reader.int2();
        // Before the client has shown that it speaks PROTOCOL_41 there is no SQLSTATE.
        boolean hasState = reader.remaining() >= 6 && payload[3] == '#';
        String state = hasState ? reader.text(6).substring(1) : "";
        return new QueryResult.Failure(code, state, reader.rest());
    }

    PacketReader reader() {
        return new PacketReader(payload);
    }

    @Override
    public String toString() {
        int shown = Math.min(payload.length, HEADER_BYTES_SHOWN);
        return "packet %d, %d bytes: %s"
                .formatted(sequence, payload.length, HexFormat.of().formatHex(payload, 0, shown));
    }
}
