package dev.homeport.router.compression;

import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;

/** Finds the headers of packets in one direction's bytes, which come in pieces of any size. */
final class PacketHeaders {
    private int payloadLeft;
    private int headerBytes;
    private int length;
    private boolean continuation;

    /** Whether all packets so far are whole, and the next one continues none. */
    boolean isBetweenPackets() {
        return payloadLeft == 0 && headerBytes == 0 && !continuation;
    }

    /**
     * Puts the sequence ids right in bytes that were read.
     *
     * @throws MalformedPacketException if one of them cannot be its packet's
     */
    void renumber(ByteBuf bytes, LegNumbers numbers) throws MalformedPacketException {
        int index = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (index < end) {
            if (payloadLeft > 0) {
                index += skip(end - index);
            } else if (headerBytes < Packet.HEADER_BYTES - 1) {
                length |= bytes.getUnsignedByte(index++) << (8 * headerBytes++);
            } else {
                int id = bytes.getUnsignedByte(index);
                bytes.setByte(index++, numbers.packetRead(id, continuation));
                headerEnded(length);
            }
        }
    }

    /**
     * Follows bytes that are to be written, up to the next packet with which numbers start again,
     * or to a header that is not whole, or to the end.
     *
     * @return how far it came
     */
    int follow(ByteBuf bytes, int from, LegNumbers numbers) {
        int index = from;
        int end = bytes.writerIndex();
        while (index < end) {
            if (payloadLeft > 0) {
                index += skip(end - index);
                continue;
            }
            if (end - index < Packet.HEADER_BYTES) {
                return index;
            }
            int id = Packet.sequence(bytes, index);
            if (index > from && numbers.startsAgain(id, continuation)) {
                return index;
            }
            numbers.packetWritten(id, continuation);
            headerEnded(Packet.payloadBytes(bytes, index));
            index += Packet.HEADER_BYTES;
        }
        return end;
    }

    private int skip(int available) {
        int bytes = Math.min(payloadLeft, available);
        payloadLeft -= bytes;
        return bytes;
    }

    private void headerEnded(int payloadBytes) {
        payloadLeft = payloadBytes;
        continuation = payloadBytes == Packet.MAX_PAYLOAD_BYTES;
        headerBytes = 0;
        length = 0;
    }
}
