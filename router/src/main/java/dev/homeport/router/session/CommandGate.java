package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.Command.ReplyShape;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.StatementStart;
import dev.homeport.router.protocol.StatementStart.Found;
import dev.homeport.router.session.CommandForwarder.Decision;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Decides which commands of a client pass. Almost all do, after a look at one byte; KILL is
 * translated, because the ids in it are the router's; commands that leave the project or concern
 * the server as a whole are refused; and while the fleet limits the session, so is everything.
 */
final class CommandGate implements CommandForwarder.Gate {
    /** The command byte and the connection id. */
    private static final int PROCESS_KILL_BYTES = 5;

    /** The command byte, the statement's id and the flags. */
    private static final int EXECUTE_HEAD_BYTES = 6;

    /** Read-only, for update, scrollable. */
    private static final int CURSOR_FLAGS = 0x07;

    private final ServingSession session;

    /** Whether a query may be several statements; once it was, it is taken to be so for good. */
    private boolean multiStatements;

    /** What to do when the command that was decided on is read over; gets its last sequence id. */
    private IntConsumer answer = sequence -> {};

    CommandGate(ServingSession session, int capabilities) {
        this.session = session;
        this.multiStatements = Capabilities.has(capabilities, Capabilities.CLIENT_MULTI_STATEMENTS);
    }

    @Override
    public Decision onCommand(ByteBuf in, int index, int end, boolean whole) {
        int command = in.getUnsignedByte(index);
        Optional<ErrPacket> refusal = session.refusal();
        if (refusal.isPresent()) {
            return refuseAll(command, refusal.get());
        }
        Optional<ClientError> limit = session.limits().refusalOfCommand();
        if (limit.isPresent()) {
            return answerLast(
                    command,
                    sequence ->
                            session.answerAndClose(sequence, limit.get(), CloseReason.TOPOLOGY));
        }
        if (session.tracker().isFull() || session.isInstanceSpeaking()) {
            return Decision.WAIT;
        }
        return switch (command) {
            case Command.COM_QUERY -> onQuery(in, index, end, whole);
            case Command.COM_STMT_PREPARE -> onPrepare(in, index, end, whole);
            case Command.COM_INIT_DB -> onInitDb(in, index, end, whole);
            case Command.COM_STMT_EXECUTE -> onExecute(in, index, end, whole);
            case Command.COM_PROCESS_KILL -> onProcessKill(in, index, end, whole);
            case Command.COM_SET_OPTION -> {
                multiStatements = true;
                yield pass(command);
            }
            case Command.COM_SHUTDOWN,
                    Command.COM_DEBUG,
                    Command.COM_CHANGE_USER,
                    Command.COM_BINLOG_DUMP,
                    Command.COM_BINLOG_DUMP_GTID,
                    Command.COM_TABLE_DUMP,
                    Command.COM_REGISTER_SLAVE,
                    Command.COM_CLONE ->
                    refuse(error(ErrorKind.COMMAND_NOT_ALLOWED, "command " + command));
            default -> pass(command);
        };
    }

    @Override
    public void answer(int sequence) {
        answer.accept(sequence);
    }

    @Override
    public boolean isFileWanted() {
        return session.tracker().isLocalInfileWanted();
    }

    @Override
    public void onFileEnd() {
        session.tracker().localInfileSent();
    }

    @Override
    public void forward(ByteBuf bytes) {
        session.forward(bytes);
    }

    @Override
    public void onMalformed(int sequence, String why) {
        session.answerAndClose(
                sequence, ClientError.of(ErrorKind.BAD_PACKET, why), CloseReason.MALFORMED);
    }

    private Decision pass(int command) {
        return pass(command, Command.replyTo(command));
    }

    private Decision pass(int command, ReplyShape reply) {
        session.commandSent(command, reply);
        return Decision.FORWARD;
    }

    /** The backend is gone: the next command that expects an answer gets the error. */
    private Decision refuseAll(int command, ErrPacket error) {
        if (Command.replyTo(command) == ReplyShape.NONE) {
            return answerWith(
                    sequence -> {
                        if (command == Command.COM_QUIT) {
                            session.front().close(CloseReason.CLIENT);
                        }
                    });
        }
        return answerWith(sequence -> session.answerRefusal(sequence, error));
    }

    private Decision onQuery(ByteBuf in, int index, int end, boolean whole) {
        Found found = StatementStart.look(in, index + 1, end, whole);
        if (found instanceof Found.Kill kill) {
            return onKill(kill.query(), kill.connectionId());
        }
        if (found instanceof Found.Unclear || (multiStatements && isShort(index, end, whole))) {
            return Decision.NEED_MORE;
        }
        Optional<ClientError> refusal = refusalOf(found);
        if (refusal.isEmpty() && multiStatements) {
            refusal =
                    refusalOf(
                            StatementStart.find(
                                    in, index + 1, end, one -> refusalOf(one).isPresent()));
        }
        return refusal.isPresent() ? refuse(refusal.get()) : pass(Command.COM_QUERY);
    }

    /** Whether more of the text should be seen. The beginning of a long one has to do. */
    private static boolean isShort(int index, int end, boolean whole) {
        return !whole && end - index <= StatementStart.LOOKAHEAD_BYTES;
    }

    private Decision onPrepare(ByteBuf in, int index, int end, boolean whole) {
        Found found = StatementStart.look(in, index + 1, end, whole);
        if (found instanceof Found.Unclear) {
            return Decision.NEED_MORE;
        }
        Optional<ClientError> refusal = refusalOf(found);
        return refusal.isPresent() ? refuse(refusal.get()) : pass(Command.COM_STMT_PREPARE);
    }

    /**
     * The server's word alone does not tell a cursor: MariaDB says "a cursor exists" also of one
     * inside a procedure, and sends the rows.
     */
    private Decision onExecute(ByteBuf in, int index, int end, boolean whole) {
        if (end - index >= EXECUTE_HEAD_BYTES) {
            boolean asksForCursor =
                    (in.getByte(index + EXECUTE_HEAD_BYTES - 1) & CURSOR_FLAGS) != 0;
            return pass(
                    Command.COM_STMT_EXECUTE,
                    asksForCursor ? ReplyShape.RESULTS_OR_CURSOR : ReplyShape.RESULTS);
        }
        return whole ? pass(Command.COM_STMT_EXECUTE) : Decision.NEED_MORE;
    }

    private Decision onInitDb(ByteBuf in, int index, int end, boolean whole) {
        if (isShort(index, end, whole)) {
            return Decision.NEED_MORE;
        }
        // Servers take a name up to its first NUL; one that is not whole yet is none.
        int nul = in.indexOf(index + 1, end, (byte) 0);
        int nameEnd = nul < 0 ? end : nul;
        String schema = in.toString(index + 1, nameEnd - index - 1, StandardCharsets.UTF_8);
        Optional<ClientError> refusal = refusalOfSchema(schema);
        return refusal.isPresent() ? refuse(refusal.get()) : pass(Command.COM_INIT_DB);
    }

    /** Why a statement that the router does not translate may not pass, if it may not. */
    private Optional<ClientError> refusalOf(Found found) {
        return switch (found) {
            case Found.Ordinary ordinary -> Optional.empty();
            case Found.Unclear unclear -> Optional.empty();
            case Found.Use use -> refusalOfSchema(use.schema());
            case Found.Kill kill -> Optional.of(killNotAlone());
            case Found.OtherKill other ->
                    other.isByConnection() ? Optional.of(killNotAlone()) : Optional.empty();
        };
    }

    private ClientError killNotAlone() {
        return error(
                ErrorKind.COMMAND_NOT_ALLOWED,
                "KILL takes the number of a connection, as a statement of its own");
    }

    private Optional<ClientError> refusalOfSchema(String schema) {
        return session.services().loginRouter().refusalOfSchema(session.route(), schema);
    }

    private Decision onProcessKill(ByteBuf in, int index, int end, boolean whole) {
        if (end - index >= PROCESS_KILL_BYTES) {
            return onKill(false, in.getUnsignedIntLE(index + 1));
        }
        return whole ? pass(Command.COM_PROCESS_KILL) : Decision.NEED_MORE;
    }

    /** Only connections of the same project and user can be killed, on the same instance. */
    private Decision onKill(boolean query, long connectionId) {
        Optional<SessionRegistry.Target> target =
                session.services()
                        .registry()
                        .target(connectionId)
                        .filter(
                                found ->
                                        found.project().equals(session.route().project())
                                                && found.user().equals(session.user())
                                                && found.instance()
                                                        .equals(session.route().instance()));
        if (target.isEmpty()) {
            return refuse(error(ErrorKind.UNKNOWN_THREAD, Long.toString(connectionId)));
        }
        String backendId = Integer.toUnsignedString(target.get().backendConnectionId());
        return answerWith(
                sequence -> session.replaceWith("KILL " + (query ? "QUERY " : "") + backendId));
    }

    private ClientError error(ErrorKind kind, String detail) {
        return ClientError.of(
                kind, Optional.of(session.route().cluster()), session.route().project(), detail);
    }

    private Decision refuse(ClientError error) {
        return answerLast(Command.COM_QUERY, sequence -> session.answer(sequence, error));
    }

    /**
     * An answer of the router's own comes after those that the instance still owes, and only while
     * the client takes what it is sent.
     */
    private Decision answerLast(int command, IntConsumer newAnswer) {
        if (!session.tracker().isIdle() || !session.isClientReading()) {
            return Decision.WAIT;
        }
        return Command.replyTo(command) == ReplyShape.NONE ? pass(command) : answerWith(newAnswer);
    }

    private Decision answerWith(IntConsumer newAnswer) {
        answer = newAnswer;
        return Decision.ANSWER;
    }
}
