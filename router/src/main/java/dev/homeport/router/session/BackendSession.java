package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.protocol.HandshakeV10;
import dev.homeport.router.protocol.LoginReply;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.routing.Route;
import dev.homeport.topology.Words;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to an instance, opened for one client. It greets back with an empty answer and a
 * plugin name that no account has, so that the instance asks for the account's own plugin with one
 * AuthSwitchRequest, which then passes between instance and client. A handshake that has begun is
 * always finished, also when the client has left: instances block addresses that break off too
 * many.
 *
 * <p>All methods run on the event loop of the pair.
 */
public final class BackendSession {
    /** Packets each way that an auth exchange may have. */
    static final int MOST_AUTH_PACKETS = 16;

    private static final Logger log = LoggerFactory.getLogger(BackendSession.class);
    private static final String NO_PLUGIN = "proxy-switch-please";
    private static final Duration ABANDONED_DEADLINE = Duration.ofSeconds(5);
    private static final int ER_CON_COUNT_ERROR = 1040;

    private final FrontendSession front;
    private final Breaker.Attempt attempt;
    private final Route route;
    private final String user;
    private final HandshakeResponse41 clientResponse;

    /** What is added to a sequence id of this leg to get the client's. */
    private final int sequenceShift;

    private Phase phase = Phase.CONNECTING;

    /** The Command Phase; there from {@link Phase#READY} on, unless nobody waits for it. */
    private ServingSession serving;

    private Optional<Channel> channel = Optional.empty();
    private Optional<PacketAssembler> packets = Optional.empty();
    private boolean abandoned;
    private boolean clientDue;
    private int authPackets;
    private int lastSequence = 1;
    private int capabilities;
    private int connectionId;

    private enum Phase {
        CONNECTING,
        AWAITING_GREETING,
        AUTHENTICATING,
        READY,
        CLOSED
    }

    BackendSession(
            FrontendSession front,
            Breaker.Attempt attempt,
            Route route,
            String user,
            HandshakeResponse41 clientResponse,
            int clientSequence) {
        this.front = front;
        this.attempt = attempt;
        this.route = route;
        this.user = user;
        this.clientResponse = clientResponse;
        this.sequenceShift = clientSequence - 1;
    }

    Route route() {
        return route;
    }

    /** The user as the instance knows it. */
    String user() {
        return user;
    }

    FrontendSession front() {
        return front;
    }

    /** The instance's id for this connection. */
    int connectionId() {
        return connectionId;
    }

    /** The channel of a session that is or was connected. */
    Channel channel() {
        return channel.orElseThrow();
    }

    // --------------------------------------------------------------- events of the backend channel

    /** The connection stands; the greeting will come. */
    public void onConnected(Channel connected) {
        channel = Optional.of(connected);
        if (phase == Phase.CLOSED) {
            connected.close();
            return;
        }
        packets = Optional.of(new PacketAssembler(connected.alloc()));
        phase = Phase.AWAITING_GREETING;
    }

    /** No connection came about. */
    public void onConnectFailed(Throwable cause) {
        phase = Phase.CLOSED;
        log.atDebug()
                .addKeyValue("instance", route.instance().id())
                .addKeyValue("reason", cause.getMessage())
                .log("connect failed");
        refuse(FrontendSession.unreachable(route));
    }

    /** Bytes came from the instance. Takes them over. */
    public void onRead(ByteBuf in) {
        switch (phase) {
            case READY -> serving.onBackendBytes(in);
            case AWAITING_GREETING, AUTHENTICATING -> onLoginBytes(in);
            case CONNECTING, CLOSED -> in.release();
        }
    }

    public void onReadComplete() {
        if (phase == Phase.READY) {
            serving.onBackendReadComplete();
        }
    }

    public void onWritabilityChanged() {
        if (phase == Phase.READY) {
            serving.onBackendWritabilityChanged();
        }
    }

    /** The instance has closed the connection, or this side has. */
    public void onInactive() {
        Phase before = phase;
        phase = Phase.CLOSED;
        packets.ifPresent(PacketAssembler::release);
        packets = Optional.empty();
        switch (before) {
            case READY -> serving.onBackendClosed();
            case CONNECTING, AWAITING_GREETING, AUTHENTICATING ->
                    refuse(FrontendSession.unreachable(route));
            case CLOSED -> {}
        }
    }

    public void onError(Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.atDebug()
                    .addKeyValue("instance", route.instance().id())
                    .addKeyValue("reason", cause.getMessage())
                    .log("backend connection broke");
            channel.ifPresent(Channel::close);
        } else {
            channel.ifPresent(Channel::close);
            front.closeOnBug("backend channel", cause);
        }
    }

    // ----------------------------------------------------------------------------- Connection
    // Phase

    private void onLoginBytes(ByteBuf in) {
        PacketAssembler assembler = packets.orElseThrow();
        assembler.add(in);
        try {
            while (phase == Phase.AWAITING_GREETING || phase == Phase.AUTHENTICATING) {
                Optional<ByteBuf> packet = assembler.next();
                if (packet.isEmpty()) {
                    return;
                }
                if (phase == Phase.AWAITING_GREETING) {
                    onGreeting(packet.get());
                } else {
                    onAuthPacket(packet.get());
                }
            }
        } catch (MalformedPacketException e) {
            log.atWarn()
                    .addKeyValue("instance", route.instance().id())
                    .addKeyValue("reason", e.getMessage())
                    .log("instance does not speak the protocol");
            refuse(FrontendSession.unreachable(route));
            close();
        }
    }

    private void onGreeting(ByteBuf packet) throws MalformedPacketException {
        try {
            packet.skipBytes(Packet.HEADER_BYTES);
            if (packet.isReadable()
                    && packet.getUnsignedByte(packet.readerIndex()) == ErrPacket.HEADER) {
                onGreetingError(ErrPacket.decode(packet));
            } else {
                respond(HandshakeV10.decode(packet));
            }
        } finally {
            packet.release();
        }
    }

    /** The instance takes nobody at the moment, or nobody from here. */
    private void onGreetingError(ErrPacket error) {
        boolean isFull = error.code() == ER_CON_COUNT_ERROR;
        log.atWarn()
                .addKeyValue("instance", route.instance().id())
                .addKeyValue("error", error.code())
                .log("instance refuses connections");
        if (isFull) {
            attempt.succeeded();
        }
        ErrorKind kind = isFull ? ErrorKind.TOO_MANY_CONNECTIONS : ErrorKind.CLUSTER_UNREACHABLE;
        refuse(
                FrontendSession.unreachable(route)
                        .as(kind)
                        .withDetail("its primary answered with error " + error.code()));
        close();
    }

    private void respond(HandshakeV10 greeting) {
        attempt.succeeded();
        connectionId = greeting.connectionId();
        int wanted = clientResponse.capabilities() & Capabilities.OFFERED;
        int missing = wanted & ~greeting.capabilities() & Capabilities.SAME_ON_BOTH_LEGS;
        capabilities = wanted & greeting.capabilities();
        if (missing != 0) {
            log.atWarn()
                    .addKeyValue("instance", route.instance().id())
                    .addKeyValue("missing", Integer.toHexString(missing))
                    .log("instance lacks capabilities that the router offers");
            refuse(
                    FrontendSession.unreachable(route)
                            .withDetail("its primary lacks capabilities that the router offers"));
            abandoned = true;
        }
        send(1, response(greeting)::encodeTo);
        phase = Phase.AUTHENTICATING;
    }

    private LoginReply response(HandshakeV10 greeting) {
        int flags = capabilities | (greeting.capabilities() & Capabilities.CLIENT_CONNECT_ATTRS);
        Map<String, String> attributes = new LinkedHashMap<>(clientResponse.attributes());
        attributes.put("homeport_router", front.services().router().value());
        attributes.put("homeport_project", route.project().value());
        return new LoginReply(
                new HandshakeResponse41(
                        flags,
                        clientResponse.maxPacketBytes(),
                        clientResponse.collation(),
                        user,
                        clientResponse.schema(),
                        attributes),
                NO_PLUGIN);
    }

    private void onAuthPacket(ByteBuf packet) throws MalformedPacketException {
        int sequence = Packet.sequence(packet, packet.readerIndex());
        lastSequence = sequence;
        if (++authPackets > MOST_AUTH_PACKETS) {
            packet.release();
            throw new MalformedPacketException("more packets than any login has");
        }
        LoginReply.Kind kind = LoginReply.kindOf(packet);
        clientDue = kind == LoginReply.Kind.CLIENT_DUE;
        if (abandoned) {
            packet.release();
            onAuthPacketForNobody(kind);
            return;
        }
        packet.setByte(packet.readerIndex() + 3, (sequence + sequenceShift) & 0xff);
        switch (kind) {
            case OK -> {
                phase = Phase.READY;
                int status = LoginReply.statusOfOk(packet);
                serving = new ServingSession(front, this, capabilities, status);
                front.onAuthenticated(this, serving, packet);
                passOnRest();
            }
            case ERR -> {
                front.onBackendAuthPacket(packet, true);
                close();
            }
            case CLIENT_DUE, SERVER_GOES_ON -> front.onBackendAuthPacket(packet, false);
        }
    }

    private void passOnRest() {
        ByteBuf rest = packets.map(PacketAssembler::takeRest).orElseThrow();
        if (rest.isReadable()) {
            onRead(rest);
            onReadComplete();
        } else {
            rest.release();
        }
    }

    /** Whether the instance waits for the client's next part of the exchange. */
    boolean isClientDue() {
        return phase == Phase.AUTHENTICATING && clientDue;
    }

    /** A packet of the client's part of the exchange, which is due. Takes it over. */
    void onClientAuthPacket(ByteBuf packet) {
        int sequence = Packet.sequence(packet, packet.readerIndex()) - sequenceShift;
        packet.setByte(packet.readerIndex() + 3, sequence & 0xff);
        lastSequence = sequence;
        clientDue = false;
        channel().writeAndFlush(packet);
    }

    /** The login as a whole took too long. */
    void onLoginTimeout() {
        if (phase == Phase.CONNECTING || phase == Phase.AWAITING_GREETING) {
            log.atWarn()
                    .addKeyValue("instance", route.instance().id())
                    .addKeyValue("phase", Words.of(phase))
                    .log("instance does not answer");
            attempt.failed(front.services().clock().instant());
        }
        refuse(FrontendSession.unreachable(route).withDetail("the login took too long"));
    }

    private void refuse(ClientError error) {
        attempt.failed(front.services().clock().instant());
        if (!abandoned) {
            // An answer that is due counts, whether it is on its way or not.
            int next = lastSequence + (clientDue ? 2 : 1);
            front.onBackendRefused(next + sequenceShift, error);
        }
    }

    // --------------------------------------------------------------------------------------- the
    // end

    /**
     * The client has left in mid-login: the handshake is finished with empty answers, then closed.
     */
    void abandon() {
        if (abandoned || phase == Phase.CLOSED) {
            return;
        }
        abandoned = true;
        if (phase == Phase.READY) {
            quit();
            return;
        }
        front.schedule(ABANDONED_DEADLINE, this::close);
        if (clientDue) {
            onAuthPacketForNobody(LoginReply.Kind.CLIENT_DUE);
        }
    }

    private void onAuthPacketForNobody(LoginReply.Kind kind) {
        switch (kind) {
            case CLIENT_DUE -> {
                clientDue = false;
                send(lastSequence + 1, out -> {});
            }
            case SERVER_GOES_ON -> {}
            case OK -> {
                phase = Phase.READY;
                quit();
            }
            case ERR -> close();
        }
    }

    /** Says good-bye and closes. For a session that waits for no reply. */
    void quit() {
        if (phase != Phase.READY) {
            close();
            return;
        }
        phase = Phase.CLOSED;
        channel()
                .writeAndFlush(
                        Packet.write(channel().alloc(), 0, out -> out.writeByte(Command.COM_QUIT)))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes at once. */
    void close() {
        attempt.failed(front.services().clock().instant());
        phase = Phase.CLOSED;
        channel.ifPresent(Channel::close);
    }

    private void send(int sequence, java.util.function.Consumer<ByteBuf> payload) {
        channel().writeAndFlush(Packet.write(channel().alloc(), sequence & 0xff, payload));
    }
}
