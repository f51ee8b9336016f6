package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;

/** What the client gets for a command that the guard has seen. */
sealed interface GuardAnswer {
    /**
     * The server's own answer to the command.
     *
     * @param packets all of them, as they came, in memory that needs no release
     */
    record Servers(ByteBuf packets) implements GuardAnswer {}

    /** What the server said to a question about the command, as it would say of the command. */
    record Failed(ErrPacket error) implements GuardAnswer {}

    /** The router's own. */
    record Refused(ClientError error) implements GuardAnswer {}

    /** Whether the command was not executed. */
    default boolean isError() {
        return switch (this) {
            case Servers(ByteBuf packets) ->
                    packets.readableBytes() > Packet.HEADER_BYTES
                            && packets.getUnsignedByte(Packet.HEADER_BYTES) == ErrPacket.HEADER;
            case Failed failed -> true;
            case Refused refused -> true;
        };
    }
}
