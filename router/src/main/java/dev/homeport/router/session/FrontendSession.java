package dev.homeport.router.session;

import dev.homeport.router.admission.Admission;
import dev.homeport.router.compression.CompressionCodec;
import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.protocol.ChangeUser;
import dev.homeport.router.protocol.ErrPacket;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection, from accept to close. All methods run on the event loop of its channel.
 *
 * <pre>
 *             {@link #onActive}: greeting sent
 *                 |
 *             Greeting --- timeout, malformed, refused ---------------+
 *              |  ^ | SSLRequest                                      |
 *              |  | v                                                 |
 *              | Securing --- timeout, no TLS comes about ------------+
 *              | {@link #onRead}: response parsed, routed             |
 *              v                                                      |
 *             LoggingIn -- timeout, refused by router or instance ----+
 *              |  ^ ^ {@link #onChangeUser}                           |
 *              |  | Leaving --- client leaves ------------------------+
 *              |  | ^                                                 |
 *              v  | | {@link #onAuthenticated}                        |
 *             Serving ---- client or instance leaves, fleet changed --+
 *                 | {@link #onStop}, {@link #onFleetChanged}          v
 *                 +------------------------------------------------ Closed
 * </pre>
 */
public final class FrontendSession {
    private static final Logger log = LoggerFactory.getLogger(FrontendSession.class);

    /** A client that was sent its last answer may read it in peace for so long. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** A client that does not even take its last answer is given up after so long. */
    private static final Duration LAST_ANSWER_DEADLINE = Duration.ofSeconds(10);

    private final Channel channel;
    private final SessionServices services;
    private final Listener listener;
    private final ClientLogin login;
    private final int connectionId;

    private FrontendPhase phase = new FrontendPhase.Greeting();
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();
    private Optional<InetSocketAddress> addressBehindBalancer = Optional.empty();
    private Optional<Admission.Permit> place = Optional.empty();
    private Optional<Admission.Permit> placeOfLogin = Optional.empty();
    private boolean heard;

    /** Registers the session; {@link #onInactive} takes it out again. */
    public FrontendSession(Channel channel, SessionServices services, Listener listener) {
        this.channel = channel;
        this.services = services;
        this.listener = listener;
        this.login = new ClientLogin(this, listener, channel.alloc());
        this.connectionId = services.registry().add(this);
    }

    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    Channel channel() {
        return channel;
    }

    Listener listener() {
        return listener;
    }

    SessionServices services() {
        return services;
    }

    int connectionId() {
        return connectionId;
    }

    FrontendPhase phase() {
        return phase;
    }

    /** Where the client is; of what is in between only a trusted load balancer is seen through. */
    SocketAddress clientAddress() {
        return addressBehindBalancer.<SocketAddress>map(a -> a).orElse(channel.remoteAddress());
    }

    /** The same for people, {@code host:port}. */
    String clientText() {
        return ServedSession.text(clientAddress());
    }

    // ---------------------------------------------------------------- events of the client channel

    /** A load balancer has connected, which says first who the client is. */
    public void onHeaderAwaited() {
        deadline = Optional.of(schedule(services.handshakeTimeout(), this::onGreetingTimeout));
    }

    /** The load balancer has said who the client is; {@link #onActive} follows. */
    public void onClientAddress(InetSocketAddress address) {
        addressBehindBalancer = Optional.of(address);
    }

    /** What should have been the load balancer's header is none, or the connection broke. */
    public void onHeaderFailed(Throwable cause) {
        log.atDebug()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("address", channel.remoteAddress())
                .addKeyValue("reason", cause.getMessage())
                .log("no header of the PROXY protocol");
        boolean isBroken = cause instanceof IOException;
        close(isBroken ? CloseReason.PORT_CHECK : CloseReason.MALFORMED);
    }

    /** The client has connected. */
    public void onActive() {
        if (services.registry().isStopping()) {
            refuseUngreeted(ClientError.of(ErrorKind.ROUTER_STOPPING, ""), CloseReason.STOPPING);
            return;
        }
        switch (services.admission().connected(clientAddress())) {
            case Admission.Decision.Refused refused ->
                    refuseUngreeted(
                            ClientError.of(kindOf(refused), refused.reason()), CloseReason.REFUSED);
            case Admission.Decision.Admitted admitted -> {
                place = Optional.of(admitted.permit());
                greet();
            }
        }
    }

    private static ErrorKind kindOf(Admission.Decision.Refused refused) {
        return refused.isRate() ? ErrorKind.OVERLOADED : ErrorKind.TOO_MANY_CONNECTIONS;
    }

    private void greet() {
        channel.writeAndFlush(Packet.write(channel.alloc(), 0, login::greet));
        if (deadline.isEmpty()) {
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
            login.onBytes(in);
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
        end(heard ? CloseReason.CLIENT : CloseReason.PORT_CHECK);
        // Last: who waits for the registry to be empty finds nothing counted any more.
        services.registry().remove(connectionId);
        login.release();
    }

    /** Reading or writing failed. A reset is the client's way to leave. */
    public void onError(Throwable cause) {
        if (isFaultOfConnection(cause)) {
            log.atDebug().addKeyValue("sessionId", connectionId).log("client connection broke");
            close(heard ? CloseReason.CLIENT : CloseReason.PORT_CHECK);
        } else if (cause instanceof MalformedPacketException) {
            onMalformed(cause.getMessage());
        } else {
            closeOnBug("client channel", cause);
        }
    }

    /** Whether a connection broke, or what came over it is no TLS; not a mistake of the router. */
    static boolean isFaultOfConnection(Throwable cause) {
        return cause instanceof IOException || cause.getCause() instanceof IOException;
    }

    /** The client's connection is compressed, and what it sends is not. */
    private void onMalformed(String why) {
        if (phase instanceof FrontendPhase.Serving serving) {
            serving.session().onMalformed(why);
        } else {
            close(CloseReason.MALFORMED);
        }
    }

    /** The connection to the client is encrypted. */
    public void onTlsEstablished(Optional<String> serverName) {
        if (phase instanceof FrontendPhase.Securing securing) {
            login.secured(serverName);
            transitionTo(securing.secured());
            login.takePackets();
        }
    }

    /** The handshake failed: neither side has a way to say more. */
    public void onTlsFailed(Throwable cause) {
        log.atDebug()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("address", clientAddress())
                .addKeyValue("reason", TlsFailure.describe(cause))
                .log("no TLS came about");
        close(CloseReason.TLS_FAILED);
    }

    private void onGreetingTimeout() {
        close(CloseReason.HANDSHAKE_TIMEOUT);
    }

    // ------------------------------------------------------------------------- events from outside

    /** A new picture of the fleet is in force. */
    void onFleetChanged(FleetSnapshot fleet) {
        if (phase instanceof FrontendPhase.Serving serving) {
            serving.session().apply(RoutingPolicy.limit(fleet, serving.session().route()));
        }
    }

    /** The router stops. */
    void onStop(Duration within) {
        ClientError error = ClientError.of(ErrorKind.ROUTER_STOPPING, "");
        switch (phase) {
            case FrontendPhase.Serving serving ->
                    serving.session().stop(new SessionLimit.Finish(error, within));
            case FrontendPhase.Greeting greeting -> close(CloseReason.STOPPING);
            case FrontendPhase.Securing securing -> close(CloseReason.STOPPING);
            case FrontendPhase.Leaving leaving -> close(CloseReason.STOPPING);
            // The login is let through: it is bounded by its own deadline, and meets the limit
            // then.
            case FrontendPhase.LoggingIn loggingIn -> {}
            case FrontendPhase.Closed closed -> {}
        }
    }

    // ------------------------------------------------------------------------------------ logins

    /** What client and router have agreed on; once the client has answered the greeting. */
    long clientCapabilities() {
        return login.capabilities();
    }

    /**
     * Whether there is a place for a login of that project and user; it is refused otherwise. The
     * place of a login before is given up.
     */
    boolean admits(int sequence, Route route, String user) {
        placeOfLogin.ifPresent(Admission.Permit::release);
        placeOfLogin = Optional.empty();
        return switch (services.admission().login(route.project(), user)) {
            case Admission.Decision.Refused refused -> {
                refuse(
                        sequence,
                        ClientError.of(
                                kindOf(refused),
                                Optional.of(route.cluster()),
                                route.project(),
                                refused.reason()));
                yield false;
            }
            case Admission.Decision.Admitted admitted -> {
                placeOfLogin = Optional.of(admitted.permit());
                yield true;
            }
        };
    }

    /** Opens a connection for a login, unless the instance is known not to answer. */
    void logIn(BackendLogin to, Function<BackendSession, FrontendPhase> next) {
        Optional<Breaker.Attempt> attempt =
                services.breakers()
                        .of(to.route().instance())
                        .tryAcquire(services.clock().instant());
        if (attempt.isEmpty()) {
            refuse(to.sequence(), ClientLogin.unreachable(to.route()));
            return;
        }
        var backend = new BackendSession(this, attempt.get(), to);
        transitionTo(next.apply(backend));
        restartDeadline(services.loginTimeout(), this::onLoginTimeout);
        services.connector().connect(eventLoop(), to.route(), backend);
    }

    /**
     * COM_CHANGE_USER came, and everything before it is answered: it is routed and authenticated
     * like a login. What the old session has open on its instance is undone first.
     *
     * @param rest what came behind it; taken over
     */
    void onChangeUser(ChangeUser request, int sequence, ByteBuf rest) {
        if (!(phase instanceof FrontendPhase.Serving serving)) {
            rest.release();
            return;
        }
        Optional<BackendLogin> to = login.changeUser(request, sequence);
        if (to.isEmpty()) {
            rest.release();
            return;
        }
        BackendSession backend = serving.session().detach();
        restartDeadline(services.loginTimeout(), this::onLoginTimeout);
        if (backend.canServe(to.get().route())) {
            transitionTo(serving.logsInAgain(backend));
            backend.changeUser(to.get(), request);
        } else {
            transitionTo(serving.leaves(backend));
            backend.leave(() -> onLeft(to.get()));
        }
        login.onBytes(rest);
    }

    private void onLeft(BackendLogin to) {
        if (phase instanceof FrontendPhase.Leaving leaving) {
            logIn(to, leaving::left);
        }
    }

    /** Refuses a login; the id is that of the client's last packet. */
    void refuse(int sequence, ClientError error) {
        log.atDebug()
                .addKeyValue("sessionId", connectionId)
                .addKeyValue("address", clientAddress())
                .addKeyValue("error", error.kind().token())
                .log("login refused");
        fail(sequence + 1, error, CloseReason.REFUSED);
    }

    /** Sends an error as the last packet, under that id. */
    void fail(int sequence, ClientError error, CloseReason reason) {
        services.meters().errorSent(error.kind());
        answerAndClose(sequence, error.packet(), reason);
    }

    private void refuseUngreeted(ClientError error, CloseReason reason) {
        services.meters().errorSent(error.kind());
        // Before the client has answered there is no agreed form for an SQLSTATE.
        answerAndClose(0, new ErrPacket(error.kind().code(), "", error.message()), reason);
    }

    private void onLoginTimeout() {
        if (phase instanceof FrontendPhase.LoggingIn loggingIn
                && !loggingIn.backend().isClientDue()) {
            loggingIn.backend().onLoginTimeout();
        } else {
            close(CloseReason.HANDSHAKE_TIMEOUT); // no fault of the cluster
        }
    }

    /** What the login turned out: the instance said no, or did not say anything. */
    void onBackendRefused(int sequence, ClientError error) {
        if (phase instanceof FrontendPhase.LoggingIn) {
            refuse(sequence - 1, error);
        }
    }

    /** The instance has no place: the client reads of it what it would without a router. */
    void onBackendFull(int sequence, ErrPacket told) {
        if (phase instanceof FrontendPhase.LoggingIn) {
            ErrorKind kind = ErrorKind.TOO_MANY_CONNECTIONS;
            services.meters().errorSent(kind);
            answerAndClose(
                    sequence,
                    // It came before a login, so without an SQLSTATE.
                    new ErrPacket(kind.code(), kind.sqlState(), told.message()),
                    CloseReason.REFUSED);
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
            login.takePackets();
        }
    }

    /** The instance has accepted the user, whose project has no home yet: it gets one now. */
    void onProven(BackendSession backend) {
        if (!(phase instanceof FrontendPhase.LoggingIn)) {
            backend.abandon();
            return;
        }
        services.onDemand()
                .place(backend.route(), backend.user(), clientAddress())
                .thenAcceptAsync(
                        error -> backend.onPlaced(error.or(() -> notSeenYet(backend.route()))),
                        eventLoop())
                .exceptionally(
                        thrown -> {
                            eventLoop().execute(() -> closeOnBug("placing", thrown));
                            return null;
                        });
    }

    /** It is placed, and the picture that this router goes by may not have it yet. */
    private Optional<ClientError> notSeenYet(Route route) {
        boolean isSeen =
                services.fleet()
                        .current()
                        .flatMap(fleet -> fleet.placements().residence(route.project()))
                        .isPresent();
        return isSeen
                ? Optional.empty()
                : Optional.of(
                        ClientError.of(
                                ErrorKind.PROJECT_PROVISIONING,
                                Optional.of(route.cluster()),
                                route.project(),
                                "it was placed just now; connect again"));
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
            refuse(sequence - 1, error.get());
            return;
        }
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.empty();
        services.meters().loggedIn();
        transitionTo(loggingIn.authenticated(serving));
        serving.begin();
        channel.writeAndFlush(ok);
        passOnRest(login.startCompression());
    }

    /**
     * Commands that the client sent without waiting for the OK.
     *
     * @param compression if it begins with them
     */
    private void passOnRest(Optional<CompressionCodec> compression) {
        ByteBuf rest = login.takeRest();
        if (!rest.isReadable()) {
            rest.release();
        } else if (compression.isPresent()) {
            compression.get().onReadEarly(rest);
        } else {
            onRead(rest);
            onReadComplete();
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

    // --------------------------------------------------------------------------------- the end

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
        listener.tls().ifPresent(tls -> tls.closeOutbound(channel));
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
            closeAfter(LINGER);
        } else {
            channel.close();
        }
    }

    private void closeAfter(Duration delay) {
        restartDeadline(delay, channel::close);
    }

    private void restartDeadline(Duration delay, Runnable task) {
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.of(schedule(delay, task));
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
            case FrontendPhase.Securing securing -> {}
            case FrontendPhase.Leaving leaving -> leaving.backend().close();
            case FrontendPhase.LoggingIn loggingIn -> loggingIn.backend().abandon();
            case FrontendPhase.Serving serving -> serving.session().end();
        }
        placeOfLogin.ifPresent(Admission.Permit::release);
        place.ifPresent(Admission.Permit::release);
        services.meters().sessionClosed(reason);
        transitionTo(new FrontendPhase.Closed(reason));
    }

    void transitionTo(FrontendPhase next) {
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
