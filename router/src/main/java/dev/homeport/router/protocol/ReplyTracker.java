package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.StatusFlags.SERVER_MORE_RESULTS_EXISTS;
import static dev.homeport.router.protocol.StatusFlags.SERVER_STATUS_CURSOR_EXISTS;
import static dev.homeport.router.protocol.StatusFlags.SERVER_STATUS_IN_TRANS;
import static dev.homeport.router.protocol.StatusFlags.SERVER_STATUS_NO_BACKSLASH_ESCAPES;

import dev.homeport.router.protocol.Command.ReplyShape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.IntConsumer;

/**
 * Follows the server's bytes in the Command Phase and tells where replies end: which commands are
 * still unanswered, whether a transaction is open, whether the server asks for a local file.
 * Packets are found by their headers; of each only the first bytes are looked at, in place. Nothing
 * is allocated per command.
 *
 * <p>Mutable; touched only by the event loop of its session. Sources: MySQL source docs, "Command
 * Phase" and "Text Resultset"; docs/life-of-a-connection.md tells the story.
 */
public final class ReplyTracker {
    /** Commands that may be unanswered at once; a client that pipelines more has to wait. */
    public static final int MAX_PENDING = 256;

    private static final int OK_HEADER = 0x00;

    /** COM_STMT_PREPARE_OK up to the byte that says whether definitions follow. */
    private static final int PREPARE_OK_BYTES = 13;

    private static final int LOCAL_INFILE_HEADER = 0xfb;
    private static final int EOF_HEADER = 0xfe;

    /** Header byte and code of an error. */
    private static final int ERR_HEAD_BYTES = 3;

    /** Code of the errors that are none (MariaDB documentation, "Progress reporting"). */
    private static final int PROGRESS_CODE = 0xffff;

    /** A classic EOF is shorter than this; a row that starts with 0xfe is not. */
    private static final int EOF_LIMIT_BYTES = 9;

    /** Header byte, two length-encoded integers, status flags: all that is read of an OK. */
    private static final int MOST_HEAD_BYTES = 1 + 9 + 9 + 2;

    private final boolean deprecateEof;

    /** The head of a resultset says whether definitions follow. */
    private final boolean definitionsOptional;

    /** The same of a prepared statement. */
    private final boolean preparedDefinitionsOptional;

    /** Errors of code 0xffff tell how far a command is. */
    private final boolean progress;

    private final IntConsumer onError;

    // Shapes of the unanswered commands, oldest first.
    private final ReplyShape[] pending = new ReplyShape[MAX_PENDING];
    private int first;
    private int count;

    // Where in the reply to the oldest of them the server is.
    private Step step = Step.FIRST_PACKET;
    private int definitions;
    private int laterDefinitions;
    private boolean begun;

    // Where in the current packet the bytes are; headers and heads may be split between reads.
    private int headerBytes;
    private int header;
    private int payloadLeft;
    private int payloadBytes;
    private boolean continuation;
    private ByteBuf head = Unpooled.EMPTY_BUFFER;
    private int headWanted;

    private int status;
    private int sequence;
    private boolean localInfile;
    private int fileSequence;

    private enum Step {
        FIRST_PACKET,
        DEFINITIONS,
        EOF_AFTER_DEFINITIONS,
        ROWS
    }

    /**
     * @param capabilities agreed on both legs; they decide framing
     * @param status flags of the OK that ended the login
     */
    public ReplyTracker(long capabilities, int status) {
        this(capabilities, status, code -> {});
    }

    /**
     * @param capabilities agreed on both legs; they decide framing
     * @param status flags of the OK that ended the login
     * @param onError gets the code of every error that is a reply, or ends one
     */
    public ReplyTracker(long capabilities, int status, IntConsumer onError) {
        this.onError = onError;
        this.deprecateEof = Capabilities.has(capabilities, Capabilities.CLIENT_DEPRECATE_EOF);
        this.preparedDefinitionsOptional =
                Capabilities.has(capabilities, Capabilities.CLIENT_OPTIONAL_RESULTSET_METADATA);
        this.definitionsOptional =
                preparedDefinitionsOptional
                        || Capabilities.has(
                                capabilities, Capabilities.MARIADB_CLIENT_CACHE_METADATA);
        this.progress = Capabilities.has(capabilities, Capabilities.MARIADB_CLIENT_PROGRESS);
        this.status = status;
    }

    /** Whether every command has been answered, to the last byte. */
    public boolean isIdle() {
        return count == 0 && isBetweenPackets();
    }

    /** How many commands are not wholly answered. */
    public int unanswered() {
        return isBetweenPackets() ? count : Math.max(1, count);
    }

    private boolean isBetweenPackets() {
        return payloadLeft == 0 && headerBytes == 0 && !continuation;
    }

    public boolean isFull() {
        return count == MAX_PENDING;
    }

    /** Whether a part of the reply to the oldest unanswered command has come. */
    public boolean hasReplyBegun() {
        return begun || !isBetweenPackets();
    }

    /**
     * Whether the last command that was sent makes the server send a stream that has not ended:
     * what the client says meanwhile is no command.
     */
    public boolean isStreaming() {
        return count > 0 && pending[(first + count - 1) & (MAX_PENDING - 1)] == ReplyShape.STREAM;
    }

    /** Whether the last status flags said that a transaction is open. */
    public boolean isInTransaction() {
        return (status & SERVER_STATUS_IN_TRANS) != 0;
    }

    /** Whether a backslash escapes in the literals of the session, by the last status flags. */
    public boolean isBackslashEscaping() {
        return (status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) == 0;
    }

    /** Whether the server waits for the content of a file: packets up to an empty one. */
    public boolean isLocalInfileWanted() {
        return localInfile;
    }

    /** The sequence id that the first packet of the file has to have. */
    public int fileSequence() {
        return fileSequence;
    }

    /** The client has sent the empty packet that ends its file. */
    public void localInfileSent() {
        localInfile = false;
    }

    /** A command was sent on. */
    public void commandSent(ReplyShape shape) {
        if (shape == ReplyShape.NONE) {
            return;
        }
        if (isFull()) {
            throw new IllegalStateException("more than " + MAX_PENDING + " unanswered commands");
        }
        pending[(first + count) & (MAX_PENDING - 1)] = shape;
        count++;
    }

    /**
     * Looks at the next bytes from the server. Neither index of the buffer changes.
     *
     * @return the index of the first byte that belongs to no reply: the writer index, or where an
     *     unsolicited packet starts
     */
    public int onBytes(ByteBuf in) {
        int index = in.readerIndex();
        int end = in.writerIndex();
        while (index < end) {
            if (payloadLeft == 0) {
                if (isIdle()) {
                    return index;
                }
                index = readHeader(in, index, end);
            } else {
                index = readPayload(in, index, end);
            }
        }
        return end;
    }

    private int readHeader(ByteBuf in, int from, int end) {
        int index = from;
        if (headerBytes == 0 && end - index >= Packet.HEADER_BYTES) {
            header = in.getIntLE(index);
            index += Packet.HEADER_BYTES;
        } else {
            while (headerBytes < Packet.HEADER_BYTES && index < end) {
                header |= in.getUnsignedByte(index++) << (8 * headerBytes++);
            }
            if (headerBytes < Packet.HEADER_BYTES) {
                return index;
            }
        }
        payloadBytes = header & Packet.MAX_PAYLOAD_BYTES;
        sequence = header >>> 24;
        headerBytes = 0;
        header = 0;
        payloadLeft = payloadBytes;
        // A packet that goes on belongs to a reply that may have ended with its first bytes.
        begun |= !continuation;
        if (payloadBytes == 0) {
            onEmptyPayload();
        }
        return index;
    }

    private void onEmptyPayload() {
        if (!continuation) {
            onPacket(Unpooled.EMPTY_BUFFER, 0);
        }
        continuation = false;
    }

    private int readPayload(ByteBuf in, int index, int end) {
        boolean atStart = payloadLeft == payloadBytes;
        int available = Math.min(payloadLeft, end - index);
        if (headWanted > 0) {
            collectHead(in, index, available);
        } else if (atStart && !continuation) {
            int wanted = headBytes(in.getUnsignedByte(index));
            if (wanted <= available) {
                onPacket(in, index);
            } else {
                headWanted = wanted;
                head = Unpooled.buffer(MOST_HEAD_BYTES);
                collectHead(in, index, available);
            }
        }
        payloadLeft -= available;
        if (payloadLeft == 0) {
            continuation = payloadBytes == Packet.MAX_PAYLOAD_BYTES;
        }
        return index + available;
    }

    /** A packet's first bytes are split between reads: gather the few that are needed. */
    private void collectHead(ByteBuf in, int index, int available) {
        head.writeBytes(in, index, Math.min(available, headWanted - head.readableBytes()));
        if (head.readableBytes() == headWanted) {
            headWanted = 0;
            onPacket(head, 0);
            head.release();
        }
    }

    /** How many bytes of a packet's payload must be seen to know what it is. */
    private int headBytes(int firstByte) {
        if (firstByte == EOF_HEADER && isTerminator(firstByte)) {
            return Math.min(payloadBytes, MOST_HEAD_BYTES);
        }
        if (firstByte == ErrPacket.HEADER) {
            return Math.min(payloadBytes, ERR_HEAD_BYTES);
        }
        if (step != Step.FIRST_PACKET) {
            return 1;
        }
        return switch (pending[first]) {
            case OK -> Math.min(payloadBytes, MOST_HEAD_BYTES);
            case RESULTS, RESULTS_OR_CURSOR ->
                    Math.min(
                            payloadBytes,
                            firstByte == OK_HEADER
                                    ? MOST_HEAD_BYTES
                                    : Math.max(1, Lenenc.width(firstByte))
                                            + (definitionsOptional ? 1 : 0));
            case PREPARED -> Math.min(payloadBytes, PREPARE_OK_BYTES);
            case NONE, TEXT, ROWS, STREAM -> 1;
        };
    }

    private boolean isTerminator(int firstByte) {
        return firstByte == EOF_HEADER
                && payloadBytes < (deprecateEof ? Packet.MAX_PAYLOAD_BYTES : EOF_LIMIT_BYTES);
    }

    /** The first bytes of a packet are there, at that index. */
    private void onPacket(ByteBuf in, int index) {
        int firstByte = payloadBytes == 0 ? -1 : in.getUnsignedByte(index);
        // COM_STATISTICS answers with text, whatever its first byte.
        if (firstByte == ErrPacket.HEADER && pending[first] != ReplyShape.TEXT) {
            onError(payloadBytes < ERR_HEAD_BYTES ? 0 : in.getUnsignedShortLE(index + 1));
            return;
        }
        switch (step) {
            case FIRST_PACKET -> onFirstPacket(in, index, firstByte);
            case DEFINITIONS -> onDefinition();
            case EOF_AFTER_DEFINITIONS -> onEofAfterDefinitions(in, index, firstByte);
            case ROWS -> onRow(in, index, firstByte);
        }
    }

    private void onError(int code) {
        if (!progress || code != PROGRESS_CODE) {
            replyEnded();
            onError.accept(code);
        }
    }

    private void onFirstPacket(ByteBuf in, int index, int firstByte) {
        switch (pending[first]) {
            case NONE, TEXT -> replyEnded();
            case OK -> {
                readStatus(in, index, firstByte);
                replyEnded();
            }
            case ROWS -> onRow(in, index, firstByte);
            case STREAM -> onEvent(in, index, firstByte);
            case PREPARED -> onPrepareOk(in, index);
            case RESULTS, RESULTS_OR_CURSOR -> onFirstOfResult(in, index, firstByte);
        }
    }

    private void onFirstOfResult(ByteBuf in, int index, int firstByte) {
        switch (firstByte) {
            case -1 -> replyEnded();
            case OK_HEADER, EOF_HEADER -> {
                readStatus(in, index, firstByte);
                resultEnded();
            }
            case LOCAL_INFILE_HEADER -> {
                localInfile = true;
                fileSequence = (sequence + 1) & 0xff;
            }
            default -> onResultHead(in, index, Lenenc.width(firstByte));
        }
    }

    private void onResultHead(ByteBuf in, int index, int width) {
        definitions = width <= payloadBytes ? (int) Math.min(Lenenc.get(in, index), 0xffff) : 0;
        laterDefinitions = 0;
        boolean isWithout =
                definitionsOptional && width < payloadBytes && in.getByte(index + width) == 0;
        if (isWithout) {
            allDefinitionsCame();
        } else {
            step = definitions > 0 ? Step.DEFINITIONS : Step.ROWS;
        }
    }

    private void onPrepareOk(ByteBuf in, int index) {
        if (payloadBytes < 9) {
            replyEnded();
            return;
        }
        int columns = in.getUnsignedShortLE(index + 5);
        int parameters = in.getUnsignedShortLE(index + 7);
        definitions = parameters > 0 ? parameters : columns;
        laterDefinitions = parameters > 0 ? columns : 0;
        boolean isWithout =
                preparedDefinitionsOptional
                        && payloadBytes >= PREPARE_OK_BYTES
                        && in.getByte(index + PREPARE_OK_BYTES - 1) == 0;
        if (definitions == 0 || isWithout) {
            replyEnded();
        } else {
            step = Step.DEFINITIONS;
        }
    }

    private void onDefinition() {
        definitions--;
        if (definitions == 0) {
            allDefinitionsCame();
        }
    }

    private void allDefinitionsCame() {
        if (deprecateEof) {
            definitionsEnded();
        } else {
            step = Step.EOF_AFTER_DEFINITIONS;
        }
    }

    private void onEofAfterDefinitions(ByteBuf in, int index, int firstByte) {
        readStatus(in, index, firstByte);
        // With a cursor only the definitions follow COM_STMT_EXECUTE; rows come with
        // COM_STMT_FETCH.
        if (pending[first] == ReplyShape.RESULTS_OR_CURSOR
                && (status & SERVER_STATUS_CURSOR_EXISTS) != 0) {
            resultEnded();
        } else {
            definitionsEnded();
        }
    }

    private void definitionsEnded() {
        if (pending[first] != ReplyShape.PREPARED) {
            step = Step.ROWS;
        } else if (laterDefinitions > 0) {
            definitions = laterDefinitions;
            laterDefinitions = 0;
            step = Step.DEFINITIONS;
        } else {
            replyEnded();
        }
    }

    private void onRow(ByteBuf in, int index, int firstByte) {
        step = Step.ROWS;
        if (isTerminator(firstByte)) {
            readStatus(in, index, firstByte);
            resultEnded();
        }
    }

    private void onEvent(ByteBuf in, int index, int firstByte) {
        if (isTerminator(firstByte)) {
            readStatus(in, index, firstByte);
            replyEnded();
        }
    }

    private void resultEnded() {
        if ((status & SERVER_MORE_RESULTS_EXISTS) != 0) {
            step = Step.FIRST_PACKET;
        } else {
            replyEnded();
        }
    }

    private void replyEnded() {
        pending[first] = null;
        first = (first + 1) & (MAX_PENDING - 1);
        count--;
        step = Step.FIRST_PACKET;
        begun = false;
    }

    /**
     * Status flags stand behind two integers in an OK, and behind the warnings in a classic EOF.
     */
    private void readStatus(ByteBuf in, int index, int firstByte) {
        int seen = headBytes(firstByte); // of what should not stand here only the first may be seen
        if (firstByte == EOF_HEADER && !deprecateEof) {
            status = seen >= 5 ? in.getUnsignedShortLE(index + 3) : status;
            return;
        }
        if (firstByte != OK_HEADER && firstByte != EOF_HEADER) {
            return;
        }
        int at = 1;
        for (int i = 0; i < 2; i++) {
            if (at >= seen) {
                return;
            }
            at += Math.max(1, Lenenc.width(in.getUnsignedByte(index + at)));
        }
        if (at + 2 <= seen) {
            status = in.getUnsignedShortLE(index + at);
        }
    }
}
