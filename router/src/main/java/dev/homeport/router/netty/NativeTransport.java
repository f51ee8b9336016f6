package dev.homeport.router.netty;

import dev.homeport.router.config.Transport;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How this machine moves bytes: io_uring with a registered buffer ring where the kernel allows it,
 * else epoll, else nio. Why in this order: docs/decisions/0004-transport.md.
 *
 * @param options of every connection, both legs
 * @param userTimeout the option that bounds unacknowledged data, where the transport has it
 */
public record NativeTransport(
        Transport kind,
        IoHandlerFactory handlers,
        Class<? extends ServerSocketChannel> server,
        Class<? extends SocketChannel> client,
        Map<ChannelOption<?>, Object> options,
        Optional<ChannelOption<Integer>> userTimeout) {
    private static final Logger log = LoggerFactory.getLogger(NativeTransport.class);
    private static final short BUFFER_GROUP = 0;
    private static final short RING_BUFFERS = 64;
    private static final int RING_BUFFER_BYTES = 64 * 1024;

    static {
        // Netty re-arms a multishot receive whether the channel is to be read or not: nothing would
        // hold a fast sender back in front of a slow receiver.
        System.setProperty("io.netty.iouring.recvMultiShotEnabled", "false");
    }

    /**
     * The transport that was asked for, or the best there is.
     *
     * @throws IllegalStateException if the one asked for by name does not work here
     */
    public static NativeTransport choose(Transport wanted) {
        NativeTransport chosen =
                switch (wanted) {
                    case NIO -> nio();
                    case EPOLL ->
                            require(
                                    Epoll.isAvailable(),
                                    wanted,
                                    Epoll.unavailabilityCause(),
                                    epoll());
                    case IO_URING ->
                            require(
                                    IoUring.isAvailable(),
                                    wanted,
                                    IoUring.unavailabilityCause(),
                                    ioUring());
                    case AUTO -> best();
                };
        log.atInfo()
                .addKeyValue("transport", chosen.kind)
                .addKeyValue("wanted", wanted)
                .log("transport chosen");
        return chosen;
    }

    private static NativeTransport best() {
        // Without a buffer ring io_uring showed no gain over epoll.
        if (IoUring.isAvailable() && hasBufferRing()) {
            return ioUring();
        }
        return Epoll.isAvailable() ? epoll() : nio();
    }

    private static NativeTransport require(
            boolean available, Transport wanted, Throwable cause, NativeTransport transport) {
        if (!available) {
            throw new IllegalStateException(
                    "network.transport is " + wanted + ", which does not work here", cause);
        }
        return transport;
    }

    private static NativeTransport nio() {
        return new NativeTransport(
                Transport.NIO,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                Map.of(),
                Optional.empty());
    }

    private static NativeTransport epoll() {
        return new NativeTransport(
                Transport.EPOLL,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                Map.of(),
                Optional.of(EpollChannelOption.TCP_USER_TIMEOUT));
    }

    /**
     * Only with a buffer ring is there a multishot receive, if somebody was faster to turn it on.
     */
    private static boolean hasBufferRing() {
        return IoUring.isRegisterBufferRingSupported() && !IoUring.isRecvMultishotEnabled();
    }

    private static NativeTransport ioUring() {
        var config = new IoUringIoHandlerConfig();
        Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
        if (hasBufferRing()) {
            config.setBufferRingConfig(
                    IoUringBufferRingConfig.builder()
                            .bufferGroupId(BUFFER_GROUP)
                            .bufferRingSize(RING_BUFFERS)
                            .batchSize(RING_BUFFERS / 4)
                            .incremental(IoUring.isRegisterBufferRingIncSupported())
                            .allocator(new IoUringFixedBufferRingAllocator(RING_BUFFER_BYTES))
                            .build());
            options.put(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, BUFFER_GROUP);
        }
        return new NativeTransport(
                Transport.IO_URING,
                IoUringIoHandler.newFactory(config),
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                options,
                Optional.of(IoUringChannelOption.TCP_USER_TIMEOUT));
    }
}
