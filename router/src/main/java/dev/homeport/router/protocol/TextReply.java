package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole reply to a small question of the router's own (MySQL source docs, "COM_QUERY Response"
 * and "Text Resultset"). Progress reports in front of it are skipped.
 */
public sealed interface TextReply {
    int EOF_HEADER = 0xfe;

    /** An OK in the place of an EOF is longer, but may not be of this length either as a row. */
    int EOF_LIMIT_BYTES = 9;

    /** The statement was executed; there are no rows, or none came. */
    record Done() implements TextReply {}

    /** The statement failed. */
    record Failed(ErrPacket error) implements TextReply {}

    /** The first row of a resultset; a NULL is empty. */
    record Row(List<Optional<String>> values) implements TextReply {
        public Row {
            values = List.copyOf(values);
        }
    }

    /**
     * Reads it.
     *
     * @param in all packets of the reply, as they came; its indexes do not change
     * @param capabilities agreed with the instance
     * @throws MalformedPacketException if it is no such reply
     */
    static TextReply decode(ByteBuf in, long capabilities) throws MalformedPacketException {
        ByteBuf packets = in.duplicate();
        ByteBuf first = next(packets);
        while (isProgress(first)) {
            first = next(packets);
        }
        int header = first.getUnsignedByte(first.readerIndex());
        if (header == ErrPacket.HEADER) {
            return new Failed(ErrPacket.decode(first));
        }
        if (header == 0) {
            return new Done();
        }
        long columns = Lenenc.read(first);
        boolean areDefined = !first.isReadable() || first.readByte() != 0;
        for (long i = 0; areDefined && i < columns; i++) {
            next(packets);
        }
        if (!Capabilities.has(capabilities, Capabilities.CLIENT_DEPRECATE_EOF)) {
            next(packets);
        }
        return row(next(packets), columns);
    }

    /** The sequence id of the last packet that stands in the buffer. */
    static int lastSequence(ByteBuf in) throws MalformedPacketException {
        ByteBuf packets = in.duplicate();
        int sequence = 0;
        while (packets.isReadable()) {
            sequence = Packet.sequence(packets, packets.readerIndex());
            next(packets);
        }
        return sequence;
    }

    private static TextReply row(ByteBuf packet, long columns) throws MalformedPacketException {
        int header = packet.getUnsignedByte(packet.readerIndex());
        if (header == ErrPacket.HEADER) {
            return new Failed(ErrPacket.decode(packet));
        }
        if (header == EOF_HEADER && packet.readableBytes() < EOF_LIMIT_BYTES) {
            return new Done();
        }
        List<Optional<String>> values = new ArrayList<>();
        for (long i = 0; i < columns; i++) {
            if (packet.isReadable() && packet.getUnsignedByte(packet.readerIndex()) == 0xfb) {
                packet.skipBytes(1);
                values.add(Optional.empty());
            } else {
                values.add(Optional.of(Lenenc.readString(packet)));
            }
        }
        return new Row(values);
    }

    private static boolean isProgress(ByteBuf packet) {
        return packet.readableBytes() >= 3
                && packet.getUnsignedByte(packet.readerIndex()) == ErrPacket.HEADER
                && packet.getUnsignedShortLE(packet.readerIndex() + 1) == 0xffff;
    }

    private static ByteBuf next(ByteBuf packets) throws MalformedPacketException {
        if (packets.readableBytes() <= Packet.HEADER_BYTES) {
            throw new MalformedPacketException("a reply ends before its last packet");
        }
        int bytes = Packet.payloadBytes(packets, packets.readerIndex());
        packets.skipBytes(Packet.HEADER_BYTES);
        if (bytes == 0 || bytes > packets.readableBytes()) {
            throw new MalformedPacketException("a packet of a reply is cut short or empty");
        }
        return packets.readSlice(bytes);
    }
}
