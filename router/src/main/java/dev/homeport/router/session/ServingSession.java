package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.guard.sql.Reading;
import dev.homeport.router.guard.sql.Statement;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.ChangeUser;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.Command.ReplyShape;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.protocol.PreparedReply;
import dev.homeport.router.protocol.ReplyTracker;
import dev.homeport.router.protocol.TextReply;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.SessionLimit;
import dev.homeport.topology.Family;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The Command Phase of a pair: bytes pass in both directions, commands are let through by the
 * {@link CommandGate}, replies are followed by the {@link ReplyTracker}, and what the fleet's
 * changes mean is carried out between commands by the {@link LimitKeeper}. All on one event loop.
 */
final class ServingSession {
    private final FrontendSession front;
    private final BackendSession backend;
    private final Channel client;
    private final Channel instance;
    private final SessionServices services;
    private final ReplyTracker tracker;
    private final CommandForwarder forwarder;
    private final LimitKeeper limits;
    private final IdleWatch idle;
    private final ProjectMeters project;
    private final long capabilities;
    private final boolean hasQueryAttributes;

    /** What the router itself has to say between two commands. */
    private final OwnCommands own;

    /** What the instance has said without being asked and not yet to the end. */
    private final PacketAssembler unsolicited;

    /** What the next command is answered with: the backend is gone. */
    private Optional<ErrPacket> refusal = Optional.empty();

    /** COM_CHANGE_USER was read and waits for the end of the bytes it came with. */
    private Optional<PendingLogin> changeUser = Optional.empty();

    private CloseReason refusalReason = CloseReason.BACKEND;
    private boolean hasBackend = true;
    private boolean begun;
    private boolean ended;

    /** Why the instance was left in the midst of what the router asked it. */
    private Optional<ClientError> cutBy = Optional.empty();

    private boolean quitting;
    private boolean wasInTransaction;

    private record PendingLogin(ChangeUser request, int sequence) {}

    ServingSession(FrontendSession front, BackendSession backend, long capabilities, int status) {
        this.front = front;
        this.backend = backend;
        this.client = front.channel();
        this.instance = backend.channel();
        this.services = front.services();
        this.tracker = new ReplyTracker(capabilities, status, this::onErrorReply);
        this.forwarder = new CommandForwarder(new CommandGate(this, capabilities), client.alloc());
        this.limits = new LimitKeeper(this);
        this.idle = idleWatch(capabilities);
        this.project = services.meters().of(backend.route().project());
        this.capabilities = capabilities;
        this.hasQueryAttributes =
                Capabilities.has(capabilities, Capabilities.CLIENT_QUERY_ATTRIBUTES);
        this.own = new OwnCommands(this, capabilities);
        this.unsolicited = new PacketAssembler(client.alloc());
    }

    private IdleWatch idleWatch(long capabilities) {
        boolean isInteractive = Capabilities.has(capabilities, Capabilities.CLIENT_INTERACTIVE);
        CommandRules rules = services.commandRules();
        return new IdleWatch(
                this,
                rules.idleTimeout(isInteractive),
                rules.idleTransactionTimeout(isInteractive));
    }

    /** The client is told that it is in. */
    void begin() {
        begun = true;
        idle.start();
        services.registry()
                .serving(
                        front.connectionId(),
                        new ServedSession(
                                route().cluster(),
                                new SessionRegistry.Target(
                                        route().project(),
                                        backend.user(),
                                        route().instance(),
                                        backend.connectionId()),
                                Optional.ofNullable(front.clientAddress()),
                                backend.greeted(),
                                Optional.empty()));
        project.opened();
    }

    Route route() {
        return backend.route();
    }

    FrontendSession front() {
        return front;
    }

    SessionServices services() {
        return services;
    }

    ReplyTracker tracker() {
        return tracker;
    }

    String user() {
        return backend.user();
    }

    LimitKeeper limits() {
        return limits;
    }

    /** How its texts are read where nothing else is said. */
    Reading reading() {
        return new Reading(
                false,
                true,
                front.listener().config().family() == Family.MARIADB,
                Reading.versionNumber(backend.serverVersion()),
                backend.isUtf8());
    }

    /** What client, router and instance have agreed on. */
    long capabilities() {
        return capabilities;
    }

    OwnCommands own() {
        return own;
    }

    /** Id of the connection as the instance knows it. */
    int threadId() {
        return backend.connectionId();
    }

    boolean isBetweenTransactions() {
        return tracker.isIdle() && !tracker.isInTransaction() && !own.isOpen();
    }

    /** Whether nothing runs and nothing waits. */
    boolean isAtRest() {
        return tracker.isIdle() && !forwarder.isWaiting() && !own.isOpen();
    }

    /** The error that waits to be the answer to the next command. */
    Optional<ErrPacket> refusal() {
        return refusal;
    }

    /** Whether the client takes what it is sent, as far as can be told. */
    boolean isClientReading() {
        return client.isWritable();
    }

    /** Whether the instance can only be sent another command when it has answered all others. */
    boolean mustAwaitReplies() {
        return backend.isCompressed() && !tracker.isIdle();
    }

    /** Whether the instance is in the midst of an error that nobody asked for. */
    boolean isInstanceSpeaking() {
        return unsolicited.readableBytes() > 0;
    }

    // ------------------------------------------------------------------------------ from the
    // client

    void onClientBytes(ByteBuf in) {
        idle.touch();
        services.meters().fromClient(in.readableBytes());
        forwarder.onBytes(in);
        afterCommands();
    }

    private void afterCommands() {
        if (changeUser.isPresent()) {
            PendingLogin login = changeUser.get();
            changeUser = Optional.empty();
            front.onChangeUser(login.request, login.sequence, forwarder.takeHeld());
        } else if (forwarder.isFull()) {
            pace();
        }
    }

    /** The client logs in anew: the session ends here, and nothing behind it is a command of it. */
    void changeUser(ChangeUser request, int sequence) {
        changeUser = Optional.of(new PendingLogin(request, sequence));
        forwarder.pause();
    }

    void onClientReadComplete() {
        if (hasBackend) {
            instance.flush();
        }
    }

    void onClientWritabilityChanged() {
        if (hasBackend && instance.config().isAutoRead() != client.isWritable()) {
            instance.config().setAutoRead(client.isWritable());
        }
        if (client.isWritable() && tracker.isIdle()) {
            resume();
        }
    }

    /** Takes over bytes for the instance. */
    void forward(ByteBuf bytes) {
        if (!hasBackend) {
            bytes.release();
            return;
        }
        instance.write(bytes, instance.voidPromise());
        if (!instance.isWritable()) {
            pace();
        }
    }

    /** A command is on its way to the instance. */
    void commandSent(int command, ReplyShape reply) {
        tracker.commandSent(reply);
        project.commandSent();
        quitting |= command == Command.COM_QUIT;
    }

    /** Sends a statement of the router's own wording in place of one of the client's. */
    void replaceWith(String statement) {
        sendStatement(statement.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a statement of the router's own. */
    void sendStatement(byte[] statement) {
        commandSent(Command.COM_QUERY, ReplyShape.RESULTS);
        forwardNow(
                Packet.write(
                        instance.alloc(),
                        0,
                        out -> {
                            out.writeByte(Command.COM_QUERY);
                            if (hasQueryAttributes) {
                                out.writeByte(0).writeByte(1); // none, in one set
                            }
                            out.writeBytes(statement);
                        }));
    }

    /** Takes over bytes for the instance, which do not wait for others. */
    void forwardNow(ByteBuf bytes) {
        forward(bytes);
        if (hasBackend) {
            instance.flush();
        }
    }

    /** Sequence id of the client's last packet that was passed on or read over. */
    int lastSequence() {
        return forwarder.lastSequence();
    }

    /** A command, in one part or several, that the guard has to see. */
    void guarded(List<GuardedTurn.Part> parts, PreparedStatements prepared, int sequence) {
        new GuardedTurn(this, parts, prepared, sequence).start();
    }

    /**
     * A COM_STMT_PREPARE of something that the guard has to see when it is executed. What names
     * without a schema mean is settled now, whatever USE says later.
     */
    void prepare(KeptCommand command, Statement what, PreparedStatements prepared, int sequence) {
        own.begin();
        own.ask(SessionFacts.QUESTION)
                .whenComplete(
                        (reply, lost) -> {
                            if (lost != null) {
                                answerLost(sequence, false);
                            } else {
                                Statement known =
                                        reply instanceof TextReply.Row(List<Optional<String>> row)
                                                ? SessionFacts.of(row).qualified(what)
                                                : what;
                                prepare(command, id -> prepared.put(id, known), sequence);
                            }
                        });
    }

    private void prepare(KeptCommand command, IntConsumer prepared, int sequence) {
        own.send(command, false, client.alloc())
                .whenComplete(
                        (packets, lost) -> {
                            if (lost != null) {
                                answerLost(sequence, true);
                                return;
                            }
                            PreparedReply.id(packets).ifPresent(prepared);
                            deliver(packets);
                            ownCommandsEnded();
                        });
    }

    /** Sends the client the answer to its command, which was kept back. */
    void deliver(ByteBuf packets) {
        client.writeAndFlush(packets);
    }

    /**
     * The connection to the instance was lost in the midst of what the router asked.
     *
     * @param sent whether the client's own command was on its way already
     */
    void answerLost(int sequence, boolean sent) {
        own.end();
        if (ended) {
            return; // nobody is there to be told
        }
        ClientError lost =
                ClientError.of(
                        ErrorKind.CLUSTER_UNREACHABLE,
                        Optional.of(route().cluster()),
                        route().project(),
                        "the connection to the database was lost");
        ClientError error = cutBy.orElse(lost);
        answerAndClose(
                sequence,
                sent ? error.as(ErrorKind.OUTCOME_UNKNOWN) : error,
                cutBy.isPresent() ? CloseReason.TOPOLOGY : CloseReason.BACKEND);
    }

    /** The router has said what it had to: the session is the client's again. */
    void ownCommandsEnded() {
        own.end();
        if (hasBackend) {
            onIdle();
        }
    }

    /** Reads from the client only while there is room for what it says. */
    private void pace() {
        boolean read = !forwarder.isFull() && (!hasBackend || instance.isWritable());
        if (client.config().isAutoRead() != read) {
            client.config().setAutoRead(read);
        }
    }

    // ---------------------------------------------------------------------------- from the
    // instance

    void onBackendBytes(ByteBuf in) {
        if (!begun || !hasBackend) {
            in.release();
            return;
        }
        services.meters().toClient(in.readableBytes());
        int solicited = tracker.onBytes(in);
        if (solicited == in.writerIndex()) {
            passOn(in);
        } else {
            onUnsolicited(in, solicited);
        }
        if (!client.isWritable()) {
            instance.config().setAutoRead(false);
        }
    }

    /** A reply has an error of that code in it. */
    private void onErrorReply(int code) {
        if (!own.isAsking()) {
            count(code);
        }
    }

    /** The client is told of an error of that code. */
    private void count(int code) {
        if (code == MissingTables.ER_NO_SUCH_TABLE) {
            services.missingTables().told(route().cluster(), route().project());
        }
    }

    private void passOn(ByteBuf in) {
        if (own.isAwaiting()) {
            own.onBytes(in);
        } else {
            toClient(in);
        }
    }

    /** Takes over bytes for the client. */
    void toClient(ByteBuf bytes) {
        client.write(bytes, client.voidPromise());
    }

    void onBackendReadComplete() {
        idle.touch();
        client.flush();
        if (!tracker.isIdle()) {
            return;
        }
        if (own.isAwaiting()) {
            own.onReplied();
        } else if (!own.isOpen()) {
            onIdle();
        }
    }

    void onBackendWritabilityChanged() {
        pace();
    }

    private void onIdle() {
        if (tracker.isLocalInfileWanted()) {
            // It has given up in the midst of a file, and nobody knows what it takes the rest for.
            backend.close();
            leaveBackend();
            front.closeGently(CloseReason.BACKEND);
            return;
        }
        boolean inTransaction = tracker.isInTransaction();
        if (inTransaction != wasInTransaction) {
            wasInTransaction = inTransaction;
            services.registry().transactions(route().cluster(), inTransaction ? 1 : -1);
        }
        // First what has come already: if it may not be sent any more, it is owed an answer.
        resume();
        if (hasBackend) {
            limits.onIdle();
        }
    }

    /** Takes up a command that had to wait. */
    void resume() {
        if (forwarder.isWaiting()) {
            forwarder.resume();
            pace();
            onClientReadComplete();
            afterCommands();
        }
    }

    /** The instance speaks without being asked: its error is kept for the next command. */
    private void onUnsolicited(ByteBuf in, int from) {
        int before = from - in.readerIndex();
        if (before > 0) {
            passOn(in.readRetainedSlice(before));
        }
        if (refusal.isPresent()) {
            in.release();
            return;
        }
        unsolicited.add(in);
        try {
            Optional<ByteBuf> packet = unsolicited.next();
            if (packet.isPresent()) {
                refusal = Optional.of(errorIn(packet.get()));
                unsolicited.release();
            }
        } catch (MalformedPacketException e) {
            front.closeGently(CloseReason.BACKEND);
        }
    }

    private static ErrPacket errorIn(ByteBuf packet) throws MalformedPacketException {
        try {
            return ErrPacket.decode(packet.skipBytes(Packet.HEADER_BYTES));
        } finally {
            packet.release();
        }
    }

    /** The instance has closed the connection. */
    void onBackendClosed() {
        boolean wasIdle = tracker.isIdle();
        leaveBackend();
        if (own.isOpen()) {
            own.onLost();
        } else if (quitting) {
            front.closeGently(CloseReason.CLIENT);
        } else if (wasIdle && refusal.isPresent()) {
            refuse(refusal.get(), CloseReason.BACKEND);
        } else if (wasIdle || tracker.hasReplyBegun()) {
            front.closeGently(CloseReason.BACKEND);
        } else {
            answerRunning("the connection to the database was lost", CloseReason.BACKEND);
        }
    }

    // ----------------------------------------------------------------------------------------
    // limits

    /** The fleet says something else about this session. */
    void apply(SessionLimit limit) {
        if (hasBackend) {
            limits.apply(limit);
        }
    }

    /** The router stops. Who has nothing that could be finished goes at once. */
    void stop(SessionLimit.Finish limit) {
        if (hasBackend) {
            limits.stop(limit);
        } else {
            front.closeGently(CloseReason.STOPPING);
        }
    }

    /** Gives the backend up in an idle moment; the next command gets the error. */
    void dropBackend(ClientError error) {
        backend.quit();
        leaveBackend();
        services.meters().errorSent(error.kind());
        refuse(error.packet(), CloseReason.TOPOLOGY);
    }

    private void refuse(ErrPacket error, CloseReason reason) {
        refusal = Optional.of(error);
        refusalReason = reason;
        if (forwarder.isWaiting()) {
            forwarder.resume();
        }
        pace();
    }

    /** Ends it now, whatever runs. */
    void cut(ClientError error) {
        if (own.isOpen()) {
            cutBy = Optional.of(error);
            giveUpBackend();
            return;
        }
        if (tracker.isIdle()) {
            dropBackend(tracker.isInTransaction() ? error.as(ErrorKind.TRANSACTION_LOST) : error);
            return;
        }
        boolean mayAnswer = !tracker.hasReplyBegun();
        backend.close();
        leaveBackend();
        if (mayAnswer) {
            answerRunning(error.kind().text(), CloseReason.TOPOLOGY);
        } else {
            front.close(CloseReason.TOPOLOGY);
        }
    }

    /** Leaves the instance in the midst of what the router itself is asking it. */
    void giveUpBackend() {
        backend.close();
        leaveBackend();
        own.onLost();
    }

    /** Nothing has run for too long: ends as the instance itself would end it. */
    void endIdle() {
        switch (front.listener().config().family()) {
            // MySQL says why, without being asked; MariaDB does not.
            case MYSQL -> {
                var error =
                        ClientError.of(
                                ErrorKind.IDLE_TIMEOUT,
                                Optional.of(route().cluster()),
                                route().project(),
                                "");
                services.meters().errorSent(error.kind());
                front.answerAndClose(0, error.packet(), CloseReason.IDLE);
            }
            case MARIADB -> front.closeGently(CloseReason.IDLE);
        }
    }

    /** The command that runs has reached the instance; nobody knows what became of it. */
    private void answerRunning(String why, CloseReason reason) {
        var error =
                ClientError.of(
                        ErrorKind.OUTCOME_UNKNOWN,
                        Optional.of(route().cluster()),
                        route().project(),
                        why);
        answerAndClose(forwarder.lastSequence(), error, reason);
    }

    /** What came from the client is nothing that can be a command, and the end of all that can. */
    void onMalformed(String why) {
        if (tracker.isIdle()) {
            answerAndClose(
                    forwarder.lastSequence(),
                    ClientError.of(ErrorKind.BAD_PACKET, why),
                    CloseReason.MALFORMED);
        } else {
            front.close(CloseReason.MALFORMED);
        }
    }

    /** Answers the client's packet of that sequence id, and closes. */
    void answerAndClose(int sequence, ClientError error, CloseReason reason) {
        services.meters().errorSent(error.kind());
        front.answerAndClose(sequence + 1, error.packet(), reason);
    }

    /** Answers with the error that was waiting, and closes. */
    void answerRefusal(int sequence, ErrPacket error) {
        front.answerAndClose(sequence + 1, error, refusalReason);
    }

    /** Answers the client's packet of that sequence id; the session goes on. */
    void answer(int sequence, ClientError error) {
        services.meters().errorSent(error.kind());
        answer(sequence, error.packet());
    }

    /** Answers it as the instance would. */
    void answer(int sequence, ErrPacket error) {
        count(error.code());
        client.writeAndFlush(Packet.write(client.alloc(), (sequence + 1) & 0xff, error::encode));
    }

    // --------------------------------------------------------------------------------------- the
    // end

    /** The client connection ends. */
    void end() {
        ended = true;
        limits.cancel();
        idle.cancel();
        forwarder.close();
        if (hasBackend) {
            if (tracker.isIdle() && !own.isOpen()) {
                backend.quit();
            } else {
                backend.close();
            }
            leaveBackend();
        }
        own.onLost();
    }

    /** Ends this session without its connection to the instance, which goes on. */
    BackendSession detach() {
        idle.cancel();
        forwarder.close();
        leaveBackend();
        client.config().setAutoRead(true);
        instance.config().setAutoRead(true);
        return backend;
    }

    private void leaveBackend() {
        if (!hasBackend) {
            return;
        }
        hasBackend = false;
        unsolicited.release();
        limits.cancel();
        if (begun) {
            services.registry().notServing(front.connectionId(), services.clock().instant());
            if (wasInTransaction) {
                services.registry().transactions(route().cluster(), -1);
            }
            project.closed();
        }
    }
}
