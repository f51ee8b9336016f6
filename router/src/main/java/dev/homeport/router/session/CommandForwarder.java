package dev.homeport.router.session;

import dev.homeport.router.protocol.Packet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Finds the commands in a client's bytes and passes on what its gate lets through, as it came:
 * whole buffers or slices of them. Only the beginning of a command that the gate cannot judge yet,
 * and commands that have to wait, are kept. Mutable; touched only by the event loop of its session.
 */
final class CommandForwarder {
    /** What becomes of a command. */
    enum Decision {
        /** It is passed on, as it comes. */
        FORWARD,
        /** More of its first bytes are needed to decide. */
        NEED_MORE,
        /** It waits until {@link #resume} is called; so does everything behind it. */
        WAIT,
        /** It is read over to its end; then {@link Gate#answer} is called. */
        ANSWER
    }

    /** Decides on commands and takes the bytes. */
    interface Gate {
        /**
         * Decides on a command.
         *
         * @param in holds the command's payload from {@code index} to {@code end}; not to be
         *     changed
         * @param whole whether all of the payload is there
         */
        Decision onCommand(ByteBuf in, int index, int end, boolean whole);

        /**
         * Answers the command that {@link Decision#ANSWER} was decided for.
         *
         * @param sequence id of its last packet
         */
        void answer(int sequence);

        /**
         * The next bytes of a command that passes, from its first one on.
         *
         * @return whether it may go on passing; if not, the session is to be closed
         */
        boolean mayPassOn(ByteBuf in, int index, int end);

        /** Whether the server waits for a file, so that packets are its content. */
        boolean isFileWanted();

        /**
         * A packet of the file comes, or the empty one that ends it.
         *
         * @return whether that sequence id is the one that is due: servers refuse others, and may
         *     take what follows for a command
         */
        boolean isFileInOrder(int sequence);

        /** The empty packet that ends the file has come. */
        void onFileEnd();

        /** Takes over bytes for the instance. */
        void forward(ByteBuf bytes);

        /** How long a command, or a piece of a file, may be with all its packets. */
        long mostPacketBytes();

        /** Whether everything before is answered, so that an answer may come next. */
        boolean isNothingOwed();

        /** It is longer than may be: the session is to be closed. */
        void onTooLarge(int sequence);

        /** Bytes that can be no command: the session is to be closed. */
        void onMalformed(int sequence, String why);
    }

    /** What may wait in front of an instance that is busy, before the client has to. */
    static final int MOST_WAITING_BYTES = 64 * 1024;

    private final Gate gate;
    private final GatheredBytes held;
    private int payloadLeft;
    private boolean continuation;

    /**
     * Of the command, or the piece of a file, that the last packet belongs to: all its payloads.
     */
    private long commandBytes;

    private boolean discarding;
    private boolean waiting;
    private boolean processing;
    private boolean closed;
    private int lastSequence;

    CommandForwarder(Gate gate, ByteBufAllocator allocator) {
        this.gate = gate;
        this.held = new GatheredBytes(allocator);
    }

    /** Sequence id of the last packet that was passed on or read over. */
    int lastSequence() {
        return lastSequence;
    }

    /** Whether a command waits. */
    boolean isWaiting() {
        return waiting && !closed;
    }

    /**
     * Whether so much waits that nothing more should be read from the client. Until then reading
     * goes on, because whoever does not read does not notice that the client has left.
     */
    boolean isFull() {
        return waiting && held.readableBytes() >= MOST_WAITING_BYTES;
    }

    /** Bytes came from the client. Takes them over. */
    void onBytes(ByteBuf in) {
        if (closed) {
            in.release();
            return;
        }
        held.add(in);
        if (!waiting) {
            process();
        }
    }

    /** What made a command wait is over. */
    void resume() {
        if (waiting && !closed) {
            waiting = false;
            process();
        }
    }

    /** Nothing more is a command until {@link #resume} is called; what comes is held. */
    void pause() {
        waiting = true;
    }

    /** Hands over what is held; the caller must release it. */
    ByteBuf takeHeld() {
        return held.take();
    }

    /** Drops what is held and everything that still comes. */
    void close() {
        closed = true;
        if (!processing) {
            held.release();
        }
    }

    private void process() {
        processing = true;
        try {
            passCommands(held.bytes());
        } finally {
            processing = false;
            if (closed) {
                held.release();
            }
        }
    }

    /** Walks over the packets; the reader index is where forwarding has come to. */
    private void passCommands(ByteBuf in) {
        int index = in.readerIndex();
        int end = in.writerIndex();
        while (index < end && !closed && !waiting) {
            if (payloadLeft > 0) {
                int step = Math.min(payloadLeft, end - index);
                if (!discarding && !gate.mayPassOn(in, index, index + step)) {
                    waiting = true;
                    return;
                }
                payloadLeft -= step;
                index += step;
                if (discarding) {
                    in.readerIndex(index);
                    answerIfDiscarded();
                }
                continue;
            }
            int next = onPacketStart(in, index, end);
            if (next < 0) {
                break;
            }
            index = next;
        }
        if (closed) {
            return;
        }
        if (index == end && in.isReadable()) {
            gate.forward(held.take()); // the usual case: up to the last byte, without a slice
        } else {
            pass(in, index);
            held.releaseIfRead();
        }
    }

    /**
     * A packet starts at that index.
     *
     * @return where its payload starts, or -1 if it cannot be taken yet
     */
    private int onPacketStart(ByteBuf in, int index, int end) {
        int available = end - index;
        if (available < Packet.HEADER_BYTES) {
            return -1;
        }
        int bytes = Packet.payloadBytes(in, index);
        if (!isLengthTaken(bytes, Packet.sequence(in, index))) {
            waiting = true;
            return -1;
        }
        if (gate.isFileWanted() && !gate.isFileInOrder(Packet.sequence(in, index))) {
            gate.onMalformed(Packet.sequence(in, index), "a packet of a file is out of order");
            waiting = true;
            return -1;
        }
        if (!continuation && !gate.isFileWanted()) {
            Decision decision = decide(in, index, end, bytes);
            if (decision == Decision.NEED_MORE || decision == Decision.WAIT) {
                waiting = decision == Decision.WAIT;
                return -1;
            }
            if (decision == Decision.ANSWER) {
                pass(in, index);
                discarding = true;
            }
        } else if (bytes == 0 && !continuation) {
            gate.onFileEnd();
        }
        commandBytes = commandBytes(bytes);
        lastSequence = Packet.sequence(in, index);
        payloadLeft = bytes;
        continuation = bytes == Packet.MAX_PAYLOAD_BYTES;
        int start = index + Packet.HEADER_BYTES;
        if (discarding) {
            in.readerIndex(start);
            answerIfDiscarded();
        }
        return start;
    }

    private long commandBytes(int bytes) {
        return continuation ? commandBytes + bytes : bytes;
    }

    /** Whether a packet of that length may come now; if it never may, the session is closed. */
    private boolean isLengthTaken(int bytes, int sequence) {
        long most = gate.mostPacketBytes();
        boolean isTooLarge = commandBytes(bytes) > most && !discarding;
        // Of one that goes on nobody knows how long it gets: should it be refused in its midst, the
        // answer must be the next one that the client is due.
        boolean mayGetTooLarge = bytes == Packet.MAX_PAYLOAD_BYTES && most != Long.MAX_VALUE;
        boolean isFirst = !continuation && !gate.isFileWanted();
        if (isFirst && (isTooLarge || mayGetTooLarge) && !gate.isNothingOwed()) {
            return false;
        }
        if (isTooLarge) {
            gate.onTooLarge(sequence);
        }
        return !isTooLarge;
    }

    private Decision decide(ByteBuf in, int index, int end, int bytes) {
        if (bytes == 0) {
            gate.onMalformed(Packet.sequence(in, index), "a packet without a command");
            return Decision.WAIT;
        }
        int start = index + Packet.HEADER_BYTES;
        if (start >= end) {
            return Decision.NEED_MORE;
        }
        boolean whole = bytes <= end - start;
        return gate.onCommand(in, start, whole ? start + bytes : end, whole);
    }

    private void answerIfDiscarded() {
        if (payloadLeft == 0 && !continuation) {
            discarding = false;
            gate.answer(lastSequence);
        }
    }

    /** Passes on everything up to that index. */
    private void pass(ByteBuf in, int index) {
        int bytes = index - in.readerIndex();
        if (bytes <= 0 || closed) {
            return;
        }
        gate.forward(in.readRetainedSlice(bytes));
    }
}
