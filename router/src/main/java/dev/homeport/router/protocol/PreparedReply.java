package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.util.OptionalInt;

/** The reply to COM_STMT_PREPARE (MySQL source docs, "COM_STMT_PREPARE Response"). */
public final class PreparedReply {
    private static final int OK_HEADER = 0x00;

    /** The header and the id. */
    private static final int HEAD_BYTES = 5;

    private PreparedReply() {}

    /** The statement's id; empty where it was refused. */
    public static OptionalInt id(ByteBuf packets) {
        int at = packets.readerIndex() + Packet.HEADER_BYTES;
        return packets.readableBytes() < Packet.HEADER_BYTES + HEAD_BYTES
                        || packets.getByte(at) != OK_HEADER
                ? OptionalInt.empty()
                : OptionalInt.of(packets.getIntLE(at + 1));
    }
}
