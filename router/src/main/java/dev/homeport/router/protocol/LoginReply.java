package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;

/**
 * The two ends of a relayed login: the answer to the instance's greeting, and what the instance's
 * next packets mean for whose turn it is.
 *
 * @param authPlugin the plugin name to claim
 */
public record LoginReply(HandshakeResponse41 response, String authPlugin) {
    private static final int OK = 0x00;
    private static final int AUTH_MORE_DATA = 0x01;

    /** caching_sha2_password: the password is known, an OK follows at once. */
    private static final int FAST_AUTH_SUCCESS = 0x03;

    /** What a packet of the instance during the auth exchange is. */
    public enum Kind {
        /** The login succeeded. */
        OK,
        /** The login failed. */
        ERR,
        /** A switch or plugin data, which the client answers. */
        CLIENT_DUE,
        /** Plugin data after which the instance sends the next packet itself. */
        SERVER_GOES_ON
    }

    /** Writes the payload of the answer. */
    public void encodeTo(ByteBuf out) {
        response.encode(out, authPlugin);
    }

    /** Writes the payload of the request for TLS that comes before the answer. */
    public void encodeSslRequestTo(ByteBuf out) {
        response.encodeSslRequest(out);
    }

    /** The same with more capability flags. */
    public LoginReply with(long flags) {
        return new LoginReply(
                response.withCapabilities(response.capabilities() | flags), authPlugin);
    }

    /** What a whole packet, with its header, is. */
    public static Kind kindOf(ByteBuf packet) {
        int start = packet.readerIndex() + Packet.HEADER_BYTES;
        int bytes = packet.readableBytes() - Packet.HEADER_BYTES;
        if (bytes == 0) {
            return Kind.CLIENT_DUE;
        }
        return switch (packet.getUnsignedByte(start)) {
            case OK -> Kind.OK;
            case ErrPacket.HEADER -> Kind.ERR;
            case AUTH_MORE_DATA ->
                    bytes == 2 && packet.getUnsignedByte(start + 1) == FAST_AUTH_SUCCESS
                            ? Kind.SERVER_GOES_ON
                            : Kind.CLIENT_DUE;
            default -> Kind.CLIENT_DUE;
        };
    }

    /** The status flags of a whole OK packet, with its header; 0 if it is cut short. */
    public static int statusOfOk(ByteBuf packet) {
        int at = packet.readerIndex() + Packet.HEADER_BYTES + 1;
        int end = packet.writerIndex();
        for (int i = 0; i < 2 && at < end; i++) {
            at += Math.max(1, Lenenc.width(packet.getUnsignedByte(at)));
        }
        return at + 2 <= end ? packet.getUnsignedShortLE(at) : 0;
    }
}
