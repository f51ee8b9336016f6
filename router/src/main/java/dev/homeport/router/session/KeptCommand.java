package dev.homeport.router.session;

import dev.homeport.router.protocol.Command.ReplyShape;
import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** A command of a client, or a part of one, kept as it came. Immutable. */
final class KeptCommand {
    private static final Pattern LOCAL_FILE =
            Pattern.compile(
                    "\\bLOAD\\b.*\\bLOCAL\\b.*\\bINFILE\\b",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final ReplyShape shape;
    private final byte[] payload;

    private KeptCommand(ReplyShape shape, byte[] payload) {
        this.shape = shape;
        this.payload = payload;
    }

    /**
     * Copies it.
     *
     * @param index of the command byte
     * @param shape of its reply
     */
    static KeptCommand of(ByteBuf in, int index, int end, ReplyShape shape) {
        byte[] payload = new byte[end - index];
        in.getBytes(index, payload);
        return new KeptCommand(shape, payload);
    }

    /** The part of its text from one index to another, with what stands in front of the text. */
    KeptCommand part(int textIndex, int from, int to) {
        byte[] part = new byte[textIndex + to - from];
        System.arraycopy(payload, 0, part, 0, textIndex);
        System.arraycopy(payload, textIndex + from, part, textIndex, to - from);
        return new KeptCommand(shape, part);
    }

    /** The first index from there that has something else than blanks and semicolons. */
    int afterSemicolons(int from, int to) {
        int at = from;
        while (at < to && (payload[at] == ';' || (payload[at] >= 0 && payload[at] <= ' '))) {
            at++;
        }
        return at;
    }

    int code() {
        return payload[0] & 0xff;
    }

    ReplyShape shape() {
        return shape;
    }

    /** From the command byte on. */
    int bytes() {
        return payload.length;
    }

    /** To look at; needs no release. */
    ByteBuf payload() {
        return Unpooled.wrappedBuffer(payload).asReadOnly();
    }

    /** As the first packet of a conversation; the caller must release or write it. */
    ByteBuf packet(ByteBufAllocator allocator) {
        return Packet.write(allocator, 0, out -> out.writeBytes(payload));
    }

    /** Whether the server may ask the client for a file, told by the words alone. */
    boolean mayWantFile() {
        return LOCAL_FILE.matcher(new String(payload, StandardCharsets.ISO_8859_1)).find();
    }
}
