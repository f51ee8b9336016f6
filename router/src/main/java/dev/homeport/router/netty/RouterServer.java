package dev.homeport.router.netty;

import dev.homeport.router.config.BackendConfig;
import dev.homeport.router.config.ListenerConfig;
import dev.homeport.router.config.NetworkConfig;
import dev.homeport.router.session.BackendConnector;
import dev.homeport.router.session.FrontendSession;
import dev.homeport.router.session.Listener;
import dev.homeport.router.session.SessionServices;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops and the ports that applications connect to. */
public final class RouterServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RouterServer.class);
    private static final int BACKLOG = 4096;
    private static final Duration MOST_CLOSING = Duration.ofSeconds(2);

    private final NativeTransport transport;
    private final EventLoopGroup loops;
    private final List<Channel> listening = new ArrayList<>();

    /** Every connection of both legs; what is added to it after it was closed is closed too. */
    private final ChannelGroup connections =
            new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    public RouterServer(NetworkConfig config) {
        this.transport = NativeTransport.choose(config.transport());
        int threads =
                config.eventLoops() > 0
                        ? config.eventLoops()
                        : loopsFor(Runtime.getRuntime().availableProcessors());
        this.loops = new MultiThreadIoEventLoopGroup(threads, transport.handlers());
    }

    /** On two cores a second loop only took them from the instances: measured 1.19 against 0.96. */
    private static int loopsFor(int cores) {
        return cores <= 2 ? 1 : cores;
    }

    /**
     * What opens connections to instances.
     *
     * @param blocking for look-ups of host names
     */
    public BackendConnector connector(BackendConfig config, Executor blocking) {
        return new NettyConnector(transport, config, connections, blocking);
    }

    /**
     * Opens a port.
     *
     * @return where it listens
     * @throws IOException if the port cannot be bound
     */
    public InetSocketAddress listen(Listener port, SessionServices services) throws IOException {
        ListenerConfig listener = port.config();
        var bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport.server())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        connections.add(channel);
                                        var session = new FrontendSession(channel, services, port);
                                        channel.pipeline()
                                                .addLast(
                                                        HandlerNames.FRONTEND,
                                                        new FrontendHandler(session));
                                        if (isBalancer(listener, channel)) {
                                            ProxyHeaderHandler.expectIn(
                                                    channel.pipeline(), session);
                                        }
                                    }
                                });
        Options.apply(transport.options(), bootstrap::childOption);
        var bound =
                bootstrap
                        .bind(new InetSocketAddress(listener.bind(), listener.port()))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listener %s cannot be opened on %s:%d: %s"
                            .formatted(
                                    listener.name(),
                                    listener.bind().getHostAddress(),
                                    listener.port(),
                                    bound.cause().getMessage()),
                    bound.cause());
        }
        listening.add(bound.channel());
        log.atInfo()
                .addKeyValue("listener", listener.name())
                .addKeyValue("address", bound.channel().localAddress())
                .log("listening");
        return (InetSocketAddress) bound.channel().localAddress();
    }

    private static boolean isBalancer(ListenerConfig listener, SocketChannel channel) {
        // Without an address the peer is gone already, after the check of a balancer as a rule.
        InetSocketAddress peer = channel.remoteAddress();
        return listener.proxyProtocol()
                .map(proxy -> peer == null || proxy.isTrusted(peer.getAddress()))
                .orElse(false);
    }

    /** Accepts nobody any more; connections that stand go on. */
    public void stopListening() {
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        listening.clear();
    }

    /** Closes everything that is still open. */
    @Override
    public void close() {
        stopListening();
        // Loops that end in the midst of a close would leave the socket open (seen on io_uring).
        connections.close();
        connections.newCloseFuture().awaitUninterruptibly(MOST_CLOSING.toMillis());
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
