package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The server asks for the account's own plugin (MySQL source docs, Protocol::AuthSwitchRequest), or
 * for one more factor (Protocol::AuthNextFactor), which has the same form.
 *
 * @param plugin that the client is to answer with
 * @param scramble what it is to answer, without the NUL at its end
 */
public record AuthSwitchRequest(String plugin, AuthBytes scramble) {
    static final int HEADER = 0xfe;
    static final int NEXT_FACTOR_HEADER = 0x02;

    /** Whether a whole packet, with its header, names a plugin that goes on from here. */
    public static boolean is(ByteBuf packet, long capabilities) {
        if (packet.readableBytes() <= Packet.HEADER_BYTES) {
            return false;
        }
        int first = packet.getUnsignedByte(packet.readerIndex() + Packet.HEADER_BYTES);
        return first == HEADER
                || (first == NEXT_FACTOR_HEADER
                        && Capabilities.has(
                                capabilities, Capabilities.CLIENT_MULTI_FACTOR_AUTHENTICATION));
    }

    /** Reads a whole packet, with its header; the reader index stays. */
    public static AuthSwitchRequest decode(ByteBuf packet) {
        int start = packet.readerIndex() + Packet.HEADER_BYTES + 1;
        int end = packet.writerIndex();
        int nul = packet.indexOf(start, end, (byte) 0);
        if (nul < 0) {
            // The short form of old servers: the plugin from before the names.
            String name =
                    start == end
                            ? "mysql_old_password"
                            : packet.toString(start, end - start, StandardCharsets.UTF_8);
            return new AuthSwitchRequest(name, new AuthBytes(new byte[0]));
        }
        int last = end > nul + 1 && packet.getByte(end - 1) == 0 ? end - 1 : end;
        byte[] scramble = new byte[last - nul - 1];
        packet.getBytes(nul + 1, scramble);
        return new AuthSwitchRequest(
                packet.toString(start, nul - start, StandardCharsets.UTF_8),
                new AuthBytes(scramble));
    }
}
