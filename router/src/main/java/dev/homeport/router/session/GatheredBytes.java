package dev.homeport.router.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * Bytes that came and wait for more, in one buffer. What comes alone is kept as it is; a second
 * piece makes a buffer with room for others, so that bytes that trickle in cost no more than twice
 * their copy. Mutable; touched only by the event loop of its session.
 */
final class GatheredBytes {
    private final ByteBufAllocator allocator;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    /** Whether the buffer was made here: only then may what lies behind its end be written to. */
    private boolean isOwn;

    private final boolean isSecret;

    GatheredBytes(ByteBufAllocator allocator) {
        this(allocator, false);
    }

    private GatheredBytes(ByteBufAllocator allocator, boolean isSecret) {
        this.allocator = allocator;
        this.isSecret = isSecret;
    }

    /** For bytes that passwords may be among: what is not handed over is wiped. */
    static GatheredBytes ofSecrets(ByteBufAllocator allocator) {
        return new GatheredBytes(allocator, true);
    }

    /** Overwrites what there is to be read, and what was read already. */
    static void wipe(ByteBuf secret) {
        secret.setZero(0, secret.writerIndex());
    }

    /** Takes bytes over, behind those that are there. */
    void add(ByteBuf in) {
        if (!bytes.isReadable()) {
            bytes.release();
            bytes = in;
            isOwn = false;
            return;
        }
        // Slices of what was read before may be on their way: the buffer must not move.
        if (!isOwn || bytes.writableBytes() < in.readableBytes()) {
            makeRoom(in.readableBytes());
        }
        bytes.writeBytes(in, in.readerIndex(), in.readableBytes());
        wipeUnread(in);
        in.release();
    }

    private void makeRoom(int more) {
        ByteBuf roomy = allocator.buffer(2 * (bytes.readableBytes() + more));
        roomy.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        wipeUnread(bytes);
        bytes.release();
        bytes = roomy;
        isOwn = true;
    }

    /** What is there, to be read from; it stays in the hands of this object. */
    ByteBuf bytes() {
        return bytes;
    }

    int readableBytes() {
        return bytes.readableBytes();
    }

    /** Hands over what is there; the caller must release it. */
    ByteBuf take() {
        ByteBuf taken = bytes;
        bytes = Unpooled.EMPTY_BUFFER;
        isOwn = false;
        return taken;
    }

    /** Lets go of a buffer that was read to its end. */
    void releaseIfRead() {
        if (!bytes.isReadable()) {
            release();
        }
    }

    void release() {
        ByteBuf last = take();
        wipeUnread(last);
        last.release();
    }

    private void wipeUnread(ByteBuf unread) {
        if (isSecret) {
            unread.setZero(unread.readerIndex(), unread.readableBytes());
        }
    }
}
