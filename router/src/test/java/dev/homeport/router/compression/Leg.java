package dev.homeport.router.compression;

import dev.homeport.topology.Compression;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A codec between a socket that is none and a session that writes down what it gets. */
final class Leg implements AutoCloseable {
    private final Session session = new Session();
    private final EmbeddedChannel channel = new EmbeddedChannel(session);
    private final CompressionCodec codec;

    private Leg(Function<EmbeddedChannel, CompressionCodec> install) {
        codec = install.apply(channel);
    }

    static Leg ofClient(Compression algorithm) {
        return new Leg(
                channel ->
                        CompressionCodec.ofClient(
                                channel, algorithm, CompressionCodec.DEFAULT_ZSTD_LEVEL));
    }

    static Leg ofInstance(Compression algorithm) {
        return new Leg(channel -> CompressionCodec.ofInstance(channel, algorithm));
    }

    static final class Session extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream read = new ByteArrayOutputStream();
        final List<Throwable> errors = new ArrayList<>();
        int pieces;
        int largestPiece;
        int readCompletes;

        /** Stops reading when it has got so many bytes. */
        int appetite = Integer.MAX_VALUE;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            pieces++;
            largestPiece = Math.max(largestPiece, bytes.readableBytes());
            read.writeBytes(ByteBufUtil.getBytes(bytes));
            bytes.release();
            if (read.size() >= appetite) {
                context.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            readCompletes++;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            errors.add(cause);
        }
    }

    Session session() {
        return session;
    }

    EmbeddedChannel channel() {
        return channel;
    }

    /** The peer sends bytes, cut into pieces of those lengths; the rest is the last. */
    void peerSends(byte[] wire, int... lengths) {
        int from = 0;
        for (int length : lengths) {
            peerSends(wire, from, Math.min(from + length, wire.length));
            from = Math.min(from + length, wire.length);
        }
        peerSends(wire, from, wire.length);
    }

    private void peerSends(byte[] wire, int from, int to) {
        if (to > from) {
            ByteBuf bytes = channel.alloc().directBuffer().writeBytes(wire, from, to - from);
            channel.writeInbound(bytes);
        }
    }

    /** Bytes were read before there was a codec. */
    void readEarly(byte[] bytes) {
        codec.onReadEarly(channel.alloc().directBuffer().writeBytes(bytes));
    }

    /** The session writes bytes at one go. */
    void sessionWrites(byte[] bytes) {
        channel.writeOutbound(channel.alloc().directBuffer().writeBytes(bytes));
    }

    /** What has been put onto the wire since the last time. */
    byte[] wire() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    /** What the session has got since the last time. */
    byte[] read() {
        byte[] bytes = session.read.toByteArray();
        session.read.reset();
        return bytes;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
