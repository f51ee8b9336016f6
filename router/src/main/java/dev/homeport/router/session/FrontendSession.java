package dev.homeport.router.session;

import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.protocol.HandshakeV10;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.protocol.StatusFlags;
import dev.homeport.router.routing.LoginFacts;
import dev.homeport.router.routing.Route;
import dev.homeport.router.routing.RoutingPolicy;
import dev.homeport.router.routing.SessionLimit;
import dev.homeport.topology.FleetSnapshot;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection, from accept to close. All methods run on the event loop of its channel.
 *
 * <pre>
 *             {@link #onActive}: greeting sent
 *                 |
 *             Greeting --- timeout, malformed, refused ---------------+
 *                 | {@link #onRead}: response parsed, routed          |
 *             LoggingIn -- timeout, refused by router or instance ----+
 *                 | {@link #onAuthenticated}                          |
 *             Serving ---- client or instance leaves, fleet changed --+
 *                 | {@link #onStop}, {@link #onFleetChanged}          v
 *                 +------------------------------------------------ Closed
 * </pre>
 */
public final class FrontendSession {
    private static final Logger log = LoggerFactory.getLogger(FrontendSession.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LOWEST_SCRAMBLE_CHAR = 0x21;
    private static final int HIGHEST_SCRAMBLE_CHAR = 0x7e;

    /** A client that was sent its last answer may read it in peace for so long. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** A client that does not even take its last answer is given up after so long. */
    private static final Duration LAST_ANSWER_DEADLINE = Duration.ofSeconds(10);

    private final Channel channel;
    private final SessionServices services;
    private final ListenerConfig listener;
    private final PacketAssembler packets;
    private final int connectionId;

    private FrontendPhase phase = new FrontendPhase.Greeting();
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();
    private int loginPackets;
    private boolean heard;

    /** Registers the session; {@link #onInactive} takes it out again. */
    public FrontendSession(Channel channel, SessionServices services, ListenerConfig listener) {
        this.channel = channel;
        this.services = services;
        this.listener = listener;
        this.packets = new PacketAssembler(channel.alloc());
        this.connectionId = services.registry().add(this);
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    Channel channel() {
        return channel;
    }

    SessionServices services() {
        return services;
    }

    int connectionId() {
        return connectionId;
    }

    // ---------------------------------------------------------------- events of the client channel

    /** The client has connected. */
    public void onActive() {
        if (services.registry().isStopping()) {
            refuseUngreeted(ClientError.of(ErrorKind.ROUTER_STOPPING, ""), CloseReason.STOPPING);
        } else if (services.registry().size() > services.maxConnections()) {
            refuseUngreeted(
                    ClientError.of(ErrorKind.TOO_MANY_CONNECTIONS, "this router is full"),
                    CloseReason.REFUSED);
        } else {
            channel.writeAndFlush(Packet.write(channel.alloc(), 0, this::greet));
            deadline = Optional.of(schedule(services.handshakeTimeout(), this::onGreetingTimeout));
        }
    }

    /** Bytes came from the client. Takes them over. */
    public void onRead(ByteBuf in) {
        if (phase instanceof FrontendPhase.Serving serving) {
            serving.session().onClientBytes(in);
        } else if (phase instanceof FrontendPhase.Closed) {
            in.release();
        } else {
            heard = true;
            onLoginBytes(in);
        }
    }

    public void onReadComplete() {
        if (phase instanceof FrontendPhase.Serving serving) {
            serving.session().onClientReadComplete();
        }
    }

    public void onWritabilityChanged() {
        if (phase instanceof FrontendPhase.Serving serving) {
            serving.session().onClientWritabilityChanged();
        }
    }

    /** The client has gone. */
    public void onInactive() {
        services.registry().remove(connectionId);
        end(heard ? CloseReason.CLIENT : CloseReason.PORT_CHECK);
        packets.release();
    }

    /** Reading or writing failed. A reset is the client's way to leave. */
    public void onError(Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.atDebug().addKeyValue("sessionId", connectionId).log("client connection broke");
            close(heard ? CloseReason.CLIENT : CloseReason.PORT_CHECK);
        } else {
            closeOnBug("client channel", cause);
        }
    }

    private void onGreetingTimeout() {
        close(CloseReason.HANDSHAKE_TIMEOUT);
    }

    // ------------------------------------------------------------------------- events from outside

    /** A new picture of the fleet is in force. */
    void onFleetChanged(FleetSnapshot fleet) {
        if (phase instanceof FrontendPhase.Serving serving) {
            SessionLimit limit = RoutingPolicy.limit(fleet, serving.session().route());
            // The stop stays in force; only what takes the session off its instance is stricter.
            if (limit instanceof SessionLimit.Cut || !services.registry().isStopping()) {
                serving.session().apply(limit);
            }
        }
    }

    /** The router stops. */
    void onStop(Duration within) {
        ClientError error = ClientError.of(ErrorKind.ROUTER_STOPPING, "");
        switch (phase) {
            case FrontendPhase.Serving serving ->
                    serving.session().apply(new SessionLimit.Finish(error, within));
            case FrontendPhase.Greeting greeting -> close(CloseReason.STOPPING);
            // The login is let through: it is bounded by its own deadline, and meets the limit
            // then.
            case FrontendPhase.LoggingIn loggingIn -> {}
            case FrontendPhase.Closed closed -> {}
        }
    }

    // ----------------------------------------------------------------------------- Connection
    // Phase

    private void greet(ByteBuf out) {
        new HandshakeV10(
                        listener.serverVersion(),
                        connectionId,
                        scramble(),
                        Capabilities.OFFERED,
                        listener.collation(),
                        StatusFlags.SERVER_STATUS_AUTOCOMMIT,
                        "mysql_native_password")
                .encode(out);
    }

    /** Nobody ever checks an answer to it, but drivers insist on printable characters. */
    private static String scramble() {
        var text = new StringBuilder(HandshakeV10.SCRAMBLE_CHARS);
        RANDOM.ints(HandshakeV10.SCRAMBLE_CHARS, LOWEST_SCRAMBLE_CHAR, HIGHEST_SCRAMBLE_CHAR + 1)
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    private void onLoginBytes(ByteBuf in) {
        packets.add(in);
        takeLoginPackets();
    }

    /** Takes the packets that are the client's part of the login; what came too early waits. */
    private void takeLoginPackets() {
        try {
            while (isClientDue()) {
                Optional<ByteBuf> packet = packets.next();
                if (packet.isEmpty()) {
                    return;
                }
                onLoginPacket(packet.get());
            }
            if (phase instanceof FrontendPhase.LoggingIn
                    && packets.readableBytes() > PacketAssembler.MOST_PAYLOAD_BYTES) {
                throw new MalformedPacketException("the client spoke when it was not its turn");
            }
        } catch (MalformedPacketException e) {
            int sequence = phase instanceof FrontendPhase.Greeting ? 2 : 4;
            ErrorKind kind =
                    e.getMessage().startsWith("a packet of")
                            ? ErrorKind.PACKET_TOO_LARGE
                            : ErrorKind.BAD_PACKET;
            answerAndClose(
                    sequence, ClientError.of(kind, e.getMessage()).packet(), CloseReason.MALFORMED);
            services.meters().errorSent(kind);
        }
    }

    private boolean isClientDue() {
        return switch (phase) {
            case FrontendPhase.Greeting greeting -> true;
            case FrontendPhase.LoggingIn loggingIn -> loggingIn.backend().isClientDue();
            case FrontendPhase.Serving serving -> false;
            case FrontendPhase.Closed closed -> false;
        };
    }

    private void onLoginPacket(ByteBuf packet) throws MalformedPacketException {
        switch (phase) {
            case FrontendPhase.Greeting greeting -> {
                try {
                    onResponse(greeting, packet);
                } finally {
                    packet.release();
                }
            }
            case FrontendPhase.LoggingIn loggingIn -> {
                if (++loginPackets > BackendSession.MOST_AUTH_PACKETS) {
                    packet.release();
                    throw new MalformedPacketException("more packets than any login has");
                }
                loggingIn.backend().onClientAuthPacket(packet);
            }
            case FrontendPhase.Serving serving -> throw new IllegalStateException("serving");
            case FrontendPhase.Closed closed -> packet.release();
        }
    }

    private void onResponse(FrontendPhase.Greeting greeting, ByteBuf packet)
            throws MalformedPacketException {
        int sequence = Packet.sequence(packet, packet.readerIndex());
        packet.skipBytes(Packet.HEADER_BYTES);
        if (sequence != 1) {
            throw new MalformedPacketException(
                    "the handshake response has sequence id %d instead of 1".formatted(sequence));
        }
        int flags = HandshakeResponse41.peekCapabilities(packet);
        if (!Capabilities.has(flags, Capabilities.REQUIRED)) {
            refuseLogin(sequence, ClientError.of(ErrorKind.CLIENT_TOO_OLD, ""));
            return;
        }
        if (Capabilities.has(flags, Capabilities.CLIENT_SSL)
                && packet.readableBytes() <= HandshakeResponse41.FIXED_BYTES) {
            throw new MalformedPacketException("TLS was asked for and is not offered");
        }
        route(greeting, sequence, HandshakeResponse41.decode(packet, Capabilities.OFFERED));
    }

    private void route(
            FrontendPhase.Greeting greeting, int sequence, HandshakeResponse41 response) {
        var facts =
                new LoginFacts(
                        response.user(),
                        response.schema(),
                        response.attributes(),
                        listener.project());
        switch (services.loginRouter().route(facts)) {
            case LoginRouter.Outcome.Refused refused -> refuseLogin(sequence, refused.error());
            case LoginRouter.Outcome.Routed routed -> {
                Optional<Breaker.Attempt> attempt =
                        services.breakers()
                                .of(routed.route().instance())
                                .tryAcquire(services.clock().instant());
                if (attempt.isEmpty()) {
                    refuseLogin(sequence, unreachable(routed.route()));
                    return;
                }
                var backend =
                        new BackendSession(
                                this,
                                attempt.get(),
                                routed.route(),
                                routed.user(),
                                response,
                                sequence);
                transitionTo(greeting.responseReceived(backend));
                deadline.ifPresent(timer -> timer.cancel(false));
                deadline = Optional.of(schedule(services.loginTimeout(), this::onLoginTimeout));
                services.connector().connect(eventLoop(), routed.route().instance(), backend);
            }
        }
    }

    static ClientError unreachable(Route route) {
        return ClientError.of(
                ErrorKind.CLUSTER_UNREACHABLE, Optional.of(route.cluster()), route.project(), "");
    }

    private void refuseLogin(int sequence, ClientError error) {
        log.atDebug()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("address", channel.remoteAddress())
                .addKeyValue("error", error.kind().token())
                .log("login refused");
        services.meters().errorSent(error.kind());
        answerAndClose(sequence + 1, error.packet(), CloseReason.REFUSED);
    }

    private void refuseUngreeted(ClientError error, CloseReason reason) {
        services.meters().errorSent(error.kind());
        // Before the client has answered there is no agreed form for an SQLSTATE.
        answerAndClose(0, new ErrPacket(error.kind().code(), "", error.message()), reason);
    }

    private void onLoginTimeout() {
        if (!(phase instanceof FrontendPhase.LoggingIn loggingIn)) {
            return;
        }
        if (loggingIn.backend().isClientDue()) {
            close(CloseReason.HANDSHAKE_TIMEOUT); // no fault of the cluster
        } else {
            loggingIn.backend().onLoginTimeout();
        }
    }

    /** What the login turned out: the instance said no, or did not say anything. */
    void onBackendRefused(int sequence, ClientError error) {
        if (phase instanceof FrontendPhase.LoggingIn) {
            refuseLogin(sequence - 1, error);
        }
    }

    /** A packet of the auth exchange for the client, its sequence id already the client's. */
    void onBackendAuthPacket(ByteBuf packet, boolean isLast) {
        if (!(phase instanceof FrontendPhase.LoggingIn)) {
            packet.release();
            return;
        }
        if (isLast) {
            sendLast(packet, CloseReason.LOGIN_FAILED);
        } else {
            channel.writeAndFlush(packet);
            takeLoginPackets();
        }
    }

    /** The instance said OK: the Command Phase begins, unless the fleet has changed meanwhile. */
    void onAuthenticated(BackendSession backend, ServingSession serving, ByteBuf ok) {
        if (!(phase instanceof FrontendPhase.LoggingIn loggingIn)) {
            ok.release();
            backend.quit();
            return;
        }
        Optional<ClientError> error = limitNow(backend.route());
        if (error.isPresent()) {
            int sequence = Packet.sequence(ok, ok.readerIndex());
            ok.release();
            backend.quit();
            refuseLogin(sequence - 1, error.get());
            return;
        }
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.empty();
        services.meters().loggedIn();
        transitionTo(loggingIn.authenticated(serving));
        serving.begin();
        channel.writeAndFlush(ok);
        passOnRest();
    }

    /** Commands that the client sent without waiting for the OK. */
    private void passOnRest() {
        ByteBuf rest = packets.takeRest();
        if (rest.isReadable()) {
            onRead(rest);
            onReadComplete();
        } else {
            rest.release();
        }
    }

    private Optional<ClientError> limitNow(Route route) {
        if (services.registry().isStopping()) {
            return Optional.of(ClientError.of(ErrorKind.ROUTER_STOPPING, ""));
        }
        return services.fleet()
                .current()
                .flatMap(
                        fleet ->
                                switch (RoutingPolicy.limit(fleet, route)) {
                                    case SessionLimit.Unlimited none -> Optional.empty();
                                    case SessionLimit.RefuseNext next -> Optional.of(next.error());
                                    case SessionLimit.Finish finish -> Optional.of(finish.error());
                                    case SessionLimit.Cut cut -> Optional.of(cut.error());
                                });
    }

    // --------------------------------------------------------------------------------------- the
    // end

    /** Sends an error as the last thing the client gets, and closes when it has read it. */
    void answerAndClose(int sequence, ErrPacket error, CloseReason reason) {
        sendLast(Packet.write(channel.alloc(), sequence & 0xff, error::encode), reason);
    }

    /**
     * Sends the last packet, then closes for writing and drops what the client still sends, so that
     * no reset overtakes the packet; then closes.
     */
    private void sendLast(ByteBuf packet, CloseReason reason) {
        end(reason);
        channel.config().setAutoRead(true);
        closeAfter(LAST_ANSWER_DEADLINE);
        // Only when it is written: closing for writing drops what still waits to be.
        channel.writeAndFlush(packet).addListener(written -> closeForWriting());
    }

    private void closeForWriting() {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
            closeAfter(LINGER);
        } else {
            channel.close();
        }
    }

    private void closeAfter(Duration delay) {
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.of(schedule(delay, channel::close));
    }

    /** Closes when the client has got everything that was written for it. */
    void closeGently(CloseReason reason) {
        sendLast(Unpooled.EMPTY_BUFFER, reason);
    }

    /** Closes at once. */
    void close(CloseReason reason) {
        end(reason);
        channel.close();
    }

    /** The single path for what must not happen: the pair is closed, the router goes on. */
    void closeOnBug(String event, Throwable cause) {
        log.atError()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("phase", phase.getClass().getSimpleName())
                .addKeyValue("event", event)
                .setCause(cause)
                .log("a session was closed because of a mistake in the router");
        close(CloseReason.BUG);
    }

    private void end(CloseReason reason) {
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.empty();
        switch (phase) {
            case FrontendPhase.Closed closed -> {
                return;
            }
            case FrontendPhase.Greeting greeting -> {}
            case FrontendPhase.LoggingIn loggingIn -> loggingIn.backend().abandon();
            case FrontendPhase.Serving serving -> serving.session().end();
        }
        services.meters().sessionClosed(reason);
        transitionTo(new FrontendPhase.Closed(reason));
    }

    private void transitionTo(FrontendPhase next) {
        log.atDebug()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("phase", next.getClass().getSimpleName())
                .log("phase");
        phase = next;
    }

    ScheduledFuture<?> schedule(Duration delay, Runnable task) {
        return eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
