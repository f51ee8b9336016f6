package dev.homeport.router.session;

import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.TextReply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the router itself sends between two commands of a client, on the client's own connection to
 * the instance. Meanwhile commands of the client wait, and replies do not go to it. One at a time;
 * all on the event loop of the session, where the futures are completed too.
 */
final class OwnCommands {
    /** More than any answer to a question of the router's, or to a part of a text. */
    static final int MOST_REPLY_BYTES = 16 * 1024 * 1024;

    /** What is kept back of an answer that the client may have at once. */
    private static final int MOST_KEPT_BYTES = 64 * 1024;

    private final ServingSession session;
    private final long capabilities;
    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
    private Optional<CompletableFuture<ByteBuf>> awaited = Optional.empty();
    private boolean open;
    private boolean lost;

    /** Whether what cannot be kept back goes to the client as it comes. */
    private boolean mayStream;

    private boolean streams;

    /** Whether what is awaited is the answer to a question of the router's. */
    private boolean asking;

    /** The connection to the instance is gone, or was given up. */
    static final class LostException extends Exception {
        private static final long serialVersionUID = 1L;

        LostException(String message) {
            super(message);
        }
    }

    OwnCommands(ServingSession session, long capabilities) {
        this.session = session;
        this.capabilities = capabilities;
    }

    /** From here on the session is the router's. The instance owes nothing. */
    void begin() {
        open = true;
    }

    /** The session is the client's again. */
    void end() {
        open = false;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether the connection to the instance is gone. */
    boolean isLost() {
        return lost;
    }

    /** Whether what the instance says now is for the router. */
    boolean isAwaiting() {
        return awaited.isPresent();
    }

    /** Whether the instance answers a question of the router's, and no command of the client. */
    boolean isAsking() {
        return isAwaiting() && asking;
    }

    /** Asks a question of one row at most; fails with {@link LostException}. */
    CompletableFuture<TextReply> ask(byte[] statement) {
        if (lost) {
            return CompletableFuture.failedFuture(new LostException("before it was asked"));
        }
        CompletableFuture<ByteBuf> answer = await();
        asking = true;
        session.sendStatement(statement);
        return answer.thenCompose(this::decoded);
    }

    /**
     * Sends one of the client's commands; completes with all packets of the reply, in memory that
     * needs no release.
     *
     * @param mayStream whether a long reply may go to the client as it comes: then only what has
     *     not gone completes the future
     */
    CompletableFuture<ByteBuf> send(
            KeptCommand command, boolean mayStream, ByteBufAllocator allocator) {
        if (lost) {
            return CompletableFuture.failedFuture(new LostException("before it was sent"));
        }
        CompletableFuture<ByteBuf> answer = await();
        this.mayStream = mayStream;
        session.commandSent(command.code(), command.shape());
        session.forwardNow(command.packet(allocator));
        return answer;
    }

    private CompletableFuture<ByteBuf> await() {
        if (awaited.isPresent()) {
            throw new IllegalStateException("a reply is awaited already");
        }
        CompletableFuture<ByteBuf> answer = new CompletableFuture<>();
        awaited = Optional.of(answer);
        asking = false;
        mayStream = false;
        streams = false;
        reply.reset();
        return answer;
    }

    private CompletableFuture<TextReply> decoded(ByteBuf packets) {
        try {
            return CompletableFuture.completedFuture(TextReply.decode(packets, capabilities));
        } catch (MalformedPacketException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Takes over bytes of the reply. */
    void onBytes(ByteBuf in) {
        if (streams) {
            session.toClient(in);
            return;
        }
        int bytes = reply.size() + in.readableBytes();
        if (mayStream && bytes > MOST_KEPT_BYTES) {
            streams = true;
            session.toClient(taken());
            session.toClient(in);
            return;
        }
        if (bytes <= MOST_REPLY_BYTES) {
            reply.writeBytes(ByteBufUtil.getBytes(in));
        } else {
            session.giveUpBackend();
        }
        in.release();
    }

    private ByteBuf taken() {
        ByteBuf taken = Unpooled.wrappedBuffer(reply.toByteArray());
        reply.reset();
        return taken;
    }

    /** The reply has come to its end. */
    void onReplied() {
        CompletableFuture<ByteBuf> answer = awaited.orElseThrow();
        awaited = Optional.empty();
        answer.complete(taken());
    }

    /** The connection to the instance is gone. */
    void onLost() {
        lost = true;
        Optional<CompletableFuture<ByteBuf>> answer = awaited;
        awaited = Optional.empty();
        answer.ifPresent(
                one -> one.completeExceptionally(new LostException("while it was awaited")));
    }
}
