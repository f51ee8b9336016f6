package dev.homeport.router.session;

import dev.homeport.router.guard.sql.Statement;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.ReplyParts;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One command of a client that the guard has to see, from its arrival to the last packet of its
 * answer. A text of several statements is cut where the guard has to see one: the parts go to the
 * instance one by one, and their replies are put together to the one that the client expects, which
 * ends at the first error. All on the event loop of the session.
 */
final class GuardedTurn {
    private final ServingSession session;
    private final List<Part> parts;
    private final PreparedStatements prepared;
    private int sequence;
    private boolean sent;

    /**
     * A part of the command.
     *
     * @param statement what the guard has to see of it; empty where it is ordinary
     */
    record Part(KeptCommand command, Optional<Statement> statement) {}

    /**
     * @param prepared what the session has prepared
     * @param sequence id of the command's last packet
     */
    GuardedTurn(
            ServingSession session, List<Part> parts, PreparedStatements prepared, int sequence) {
        this.session = session;
        this.parts = List.copyOf(parts);
        this.prepared = prepared;
        this.sequence = sequence;
    }

    /** Takes the session over until the command is answered. The instance owes nothing. */
    void start() {
        session.own().begin();
        run(0).whenComplete((done, thrown) -> end(thrown));
    }

    private CompletionStage<Void> run(int index) {
        return answer(parts.get(index))
                .thenCompose(
                        answer -> {
                            // Asked before it is told, which gives its memory away.
                            boolean isLast =
                                    index + 1 == parts.size()
                                            || answer.isError()
                                            || endsInError(answer);
                            tell(answer, !isLast);
                            return isLast
                                    ? CompletableFuture.completedFuture(null)
                                    : run(index + 1);
                        });
    }

    private CompletionStage<GuardAnswer> answer(Part part) {
        if (part.statement().isEmpty()) {
            sent = true;
            return session.own()
                    .send(part.command(), false, session.front().channel().alloc())
                    .thenApply(GuardAnswer.Servers::new);
        }
        var guarded =
                new GuardedStatement(
                        session,
                        part.statement().get(),
                        part.command(),
                        prepared,
                        parts.size() == 1);
        return guarded.run().whenComplete((answer, thrown) -> sent |= guarded.isSent());
    }

    private void tell(GuardAnswer answer, boolean more) {
        switch (answer) {
            case GuardAnswer.Servers(ByteBuf packets) -> deliver(packets, more);
            case GuardAnswer.Failed(ErrPacket error) -> session.answer(sequence, error);
            case GuardAnswer.Refused refused -> session.answer(sequence, refused.error());
        }
    }

    private void deliver(ByteBuf packets, boolean more) {
        if (parts.size() > 1) {
            sequence = parts(packets).continued(sequence + 1, more);
        }
        session.deliver(packets);
    }

    /** A reply of several results may fail behind the first of them. */
    private boolean endsInError(GuardAnswer answer) {
        return parts.size() > 1
                && answer instanceof GuardAnswer.Servers(ByteBuf packets)
                && parts(packets).endsInError();
    }

    private ReplyParts parts(ByteBuf packets) {
        try {
            return ReplyParts.of(packets, session.capabilities());
        } catch (MalformedPacketException e) {
            throw new IllegalStateException("a reply that was followed to its end", e);
        }
    }

    private void end(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        switch (cause) {
            case null -> session.ownCommandsEnded();
            case OwnCommands.LostException lost -> session.answerLost(sequence, sent);
            default -> session.front().closeOnBug("guard", cause);
        }
    }
}
