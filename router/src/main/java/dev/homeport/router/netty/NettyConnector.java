package dev.homeport.router.netty;

import dev.homeport.router.config.BackendConfig;
import dev.homeport.router.routing.Route;
import dev.homeport.router.session.BackendConnector;
import dev.homeport.router.session.BackendSession;
import dev.homeport.topology.Instance;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/** Opens connections to instances on the event loop of the client, within the connect deadline. */
final class NettyConnector implements BackendConnector {
    /**
     * Large results: a read buffer that may grow saves a quarter of the system time per megabyte.
     */
    private static final int MOST_READ_BYTES = 256 * 1024;

    private static final int FIRST_READ_BYTES = 2048;
    private static final int LEAST_READ_BYTES = 512;

    private final NativeTransport transport;
    private final BackendConfig config;
    private final ChannelGroup connections;
    private final ResolvingGroup resolver;

    /**
     * @param connections each is added to it
     */
    NettyConnector(
            NativeTransport transport,
            BackendConfig config,
            ChannelGroup connections,
            Executor blocking) {
        this.transport = transport;
        this.config = config;
        this.connections = connections;
        this.resolver = new ResolvingGroup(blocking);
    }

    @Override
    public void connect(EventLoop eventLoop, Route route, BackendSession session) {
        Instance instance = route.instance();
        var bootstrap =
                new Bootstrap()
                        .group(eventLoop)
                        .channel(transport.client())
                        .resolver(resolver)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        // A write that fails must not close it: what the instance said before it
                        // closed is still to be read, and then its end is seen.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) config.connectTimeout().toMillis())
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(
                                        LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES))
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        connections.add(channel);
                                        channel.pipeline()
                                                .addLast(
                                                        HandlerNames.BACKEND,
                                                        new BackendHandler(session));
                                    }
                                });
        Options.apply(transport.options(), bootstrap::option);
        transport
                .userTimeout()
                .ifPresent(
                        option ->
                                bootstrap.option(option, (int) config.tcpUserTimeout().toMillis()));
        // Not in the midst of a batch of events: on epoll those that are still to come would find
        // the new socket under the number of one that was closed in the same batch.
        eventLoop.execute(() -> connect(bootstrap, instance, session));
    }

    private static void connect(Bootstrap bootstrap, Instance instance, BackendSession session) {
        bootstrap
                .connect(InetSocketAddress.createUnresolved(instance.host(), instance.port()))
                .addListener(
                        (ChannelFutureListener)
                                future -> {
                                    if (!future.isSuccess()) {
                                        session.onConnectFailed(future.cause());
                                    }
                                });
    }
}
