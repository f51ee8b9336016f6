package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.guard.sql.Statement;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.ChangeUser;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.Command.ReplyShape;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.QueryAttributes;
import dev.homeport.router.protocol.StatementStart;
import dev.homeport.router.protocol.StatementStart.Found;
import dev.homeport.router.session.CommandForwarder.Decision;
import dev.homeport.router.session.GuardedTurn.Part;
import dev.homeport.router.session.SessionGuard.Look;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Decides which commands of a client pass. Almost all do, after a look at one byte; KILL is
 * translated, because the ids in it are the router's; commands that leave the project or concern
 * the server as a whole are refused; and while the fleet limits the session, so is everything.
 */
final class CommandGate implements CommandForwarder.Gate {
    private static final int NONE = -1;

    /** The command byte and the connection id. */
    private static final int PROCESS_KILL_BYTES = 5;

    /** The command byte, the statement's id and the flags. */
    private static final int EXECUTE_HEAD_BYTES = 6;

    /** The command byte and the statement's id. */
    private static final int CLOSE_BYTES = 5;

    /** Read-only, for update, scrollable. */
    private static final int CURSOR_FLAGS = 0x07;

    private final ServingSession session;
    private final KillTargets killTargets;
    private final SessionGuard guard;

    /** Whether a query may be several statements; once it was, it is taken to be so for good. */
    private boolean multiStatements;

    private final long capabilities;
    private final long mostPacketBytes;

    /** What to do when the command that was decided on is read over; gets its last sequence id. */
    private IntConsumer answer = sequence -> {};

    /** Sequence id that the next packet of a file has to have. */
    private int nextOfFile = NONE;

    CommandGate(ServingSession session, long capabilities) {
        this.session = session;
        this.capabilities = capabilities;
        this.mostPacketBytes =
                session.services()
                        .commandRules()
                        .mostPacketBytes(session.front().listener().config());
        this.killTargets = new KillTargets(session);
        this.guard = new SessionGuard(session);
        this.multiStatements = Capabilities.has(capabilities, Capabilities.CLIENT_MULTI_STATEMENTS);
    }

    @Override
    public Decision onCommand(ByteBuf in, int index, int end, boolean whole) {
        if (session.own().isOpen()) {
            return Decision.WAIT;
        }
        guard.onCommand();
        int command = in.getUnsignedByte(index);
        Optional<ErrPacket> refusal = session.refusal();
        if (refusal.isPresent()) {
            return refuseAll(command, refusal.get());
        }
        if (session.tracker().isStreaming()) {
            // What an instance that streams is told is no command. Whether it does shows in its
            // first packet: it may as well refuse.
            return session.tracker().hasReplyBegun() ? Decision.FORWARD : Decision.WAIT;
        }
        Optional<ClientError> limit = session.limits().refusalOfCommand();
        if (limit.isPresent()) {
            return answerLast(
                    command,
                    sequence ->
                            session.answerAndClose(sequence, limit.get(), CloseReason.TOPOLOGY));
        }
        if (session.tracker().isFull()
                || session.mustAwaitReplies()
                || session.isInstanceSpeaking()) {
            return Decision.WAIT;
        }
        return switch (command) {
            case Command.COM_QUERY -> onQuery(in, index, end, whole);
            case Command.COM_STMT_PREPARE -> onPrepare(in, index, end, whole);
            case Command.COM_INIT_DB -> onInitDb(in, index, end, whole);
            case Command.COM_STMT_EXECUTE, Command.COM_STMT_BULK_EXECUTE ->
                    onExecute(in, index, end, whole);
            case Command.COM_STMT_CLOSE -> onClose(in, index, end, whole);
            case Command.COM_RESET_CONNECTION -> {
                guard.prepared().reset();
                yield pass(command);
            }
            case Command.COM_PROCESS_KILL -> onProcessKill(in, index, end, whole);
            case Command.COM_CHANGE_USER -> onChangeUser(in, index, end, whole);
            case Command.COM_SET_OPTION -> {
                multiStatements = true;
                yield pass(command);
            }
            case Command.COM_BINLOG_DUMP,
                    Command.COM_BINLOG_DUMP_GTID,
                    Command.COM_TABLE_DUMP,
                    Command.COM_REGISTER_SLAVE,
                    Command.COM_CLONE ->
                    onReplication(command);
            case Command.COM_SHUTDOWN,
                    Command.COM_DEBUG,
                    Command.COM_SUBSCRIBE_GROUP_REPLICATION_STREAM ->
                    refuse(error(ErrorKind.COMMAND_NOT_ALLOWED, "command " + command));
            default -> pass(command);
        };
    }

    @Override
    public void answer(int sequence) {
        answer.accept(sequence);
    }

    @Override
    public boolean mayPassOn(ByteBuf in, int index, int end) {
        if (!guard.isWatching()
                || session.tracker().isLocalInfileWanted()
                || !guard.findsMore(in, index, end)) {
            return true;
        }
        session.answerAndClose(
                session.lastSequence(),
                error(
                        ErrorKind.GUARD_REFUSED,
                        "a statement that destroys data stands deep in a text of several: send it"
                                + " as one of its own"),
                CloseReason.GUARD);
        return false;
    }

    @Override
    public boolean isFileInOrder(int sequence) {
        int due = nextOfFile == NONE ? session.tracker().fileSequence() : nextOfFile;
        nextOfFile = (due + 1) & 0xff;
        return sequence == due;
    }

    @Override
    public boolean isFileWanted() {
        return session.tracker().isLocalInfileWanted();
    }

    @Override
    public void onFileEnd() {
        nextOfFile = NONE;
        session.tracker().localInfileSent();
    }

    @Override
    public void forward(ByteBuf bytes) {
        session.forward(bytes);
    }

    @Override
    public long mostPacketBytes() {
        return mostPacketBytes;
    }

    @Override
    public boolean isNothingOwed() {
        return session.tracker().isIdle();
    }

    @Override
    public void onTooLarge(int sequence) {
        session.answerAndClose(
                sequence,
                error(ErrorKind.PACKET_TOO_LARGE, mostPacketBytes + " bytes"),
                CloseReason.TOO_LARGE);
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

    /** A new login comes after everything that the instance still owes the old one. */
    private Decision onChangeUser(ByteBuf in, int index, int end, boolean whole) {
        if (!session.tracker().isIdle()) {
            return Decision.WAIT;
        }
        if (!whole) {
            if (end - index > PacketAssembler.MOST_PAYLOAD_BYTES) {
                onMalformed(0, "a new login of so many bytes");
                return Decision.WAIT;
            }
            return Decision.NEED_MORE;
        }
        try {
            // The instance's leg may have agreed on more about logins than the client's has.
            ChangeUser request =
                    ChangeUser.decode(
                            in.slice(index, end - index), session.front().clientCapabilities());
            return answerWith(sequence -> session.changeUser(request, sequence));
        } catch (MalformedPacketException e) {
            onMalformed(0, e.getMessage());
            return Decision.WAIT;
        }
    }

    private Decision onQuery(ByteBuf in, int command, int end, boolean whole) {
        int text = textIndex(in, command + 1, end);
        if (text < 0) {
            // Attributes that are no such, or longer than anybody looks: the instance will say.
            return isShort(command, end, whole) ? Decision.NEED_MORE : pass(Command.COM_QUERY);
        }
        return onText(in, command, text, end, whole);
    }

    private int textIndex(ByteBuf in, int from, int end) {
        return Capabilities.has(capabilities, Capabilities.CLIENT_QUERY_ATTRIBUTES)
                ? QueryAttributes.textIndex(in, from, end)
                : from;
    }

    private Decision onText(ByteBuf in, int command, int text, int end, boolean whole) {
        Found found = StatementStart.look(in, text, end, whole);
        if (found instanceof Found.Kill kill) {
            return onKill(kill);
        }
        if (found instanceof Found.Unclear || (multiStatements && isShort(text - 1, end, whole))) {
            return Decision.NEED_MORE;
        }
        Optional<ClientError> refusal = refusalOf(found);
        if (refusal.isEmpty() && multiStatements) {
            refusal =
                    refusalOf(
                            StatementStart.find(in, text, end, one -> refusalOf(one).isPresent()));
        }
        if (refusal.isPresent()) {
            return refuse(refusal.get());
        }
        return switch (guard.look(in, command, text, end, whole, multiStatements)) {
            case Look.Pass pass -> pass(Command.COM_QUERY);
            case Look.NeedMore more -> Decision.NEED_MORE;
            case Look.TooLong tooLong -> refuse(tooLong());
            case Look.Guarded guarded -> {
                if (!mayAnswerNow()) {
                    yield Decision.WAIT;
                }
                KeptCommand kept = KeptCommand.of(in, command, end, ReplyShape.RESULTS);
                List<Part> parts = guard.parts(kept, text - command, guarded.statements());
                if (parts.size() > 1 && kept.mayWantFile()) {
                    yield refuse(wantsFile());
                }
                yield answerWith(sequence -> session.guarded(parts, guard.prepared(), sequence));
            }
        };
    }

    private ClientError tooLong() {
        return error(
                ErrorKind.GUARD_REFUSED,
                "a statement that may destroy data can be of %d bytes at most"
                        .formatted(SessionGuard.MOST_TEXT_BYTES));
    }

    private ClientError wantsFile() {
        return error(
                ErrorKind.GUARD_REFUSED,
                "LOAD DATA LOCAL cannot stand in one text with a statement that may destroy data:"
                        + " send it by itself");
    }

    private ClientError tooManyPrepared() {
        return error(ErrorKind.GUARD_REFUSED, PreparedStatements.FULL);
    }

    /** An answer of the router's own comes after those that the instance still owes. */
    private boolean mayAnswerNow() {
        return session.tracker().isIdle() && session.isClientReading();
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
        if (refusal.isPresent()) {
            return refuse(refusal.get());
        }
        return switch (guard.look(in, index, index + 1, end, whole, false)) {
            case Look.Pass pass -> {
                guard.prepared().ordinaryPrepared();
                yield pass(Command.COM_STMT_PREPARE);
            }
            case Look.NeedMore more -> Decision.NEED_MORE;
            case Look.TooLong tooLong -> refuse(tooLong());
            case Look.Guarded guarded when !guard.prepared().hasRoomForId() ->
                    refuse(tooManyPrepared());
            case Look.Guarded guarded -> {
                if (!mayAnswerNow()) {
                    yield Decision.WAIT;
                }
                KeptCommand kept = KeptCommand.of(in, index, end, ReplyShape.PREPARED);
                Statement what = guarded.statements().getFirst();
                yield answerWith(
                        sequence -> session.prepare(kept, what, guard.prepared(), sequence));
            }
        };
    }

    /**
     * The server's word alone does not tell a cursor: MariaDB says "a cursor exists" also of one
     * inside a procedure, and sends the rows.
     */
    private Decision onExecute(ByteBuf in, int index, int end, boolean whole) {
        int command = in.getUnsignedByte(index);
        if (end - index < EXECUTE_HEAD_BYTES) {
            return whole ? pass(command) : Decision.NEED_MORE;
        }
        Optional<Statement> what = guard.prepared().withId(in.getIntLE(index + 1));
        if (what.isPresent()) {
            return onGuardedExecute(in, index, end, whole, what.get());
        }
        boolean asksForCursor =
                command == Command.COM_STMT_EXECUTE
                        && (in.getByte(index + EXECUTE_HEAD_BYTES - 1) & CURSOR_FLAGS) != 0;
        return pass(command, asksForCursor ? ReplyShape.RESULTS_OR_CURSOR : ReplyShape.RESULTS);
    }

    private Decision onGuardedExecute(
            ByteBuf in, int index, int end, boolean whole, Statement what) {
        if (!whole) {
            return end - index < SessionGuard.MOST_TEXT_BYTES
                    ? Decision.NEED_MORE
                    : refuse(tooLong());
        }
        if (!mayAnswerNow()) {
            return Decision.WAIT;
        }
        List<Part> parts =
                List.of(
                        new Part(
                                KeptCommand.of(in, index, end, ReplyShape.RESULTS),
                                Optional.of(what)));
        return answerWith(sequence -> session.guarded(parts, guard.prepared(), sequence));
    }

    private Decision onClose(ByteBuf in, int index, int end, boolean whole) {
        if (end - index < CLOSE_BYTES) {
            return whole ? pass(Command.COM_STMT_CLOSE) : Decision.NEED_MORE;
        }
        guard.prepared().closed(in.getIntLE(index + 1));
        return pass(Command.COM_STMT_CLOSE);
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

    /** Shows the data of all projects of the cluster: only for those that are named for it. */
    private Decision onReplication(int command) {
        return session.services().commandRules().mayReplicate(session.route().project())
                ? pass(command)
                : refuse(error(ErrorKind.COMMAND_NOT_ALLOWED, "command " + command));
    }

    private Decision onProcessKill(ByteBuf in, int index, int end, boolean whole) {
        if (end - index >= PROCESS_KILL_BYTES) {
            return onKill(new Found.Kill("", in.getUnsignedIntLE(index + 1)));
        }
        return whole ? pass(Command.COM_PROCESS_KILL) : Decision.NEED_MORE;
    }

    /** Only connections of the same project and user can be killed, on the same instance. */
    private Decision onKill(Found.Kill kill) {
        // Whom it means is settled when nothing before it is open, so that it is asked for once.
        if (!session.tracker().isIdle()) {
            return Decision.WAIT;
        }
        return switch (killTargets.find(kill.connectionId())) {
            case KillTargets.Whom.Backend(int id) ->
                    answerWith(sequence -> session.replaceWith(kill.of(id)));
            case KillTargets.Whom.Nobody() ->
                    refuse(error(ErrorKind.UNKNOWN_THREAD, Long.toString(kill.connectionId())));
            case KillTargets.Whom.NotKnownYet() -> Decision.WAIT;
        };
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
