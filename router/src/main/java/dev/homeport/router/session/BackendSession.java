package dev.homeport.router.session;

import dev.homeport.router.compression.CompressionCodec;
import dev.homeport.router.compression.CompressionFlags;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.ChangeUser;
import dev.homeport.router.protocol.Collations;
import dev.homeport.router.protocol.Command;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.protocol.HandshakeV10;
import dev.homeport.router.protocol.LoginOk;
import dev.homeport.router.protocol.LoginReply;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.protocol.ProxyHeader;
import dev.homeport.router.protocol.WireText;
import dev.homeport.router.routing.Route;
import dev.homeport.topology.Compression;
import dev.homeport.topology.TlsMode;
import dev.homeport.topology.Words;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
    private static final Logger log = LoggerFactory.getLogger(BackendSession.class);

    /** Who logs in where the client has been refused already: nobody has that name. */
    private static final String NOBODY = "homeport_nobody";

    private static final String NO_PLUGIN = "proxy-switch-please";
    private static final Duration ABANDONED_DEADLINE = Duration.ofSeconds(5);
    private static final int ER_CON_COUNT_ERROR = 1040;
    private static final int ER_HOST_NOT_PRIVILEGED = 1130;
    private static final int ER_NET_PACKETS_OUT_OF_ORDER = 1156;

    /** What a session has open is undone in a moment, or not at all. */
    private static final Duration LEAVE_DEADLINE = Duration.ofSeconds(1);

    /** Long enough to read what has come before the end. */
    private static final Duration LAST_WORDS_DEADLINE = Duration.ofSeconds(5);

    private final FrontendSession front;
    private final Breaker.Attempt attempt;

    private BackendLogin login;
    private Phase phase = Phase.CONNECTING;

    /** The Command Phase; there from {@link Phase#READY} on, unless nobody waits for it. */
    private ServingSession serving;

    private Optional<Channel> channel = Optional.empty();
    private Optional<PacketAssembler> packets = Optional.empty();

    /** The auth exchange; there once the instance has greeted. */
    private Optional<AuthRelay> relay = Optional.empty();

    /** What is sent as soon as the connection is encrypted. */
    private Optional<LoginReply> reply = Optional.empty();

    private Runnable onLeft = () -> {};
    private boolean abandoned;
    private boolean ending;
    private boolean isEncrypted;
    private Compression compression = Compression.OFF;
    private boolean isCompressed;
    private long capabilities;
    private int connectionId;
    private Instant greeted = Instant.EPOCH;
    private String serverVersion = "";

    /** Of a login whose project gets its home yet: the instance's OK, until the client gets it. */
    private Optional<ByteBuf> heldOk = Optional.empty();

    private enum Phase {
        CONNECTING,
        AWAITING_GREETING,
        SECURING,
        AUTHENTICATING,
        /** The instance has accepted the user; the project is being placed. */
        PLACING,
        /** It is placed; COM_INIT_DB is sent. */
        CHOOSING_SCHEMA,
        READY,
        /** COM_RESET_CONNECTION is sent; its answer ends the session. */
        LEAVING,
        CLOSED
    }

    BackendSession(FrontendSession front, Breaker.Attempt attempt, BackendLogin login) {
        this.front = front;
        this.attempt = attempt;
        this.login = login;
    }

    Route route() {
        return login.route();
    }

    /** The user as the instance knows it. */
    String user() {
        return login.user();
    }

    FrontendSession front() {
        return front;
    }

    /** The instance's id for this connection. */
    int connectionId() {
        return connectionId;
    }

    /** When the instance gave that id. */
    Instant greeted() {
        return greeted;
    }

    /** As the instance tells it in its greeting. */
    String serverVersion() {
        return serverVersion;
    }

    /** Whether texts of the client came in UTF-8 when it logged in. */
    boolean isUtf8() {
        return Collations.isUtf8(login.response().collation());
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
        if (route().link().proxyProtocol()) {
            connected.writeAndFlush(proxyHeader());
        }
    }

    /** The first bytes of all: on whose behalf the connection is made. */
    private ByteBuf proxyHeader() {
        ByteBuf header = channel().alloc().buffer();
        if (front.clientAddress() instanceof InetSocketAddress client
                && front.channel().localAddress() instanceof InetSocketAddress router) {
            ProxyHeader.write(header, client, router);
        } else {
            ProxyHeader.writeLocal(header);
        }
        return header;
    }

    /** No connection came about. */
    public void onConnectFailed(Throwable cause) {
        phase = Phase.CLOSED;
        log.atDebug()
                .addKeyValue("instance", route().instance().id())
                .addKeyValue("reason", cause.getMessage())
                .log("connect failed");
        refuse(ClientLogin.unreachable(route()));
    }

    /** Bytes came from the instance. Takes them over. */
    public void onRead(ByteBuf in) {
        switch (phase) {
            case READY -> serving.onBackendBytes(in);
            case AWAITING_GREETING, SECURING, AUTHENTICATING, CHOOSING_SCHEMA -> onLoginBytes(in);
            case PLACING -> onLastWords(in);
            case LEAVING -> {
                in.release();
                left();
            }
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
        relay.ifPresent(AuthRelay::forget);
        switch (before) {
            case READY -> serving.onBackendClosed();
            case CONNECTING,
                    AWAITING_GREETING,
                    SECURING,
                    AUTHENTICATING,
                    PLACING,
                    CHOOSING_SCHEMA ->
                    refuse(ClientLogin.unreachable(route()));
            case LEAVING -> left();
            case CLOSED -> {}
        }
        dropHeldOk();
    }

    public void onError(Throwable cause) {
        if (FrontendSession.isFaultOfConnection(cause)) {
            log.atDebug()
                    .addKeyValue("instance", route().instance().id())
                    .addKeyValue("reason", cause.getMessage())
                    .log("backend connection broke");
            endSoon();
        } else if (cause instanceof MalformedPacketException) {
            warnOfMalformed(cause.getMessage());
            channel.ifPresent(Channel::close);
        } else {
            channel.ifPresent(Channel::close);
            front.closeOnBug("backend channel", cause);
        }
    }

    /**
     * Only writing may have failed. Where the instance has said a last word before it closed, such
     * as that a packet is too large, that is still to be read.
     */
    private void endSoon() {
        if (phase != Phase.READY) {
            channel.ifPresent(Channel::close);
        } else if (!ending) {
            ending = true;
            front.schedule(LAST_WORDS_DEADLINE, channel()::close);
        }
    }

    private void warnOfMalformed(String why) {
        log.atWarn()
                .addKeyValue("instance", route().instance().id())
                .addKeyValue("reason", why)
                .log("instance does not speak the protocol");
    }

    // -------------------------------------------------------------------------------- the login

    private void onLoginBytes(ByteBuf in) {
        PacketAssembler assembler = packets.orElseThrow();
        assembler.add(in);
        try {
            while (phase == Phase.AWAITING_GREETING
                    || phase == Phase.AUTHENTICATING
                    || phase == Phase.CHOOSING_SCHEMA) {
                Optional<ByteBuf> packet = assembler.next();
                if (packet.isEmpty()) {
                    return;
                }
                switch (phase) {
                    case AWAITING_GREETING -> onGreeting(packet.get());
                    case CHOOSING_SCHEMA -> onSchemaAnswer(packet.get());
                    default -> onAuthPacket(packet.get());
                }
            }
        } catch (MalformedPacketException e) {
            warnOfMalformed(e.getMessage());
            refuse(ClientLogin.unreachable(route()));
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
                .addKeyValue("instance", route().instance().id())
                .addKeyValue("error", error.code())
                .log("instance refuses connections");
        if (isFull) {
            attempt.succeeded();
            if (!abandoned) {
                front.onBackendFull(nextForClient(), error);
            }
        } else {
            refuse(
                    ClientLogin.unreachable(route())
                            .withDetail("its primary answered with error " + error.code()));
        }
        close();
    }

    private void respond(HandshakeV10 greeting) {
        attempt.succeeded();
        connectionId = greeting.connectionId();
        greeted = front.services().clock().instant();
        serverVersion = greeting.serverVersion();
        long wanted = login.response().capabilities();
        long missing = wanted & ~greeting.capabilities() & Capabilities.SAME_ON_BOTH_LEGS;
        // Every login begins with a switch, also for clients that do not ask for plugins and know
        // the oldest one only.
        capabilities = (wanted | Capabilities.CLIENT_PLUGIN_AUTH) & greeting.capabilities();
        compression =
                CompressionFlags.agreed(
                        CompressionFlags.of(route().link().compression())
                                & greeting.capabilities());
        boolean offersTls = Capabilities.has(greeting.capabilities(), Capabilities.CLIENT_SSL);
        if (missing != 0) {
            log.atWarn()
                    .addKeyValue("instance", route().instance().id())
                    .addKeyValue("missing", Long.toHexString(missing))
                    .log("instance lacks capabilities that the router offers");
            giveUp("its primary lacks capabilities that the router offers");
        } else if (isTlsRequired() && !offersTls) {
            log.atWarn()
                    .addKeyValue("instance", route().instance().id())
                    .log("instance offers no TLS");
            giveUp("its primary offers no TLS, and the cluster's record asks for it");
        }
        LoginReply answer = abandoned ? responseOfNobody() : response(greeting);
        if (offersTls && isTlsWanted()) {
            startTls(answer);
        } else {
            authenticate(answer, 1);
        }
    }

    private boolean isTlsWanted() {
        return switch (route().link().tls()) {
            case OFF -> false;
            case FOLLOW -> login.isClientEncrypted();
            case PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY -> true;
        };
    }

    private boolean isTlsRequired() {
        TlsMode mode = route().link().tls();
        return mode == TlsMode.REQUIRED || mode.isVerified();
    }

    /** The client hears of it at once; the instance's handshake is finished all the same. */
    private void giveUp(String why) {
        refuse(ClientLogin.unreachable(route()).withDetail(why));
        abandoned = true;
    }

    /** Finishes a handshake without telling anything about the client. */
    private LoginReply responseOfNobody() {
        long flags =
                capabilities
                        & ~(Capabilities.CLIENT_CONNECT_WITH_DB
                                | Capabilities.CLIENT_CONNECT_ATTRS);
        compression = Compression.OFF;
        return new LoginReply(
                new HandshakeResponse41(
                        flags,
                        login.response().maxPacketBytes(),
                        login.response().collation(),
                        NOBODY,
                        Optional.empty(),
                        Map.of()),
                NO_PLUGIN);
    }

    private LoginReply response(HandshakeV10 greeting) {
        // Also where the client sends none: the router has some of its own.
        capabilities |= greeting.capabilities() & Capabilities.CLIENT_CONNECT_ATTRS;
        HandshakeResponse41 client = login.response();
        return new LoginReply(
                new HandshakeResponse41(
                        capabilities | CompressionFlags.of(compression),
                        client.maxPacketBytes(),
                        client.collation(),
                        user(),
                        client.schema(),
                        withOwn(client.attributes()),
                        CompressionCodec.DEFAULT_ZSTD_LEVEL),
                NO_PLUGIN);
    }

    private Map<String, String> withOwn(Map<String, String> attributes) {
        Map<String, String> all = new LinkedHashMap<>(attributes);
        all.put("homeport_router", front.services().router().value());
        all.put("homeport_project", route().project().value());
        if (front.clientAddress() instanceof InetSocketAddress client) {
            all.put("homeport_client", NetUtil.toSocketAddressString(client));
        }
        return all;
    }

    private void startTls(LoginReply answer) {
        LoginReply secured = answer.with(Capabilities.CLIENT_SSL);
        phase = Phase.SECURING;
        reply = Optional.of(secured);
        send(1, secured::encodeSslRequestTo);
        front.services().instanceTls().start(channel(), route(), this);
    }

    /** The connection to the instance is encrypted. */
    public void onTlsEstablished() {
        if (phase == Phase.SECURING) {
            isEncrypted = true;
            authenticate(reply.orElseThrow(), 2);
        }
    }

    /** No TLS came about: the certificate is not what the cluster's record asks for, perhaps. */
    public void onTlsFailed(Throwable cause) {
        if (phase != Phase.SECURING) {
            return;
        }
        log.atWarn()
                .addKeyValue("instance", route().instance().id())
                .addKeyValue("reason", TlsFailure.describe(cause))
                .log("no TLS to the instance came about");
        refuse(ClientLogin.unreachable(route()).withDetail("TLS to its primary failed"));
        close();
    }

    private void authenticate(LoginReply answer, int sequence) {
        phase = Phase.AUTHENTICATING;
        relay = Optional.of(newRelay(sequence));
        send(sequence, answer::encodeTo);
    }

    private AuthRelay newRelay(int instanceSequence) {
        return new AuthRelay(
                new AuthRelay.Wires(
                        login.isClientEncrypted(),
                        isEncrypted,
                        front.services().passwords().mayTellInClear()),
                capabilities,
                login.sequence(),
                instanceSequence,
                front.services().passwords().key(),
                channel().alloc());
    }

    private void onAuthPacket(ByteBuf packet) throws MalformedPacketException {
        if (abandoned) {
            LoginReply.Kind kind = LoginReply.kindOf(packet);
            int sequence = Packet.sequence(packet, packet.readerIndex());
            packet.release();
            onAuthPacketForNobody(kind, sequence + 1);
            return;
        }
        make(relay.orElseThrow().onInstancePacket(packet));
    }

    private void make(AuthRelay.Move move) {
        switch (move) {
            case AuthRelay.Move.ToInstance out -> writeAndWipe(out.packet());
            case AuthRelay.Move.ToClient in -> onPacketForClient(in.packet(), in.kind());
            case AuthRelay.Move.Refuse refusal -> {
                refuse(
                        ClientError.of(
                                ErrorKind.INSECURE_PASSWORD,
                                Optional.of(route().cluster()),
                                route().project(),
                                refusal.why()));
                abandoned = true;
                onAuthPacketForNobody(
                        LoginReply.Kind.CLIENT_DUE, relay.orElseThrow().nextForInstance());
            }
        }
    }

    private void onPacketForClient(ByteBuf packet, LoginReply.Kind kind) {
        switch (kind) {
            case OK -> {
                relay.ifPresent(AuthRelay::forget);
                Optional<CompressionCodec> started = startCompression();
                if (login.placing().isPresent()) {
                    phase = Phase.PLACING;
                    heldOk = Optional.of(packet);
                    front.onProven(this);
                } else {
                    serve(packet);
                }
                passOnRest(started);
            }
            case ERR -> {
                if (isProxyHeaderRefused(packet)) {
                    packet.release();
                    onProxyHeaderRefused();
                } else {
                    front.onBackendAuthPacket(packet, true);
                }
                close();
            }
            case CLIENT_DUE, SERVER_GOES_ON -> front.onBackendAuthPacket(packet, false);
        }
    }

    /** The login is over: the client gets this OK, and the Command Phase begins. */
    private void serve(ByteBuf ok) {
        phase = Phase.READY;
        serving = new ServingSession(front, this, capabilities, LoginReply.statusOfOk(ok));
        front.onAuthenticated(this, serving, ok);
    }

    // ------------------------------------------------------- a login whose project is placed by it

    /** What came of placing the project; unless this was given up meanwhile. */
    void onPlaced(Optional<ClientError> error) {
        if (phase != Phase.PLACING) {
            return;
        }
        Optional<String> schema = login.placing().flatMap(BackendLogin.Placing::schema);
        if (error.isPresent()) {
            refuse(error.get());
            leaveUnused();
        } else if (schema.isPresent()) {
            phase = Phase.CHOOSING_SCHEMA;
            send(
                    0,
                    out ->
                            out.writeByte(Command.COM_INIT_DB)
                                    .writeBytes(WireText.encode(schema.get())));
        } else {
            serveHeld();
        }
    }

    private void onSchemaAnswer(ByteBuf answer) throws MalformedPacketException {
        try {
            switch (LoginReply.kindOf(answer)) {
                case OK -> {
                    ByteBuf ok = heldOk.orElseThrow();
                    ByteBuf joined =
                            LoginOk.withSchema(ok, answer, capabilities, channel().alloc());
                    heldOk = Optional.of(joined);
                    ok.release();
                    serveHeld();
                    passOnRest(Optional.empty());
                }
                case ERR -> {
                    ByteBuf error = answer.retainedSlice();
                    error.setByte(error.readerIndex() + 3, nextForClient());
                    front.onBackendAuthPacket(error, true);
                    leaveUnused();
                }
                case CLIENT_DUE, SERVER_GOES_ON ->
                        throw new MalformedPacketException(
                                "the answer to COM_INIT_DB is neither OK nor an error");
            }
        } finally {
            answer.release();
        }
    }

    private void serveHeld() {
        ByteBuf ok = heldOk.orElseThrow();
        heldOk = Optional.empty();
        serve(ok);
    }

    /** The instance speaks without being asked: it shuts down, or the connection was killed. */
    private void onLastWords(ByteBuf in) {
        in.release();
        refuse(ClientLogin.unreachable(route()));
        close();
    }

    /** Says good-bye on a connection that no client has got. */
    private void leaveUnused() {
        dropHeldOk();
        if (phase == Phase.PLACING || phase == Phase.CHOOSING_SCHEMA) {
            phase = Phase.READY;
            quit();
        }
    }

    private void dropHeldOk() {
        heldOk.ifPresent(ByteBuf::release);
        heldOk = Optional.empty();
    }

    /**
     * Instances that expect no header of the PROXY protocol say so (MariaDB), or take it for a
     * packet that is out of order (MySQL).
     */
    private boolean isProxyHeaderRefused(ByteBuf packet) {
        if (!route().link().proxyProtocol()) {
            return false;
        }
        try {
            ErrPacket error = ErrPacket.decode(packet.slice().skipBytes(Packet.HEADER_BYTES));
            return error.code() == ER_NET_PACKETS_OUT_OF_ORDER
                    || (error.code() == ER_HOST_NOT_PRIVILEGED
                            && error.message().startsWith("Proxy header"));
        } catch (MalformedPacketException e) {
            return false;
        }
    }

    private void onProxyHeaderRefused() {
        log.atWarn()
                .addKeyValue("instance", route().instance().id())
                .log("instance refuses the header of the PROXY protocol");
        refuse(
                ClientLogin.unreachable(route())
                        .withDetail(
                                "its primary does not take the PROXY protocol's header, which the"
                                        + " cluster's record asks for"));
    }

    /** What is sent for a login may be a password: it does not stay behind in a pooled buffer. */
    private void writeAndWipe(ByteBuf packet) {
        ByteBuf view = packet.retainedSlice();
        channel().writeAndFlush(packet).addListener(written -> AuthRelay.wipe(view));
    }

    /**
     * Compresses the connection from now on, if the handshake has settled that. What is said before
     * is not compressed, the good-bye of a session that nobody waits for is.
     *
     * @return empty if it does not begin now
     */
    private Optional<CompressionCodec> startCompression() {
        if (isCompressed || compression == Compression.OFF) {
            return Optional.empty();
        }
        isCompressed = true;
        return Optional.of(CompressionCodec.ofInstance(channel(), compression));
    }

    /** Whether commands and replies are in frames. */
    boolean isCompressed() {
        return isCompressed;
    }

    private void passOnRest(Optional<CompressionCodec> compressionStarted) {
        ByteBuf rest = packets.map(PacketAssembler::takeRest).orElse(Unpooled.EMPTY_BUFFER);
        if (!rest.isReadable()) {
            rest.release();
        } else if (compressionStarted.isPresent()) {
            compressionStarted.get().onReadEarly(rest);
        } else {
            onRead(rest);
            onReadComplete();
        }
    }

    /** Whether the instance waits for the client's next part of the exchange. */
    boolean isClientDue() {
        return phase == Phase.AUTHENTICATING && relay.map(AuthRelay::isClientDue).orElse(false);
    }

    /** A packet of the client's part of the exchange, which is due. Takes it over. */
    void onClientAuthPacket(ByteBuf packet) throws MalformedPacketException {
        make(relay.orElseThrow().onClientPacket(packet));
    }

    /** The login as a whole took too long. */
    void onLoginTimeout() {
        if (phase == Phase.CONNECTING || phase == Phase.AWAITING_GREETING) {
            log.atWarn()
                    .addKeyValue("instance", route().instance().id())
                    .addKeyValue("phase", Words.of(phase))
                    .log("instance does not answer");
            attempt.failed(front.services().clock().instant());
        }
        refuse(
                phase == Phase.PLACING
                        ? ClientError.of(
                                ErrorKind.PROJECT_PROVISIONING,
                                Optional.of(route().cluster()),
                                route().project(),
                                "it is being made; connect again")
                        : ClientLogin.unreachable(route()).withDetail("the login took too long"));
    }

    private void refuse(ClientError error) {
        attempt.failed(front.services().clock().instant());
        if (!abandoned) {
            front.onBackendRefused(nextForClient(), error);
        }
    }

    /** Sequence id of the next packet for the client, as far as the login has come. */
    int nextForClient() {
        if (heldOk.isPresent()) {
            // Whatever the client gets now, it gets in place of this.
            return Packet.sequence(heldOk.get(), heldOk.get().readerIndex());
        }
        return relay.map(AuthRelay::nextForClient).orElse(login.sequence() + 1);
    }

    // -------------------------------------------------------------------------- COM_CHANGE_USER

    /** Whether a session over that route can run on this connection. */
    boolean canServe(Route other) {
        return phase == Phase.READY
                && other.instance().equals(route().instance())
                && other.link().equals(route().link());
    }

    /** Logs in anew on the connection that stands, as somebody else or in another project. */
    void changeUser(BackendLogin next, ChangeUser request) {
        login = next;
        phase = Phase.AUTHENTICATING;
        relay = Optional.of(newRelay(0));
        var sent =
                new ChangeUser(
                        next.user(),
                        request.schema(),
                        request.collation().or(() -> Optional.of(next.response().collation())),
                        withOwn(request.attributes()));
        send(0, out -> sent.encode(out, capabilities, NO_PLUGIN));
    }

    /**
     * Ends a session that runs nothing: what it has open is undone, then the connection closes.
     *
     * @param then called once, when a new session elsewhere can begin
     */
    void leave(Runnable then) {
        phase = Phase.LEAVING;
        onLeft = then;
        front.schedule(LEAVE_DEADLINE, this::left);
        send(0, out -> out.writeByte(Command.COM_RESET_CONNECTION));
    }

    private void left() {
        if (phase == Phase.LEAVING) {
            phase = Phase.READY;
            quit();
        }
        Runnable then = onLeft;
        onLeft = () -> {};
        then.run();
    }

    // --------------------------------------------------------------------------------- the end

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
        if (phase == Phase.PLACING || phase == Phase.CHOOSING_SCHEMA) {
            leaveUnused();
            return;
        }
        front.schedule(ABANDONED_DEADLINE, this::close);
        if (isClientDue()) {
            onAuthPacketForNobody(
                    LoginReply.Kind.CLIENT_DUE, relay.orElseThrow().nextForInstance());
        }
    }

    private void onAuthPacketForNobody(LoginReply.Kind kind, int sequence) {
        switch (kind) {
            case CLIENT_DUE -> send(sequence, out -> {});
            case SERVER_GOES_ON -> {}
            case OK -> {
                phase = Phase.READY;
                startCompression();
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
        dropHeldOk();
        attempt.failed(front.services().clock().instant());
        phase = Phase.CLOSED;
        channel.ifPresent(Channel::close);
    }

    private void send(int sequence, Consumer<ByteBuf> payload) {
        channel().writeAndFlush(Packet.write(channel().alloc(), sequence & 0xff, payload));
    }
}
