package dev.homeport.router.session;

import dev.homeport.router.compression.CompressionCodec;
import dev.homeport.router.compression.CompressionFlags;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.ChangeUser;
import dev.homeport.router.protocol.Collations;
import dev.homeport.router.protocol.HandshakeResponse41;
import dev.homeport.router.protocol.HandshakeV10;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.protocol.StatusFlags;
import dev.homeport.router.routing.LoginFacts;
import dev.homeport.router.routing.Route;
import dev.homeport.topology.Compression;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The client's part of the Connection Phase: the greeting, TLS if the client asks for it, the
 * response, from which the route follows, and the packets of the auth exchange as far as it is the
 * client's turn. Once more with each COM_CHANGE_USER. Touched only by the event loop of its
 * session.
 */
final class ClientLogin {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LOWEST_SCRAMBLE_CHAR = 0x21;
    private static final int HIGHEST_SCRAMBLE_CHAR = 0x7e;

    /** Old drivers send nothing but their flags as an SSLRequest. */
    private static final int SHORT_SSL_REQUEST_BYTES = 4;

    private static final int SEQUENCE_OF_FIRST_PACKET = 1;

    private final FrontendSession session;
    private final Listener listener;
    private final PacketAssembler packets;
    private final long offered;

    private Optional<String> serverName = Optional.empty();
    private boolean isEncrypted;
    private boolean isCompressed;

    /** Of the handshake; its flags hold until the connection ends. */
    private Optional<HandshakeResponse41> response = Optional.empty();

    ClientLogin(FrontendSession session, Listener listener, ByteBufAllocator allocator) {
        this.session = session;
        this.listener = listener;
        this.packets = new PacketAssembler(allocator);
        long tls = listener.tls().isPresent() ? Capabilities.CLIENT_SSL : 0;
        this.offered =
                listener.offer().getAsLong()
                        | tls
                        | CompressionFlags.of(listener.config().compression());
    }

    /** Writes the payload of the greeting. */
    void greet(ByteBuf out) {
        new HandshakeV10(
                        listener.config().serverVersion(),
                        session.connectionId(),
                        scramble(),
                        offered,
                        listener.config().collation(),
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

    /** Bytes of the client before the Command Phase. Takes them over. */
    void onBytes(ByteBuf in) {
        packets.add(in);
        takePackets();
    }

    /** Takes the packets that are the client's part of the login; what came too early waits. */
    void takePackets() {
        try {
            while (isClientDue()) {
                Optional<ByteBuf> packet = packets.next();
                if (packet.isEmpty()) {
                    return;
                }
                onPacket(packet.get());
            }
            if (packets.readableBytes() > PacketAssembler.MOST_PAYLOAD_BYTES) {
                throw new MalformedPacketException("the client spoke when it was not its turn");
            }
        } catch (MalformedPacketException e) {
            ErrorKind kind =
                    e.getMessage().startsWith("a packet of")
                            ? ErrorKind.PACKET_TOO_LARGE
                            : ErrorKind.BAD_PACKET;
            session.fail(
                    nextForClient(), ClientError.of(kind, e.getMessage()), CloseReason.MALFORMED);
        }
    }

    /** Sequence id of an answer to what is due from the client. */
    private int nextForClient() {
        return session.phase() instanceof FrontendPhase.LoggingIn loggingIn
                ? loggingIn.backend().nextForClient()
                : sequenceOfResponse() + 1;
    }

    private int sequenceOfResponse() {
        return SEQUENCE_OF_FIRST_PACKET + (isEncrypted ? 1 : 0);
    }

    private boolean isClientDue() {
        return switch (session.phase()) {
            case FrontendPhase.Greeting greeting -> true;
            case FrontendPhase.LoggingIn loggingIn -> loggingIn.backend().isClientDue();
            case FrontendPhase.Securing securing -> false;
            case FrontendPhase.Leaving leaving -> false;
            case FrontendPhase.Serving serving -> false;
            case FrontendPhase.Closed closed -> false;
        };
    }

    private void onPacket(ByteBuf packet) throws MalformedPacketException {
        switch (session.phase()) {
            case FrontendPhase.Greeting greeting -> {
                try {
                    onResponse(greeting, packet);
                } finally {
                    GatheredBytes.wipe(packet); // it may have a password in clear
                    packet.release();
                }
            }
            case FrontendPhase.LoggingIn loggingIn ->
                    loggingIn.backend().onClientAuthPacket(packet);
            case FrontendPhase.Securing securing -> throw new IllegalStateException("securing");
            case FrontendPhase.Leaving leaving -> throw new IllegalStateException("leaving");
            case FrontendPhase.Serving serving -> throw new IllegalStateException("serving");
            case FrontendPhase.Closed closed -> packet.release();
        }
    }

    private void onResponse(FrontendPhase.Greeting greeting, ByteBuf packet)
            throws MalformedPacketException {
        int sequence = Packet.sequence(packet, packet.readerIndex());
        packet.skipBytes(Packet.HEADER_BYTES);
        int expected = sequenceOfResponse();
        if (sequence != expected) {
            throw new MalformedPacketException(
                    "the handshake response has sequence id %d instead of %d"
                            .formatted(sequence, expected));
        }
        long flags = HandshakeResponse41.peekCapabilities(packet);
        if (isSslRequest(flags, packet.readableBytes())) {
            startTls(greeting);
        } else if (!Capabilities.has(flags, Capabilities.REQUIRED)) {
            session.refuse(sequence, ClientError.of(ErrorKind.CLIENT_TOO_OLD, ""));
        } else if (isTlsMissing()) {
            session.refuse(sequence, ClientError.of(ErrorKind.TLS_REQUIRED, ""));
        } else {
            HandshakeResponse41 decoded = HandshakeResponse41.decode(packet, offered);
            response = Optional.of(decoded);
            LoginFacts facts = facts(decoded);
            route(session.services().loginRouter().routeOrPlace(facts), decoded, sequence)
                    .ifPresent(
                            login ->
                                    session.logIn(
                                            login, backend -> greeting.responseReceived(backend)));
        }
    }

    private boolean isSslRequest(long flags, int bytes) {
        return !isEncrypted
                && Capabilities.has(flags, Capabilities.CLIENT_SSL)
                && (bytes == SHORT_SSL_REQUEST_BYTES || bytes == HandshakeResponse41.FIXED_BYTES);
    }

    private boolean isTlsMissing() {
        return !isEncrypted && listener.tls().map(ClientTls::isRequired).orElse(false);
    }

    private void startTls(FrontendPhase.Greeting greeting) throws MalformedPacketException {
        if (listener.tls().isEmpty()) {
            throw new MalformedPacketException("TLS was asked for and is not offered");
        }
        session.transitionTo(greeting.sslRequested());
        // What came behind the request in the same read is the beginning of the TLS handshake.
        listener.tls().get().start(session.channel(), packets.takeRest(), session);
    }

    /** The connection is encrypted; the response comes, or comes again. */
    void secured(Optional<String> name) {
        isEncrypted = true;
        serverName = name;
    }

    /** The client logs in anew, on a connection that stands. */
    Optional<BackendLogin> changeUser(ChangeUser request, int sequence) {
        HandshakeResponse41 first = response.orElseThrow();
        long withoutSchema = first.capabilities() & ~Capabilities.CLIENT_CONNECT_WITH_DB;
        var login =
                new HandshakeResponse41(
                        request.schema().isPresent()
                                ? withoutSchema | Capabilities.CLIENT_CONNECT_WITH_DB
                                : withoutSchema,
                        first.maxPacketBytes(),
                        request.collation().map(this::collationOfLogin).orElse(first.collation()),
                        request.user(),
                        request.schema(),
                        request.attributes());
        // Nothing is placed in mid-session: what the session has open would be lost for a try.
        return route(session.services().loginRouter().route(facts(login)), login, sequence);
    }

    private int collationOfLogin(int id) {
        return switch (listener.config().family()) {
            case MYSQL -> Collations.ofMySqlLogin(id);
            case MARIADB -> Collations.ofMariaDbLogin(id);
        };
    }

    /** What the handshake with the client has settled. */
    long capabilities() {
        return response.orElseThrow().capabilities() & offered;
    }

    private LoginFacts facts(HandshakeResponse41 login) {
        return new LoginFacts(
                listener.config().family(),
                login.user(),
                login.schema(),
                login.attributes(),
                serverName,
                listener.config().project());
    }

    /** Where the login goes; empty if it was refused. */
    private Optional<BackendLogin> route(
            LoginRouter.Outcome outcome, HandshakeResponse41 login, int sequence) {
        return switch (outcome) {
            case LoginRouter.Outcome.Refused refused -> {
                session.refuse(sequence, refused.error());
                yield Optional.empty();
            }
            case LoginRouter.Outcome.Routed routed ->
                    session.admits(sequence, routed.route(), routed.user())
                            ? Optional.of(backendLogin(routed, login, sequence))
                            : Optional.empty();
        };
    }

    private BackendLogin backendLogin(
            LoginRouter.Outcome.Routed routed, HandshakeResponse41 login, int sequence) {
        HandshakeResponse41 sent =
                login.withCapabilities(
                        login.capabilities()
                                & (offered | Capabilities.CLIENT_CONNECT_WITH_DB)
                                & ~Capabilities.OF_ONE_LEG);
        return new BackendLogin(
                routed.route(),
                routed.user(),
                routed.isToBePlaced() ? sent.withoutSchema() : sent,
                isEncrypted,
                sequence,
                routed.isToBePlaced()
                        ? Optional.of(new BackendLogin.Placing(login.schema()))
                        : Optional.empty());
    }

    /**
     * Compresses the client's connection from now on, if the handshake has settled that.
     *
     * @return empty if it does not begin now
     */
    Optional<CompressionCodec> startCompression() {
        HandshakeResponse41 first = response.orElseThrow();
        Compression algorithm = CompressionFlags.agreed(capabilities());
        if (isCompressed || algorithm == Compression.OFF) {
            return Optional.empty();
        }
        isCompressed = true;
        return Optional.of(
                CompressionCodec.ofClient(session.channel(), algorithm, first.zstdLevel()));
    }

    static ClientError unreachable(Route route) {
        return ClientError.of(
                ErrorKind.CLUSTER_UNREACHABLE, Optional.of(route.cluster()), route.project(), "");
    }

    /** What the client sent in advance; the caller must release it. */
    ByteBuf takeRest() {
        return packets.takeRest();
    }

    void release() {
        packets.release();
    }
}
