package dev.homeport.router.compression;

import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.topology.Compression;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Compresses one leg, from the packet behind the OK of its login on: what the session writes goes
 * out in frames, and what comes in frames it reads as bare packets. It stands directly before the
 * session's handler.
 *
 * <p>While the session does not want to read, what is already here is not decompressed, so that a
 * small input never becomes a large heap of output. Bytes that are no frames end as a {@link
 * MalformedPacketException} in {@code exceptionCaught}, once; nothing is read after that.
 */
public final class CompressionCodec extends ChannelDuplexHandler {
    /** The servers' own default. */
    public static final int DEFAULT_ZSTD_LEVEL = 3;

    /** More takes the event loop more time than the bytes are worth. */
    private static final int MOST_ZSTD_LEVEL = 6;

    /** What a session still gets that did not want to read when the channel was closed. */
    private static final int MOST_LAST_BYTES = Frame.MOST_PAYLOAD_BYTES;

    private static final Duration GATHERING_DEADLINE = Duration.ofMinutes(2);

    private static final String NAME = "compression";

    private final FrameReader reader;
    private final FrameWriter writer;
    private final Deque<ByteBuf> unread = new ArrayDeque<>();

    private Optional<ChannelHandlerContext> context = Optional.empty();
    private boolean reading;
    private boolean readWanted;
    private boolean failed;
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();

    private CompressionCodec(
            Compression algorithm, int zstdLevel, LegNumbers numbers, ByteBufAllocator allocator) {
        reader = new FrameReader(payloadReader(algorithm, allocator), numbers);
        writer = new FrameWriter(compressor(algorithm, zstdLevel), numbers, allocator);
    }

    /**
     * Compresses from now on what passes between the router and a client.
     *
     * @param algorithm what both agreed on, not {@link Compression#OFF}
     * @param zstdLevel effort of the router's side as the client wishes, 1 to 22
     */
    public static CompressionCodec ofClient(Channel client, Compression algorithm, int zstdLevel) {
        return install(
                client,
                new CompressionCodec(algorithm, zstdLevel, new ClientLegNumbers(), client.alloc()));
    }

    /**
     * Compresses from now on what passes between the router and an instance. Commands have to be
     * written one by one: each when the reply to the one before has been read.
     */
    public static CompressionCodec ofInstance(Channel instance, Compression algorithm) {
        return install(
                instance,
                new CompressionCodec(
                        algorithm, DEFAULT_ZSTD_LEVEL, new InstanceLegNumbers(), instance.alloc()));
    }

    private static CompressionCodec install(Channel channel, CompressionCodec codec) {
        channel.pipeline().addBefore(channel.pipeline().lastContext().name(), NAME, codec);
        return codec;
    }

    private static PayloadReader payloadReader(Compression algorithm, ByteBufAllocator allocator) {
        return switch (algorithm) {
            case OFF -> throw new IllegalArgumentException("nothing to compress with");
            case ZLIB -> new PayloadReader.Zlib(allocator);
            case ZSTD -> new PayloadReader.Zstd(allocator);
        };
    }

    private static PayloadCompressor compressor(Compression algorithm, int zstdLevel) {
        return switch (algorithm) {
            case OFF -> throw new IllegalArgumentException("nothing to compress with");
            case ZLIB -> new PayloadCompressor.Zlib();
            case ZSTD -> new PayloadCompressor.Zstd(Math.clamp(zstdLevel, 1, MOST_ZSTD_LEVEL));
        };
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = Optional.of(newContext);
    }

    // ------------------------------------------------------------------------------------ reading

    /**
     * Takes over bytes that the peer sent when compression had begun for it, and that were read
     * before it began here.
     */
    public void onReadEarly(ByteBuf bytes) {
        ChannelHandlerContext own = context.orElseThrow();
        channelRead(own, bytes);
        own.fireChannelReadComplete();
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (failed) {
            in.release();
            return;
        }
        unread.add(in);
        readOn(own, 0);
    }

    @Override
    public void read(ChannelHandlerContext own) {
        if (unread.isEmpty()) {
            own.read();
        } else if (!readWanted) {
            readWanted = true;
            // Not at once: whoever wants to read may be in the midst of something.
            own.executor().execute(() -> resume(own));
        }
    }

    private void resume(ChannelHandlerContext own) {
        readOn(own, 0);
        own.fireChannelReadComplete();
        readWanted = false;
        if (own.channel().config().isAutoRead()) {
            own.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext own) {
        readOn(own, MOST_LAST_BYTES);
        release();
        own.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext own) {
        release();
    }

    /**
     * Passes on what can be taken from the bytes that are here.
     *
     * @param unwanted so many bytes also where the session does not want to read
     */
    private void readOn(ChannelHandlerContext own, int unwanted) {
        if (reading) {
            return;
        }
        reading = true;
        try {
            int left = unwanted;
            while (!unread.isEmpty() && (left > 0 || own.channel().config().isAutoRead())) {
                Optional<ByteBuf> piece = reader.next(unread.element());
                if (piece.isPresent()) {
                    left -= piece.get().readableBytes();
                    own.fireChannelRead(piece.get());
                } else {
                    unread.remove().release();
                }
            }
        } catch (MalformedPacketException e) {
            fail(own, e);
        } finally {
            reading = false;
        }
        watch(own);
    }

    private void fail(ChannelHandlerContext own, MalformedPacketException why) {
        failed = true;
        release();
        own.fireExceptionCaught(why);
    }

    /** What is gathered must come to its end. */
    private void watch(ChannelHandlerContext own) {
        boolean isGathering = !failed && reader.isGathering();
        if (isGathering && deadline.isEmpty()) {
            deadline = Optional.of(scheduleEnd(own));
        } else if (!isGathering && deadline.isPresent()) {
            deadline.get().cancel(false);
            deadline = Optional.empty();
        }
    }

    private ScheduledFuture<?> scheduleEnd(ChannelHandlerContext own) {
        Runnable end =
                () ->
                        fail(
                                own,
                                new MalformedPacketException(
                                        "a compressed packet did not come to its end within "
                                                + GATHERING_DEADLINE.toSeconds()
                                                + " s"));
        return own.executor().schedule(end, GATHERING_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ------------------------------------------------------------------------------------ writing

    @Override
    public void write(ChannelHandlerContext own, Object message, ChannelPromise promise) {
        writer.write((ByteBuf) message, frame -> own.write(frame, own.voidPromise()));
        if (!promise.isVoid()) {
            // Written when all before it is.
            own.write(Unpooled.EMPTY_BUFFER, promise);
        }
    }

    private void release() {
        deadline.ifPresent(timer -> timer.cancel(false));
        deadline = Optional.empty();
        unread.forEach(ByteBuf::release);
        unread.clear();
        reader.release();
        writer.release();
    }
}
