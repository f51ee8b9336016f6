package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.StatusFlags.SERVER_MORE_RESULTS_EXISTS;

import io.netty.buffer.ByteBuf;

/**
 * The packets of one whole reply, to be joined with others to the reply of a text of several
 * statements (MySQL source docs, "Multi-Resultset"). Changes them in place.
 */
public final class ReplyParts {
    private static final int OK_HEADER = 0x00;
    private static final int EOF_HEADER = 0xfe;

    private final ByteBuf packets;
    private final boolean deprecateEof;
    private final int last;

    private ReplyParts(ByteBuf packets, boolean deprecateEof, int last) {
        this.packets = packets;
        this.deprecateEof = deprecateEof;
        this.last = last;
    }

    /**
     * Looks at the packets of a reply.
     *
     * @param packets all of them, whole
     * @param capabilities agreed with the instance
     * @throws MalformedPacketException if there is none, or one is cut short
     */
    public static ReplyParts of(ByteBuf packets, long capabilities)
            throws MalformedPacketException {
        int last = -1;
        for (int at = packets.readerIndex(); at < packets.writerIndex(); at = after(packets, at)) {
            last = at;
        }
        if (last < 0 || packets.writerIndex() <= last + Packet.HEADER_BYTES) {
            throw new MalformedPacketException("a reply without a last packet");
        }
        return new ReplyParts(
                packets, Capabilities.has(capabilities, Capabilities.CLIENT_DEPRECATE_EOF), last);
    }

    private static int after(ByteBuf packets, int at) throws MalformedPacketException {
        if (at + Packet.HEADER_BYTES > packets.writerIndex()) {
            throw new MalformedPacketException("a header is cut short");
        }
        int next = at + Packet.HEADER_BYTES + Packet.payloadBytes(packets, at);
        if (next > packets.writerIndex()) {
            throw new MalformedPacketException("a packet is cut short");
        }
        return next;
    }

    /** Whether the last packet is an error: nothing follows then. */
    public boolean endsInError() {
        return header() == ErrPacket.HEADER;
    }

    /**
     * Makes it go on where another one ended.
     *
     * @param sequence id that its first packet gets; counted on from there
     * @param more whether yet another one follows, which the last packet has to say
     * @return the id of the last packet
     */
    public int continued(int sequence, boolean more) {
        int next = sequence;
        for (int at = packets.readerIndex(); at < packets.writerIndex(); ) {
            packets.setByte(at + Packet.HEADER_BYTES - 1, next++);
            at += Packet.HEADER_BYTES + Packet.payloadBytes(packets, at);
        }
        if (more && !endsInError()) {
            int status = statusIndex();
            packets.setByte(status, packets.getByte(status) | SERVER_MORE_RESULTS_EXISTS);
        }
        return (next - 1) & 0xff;
    }

    private int header() {
        return packets.getUnsignedByte(last + Packet.HEADER_BYTES);
    }

    /**
     * Where the status flags begin: behind two integers in an OK, behind the warnings in an EOF.
     */
    private int statusIndex() {
        int payload = last + Packet.HEADER_BYTES;
        if (header() == EOF_HEADER && !deprecateEof) {
            return payload + 3;
        }
        if (header() != OK_HEADER && header() != EOF_HEADER) {
            throw new IllegalStateException("a reply that ends in no OK, EOF or ERR");
        }
        int at = payload + 1;
        for (int i = 0; i < 2; i++) {
            at += Math.max(1, Lenenc.width(packets.getUnsignedByte(at)));
        }
        return at;
    }
}
