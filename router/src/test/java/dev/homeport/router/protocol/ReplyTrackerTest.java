package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.ServerBytes.AUTOCOMMIT;
import static dev.homeport.router.protocol.ServerBytes.CURSOR_EXISTS;
import static dev.homeport.router.protocol.ServerBytes.IN_TRANS;
import static dev.homeport.router.protocol.ServerBytes.LAST_ROW_SENT;
import static dev.homeport.router.protocol.ServerBytes.MORE_RESULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.router.protocol.Command.ReplyShape;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyTrackerTest {
    /**
     * Commands and everything that a server says to them.
     *
     * @param inTransaction what its last status flags say
     */
    record Exchange(
            String name,
            boolean deprecateEof,
            List<ReplyShape> shapes,
            ServerBytes server,
            boolean inTransaction) {
        byte[] reply() {
            return server.bytes();
        }

        @Override
        public String toString() {
            return name + (deprecateEof ? "" : ", classic");
        }

        ReplyTracker begun() {
            var tracker = tracker(deprecateEof);
            shapes.forEach(tracker::commandSent);
            return tracker;
        }
    }

    private static ReplyTracker tracker(boolean deprecateEof) {
        return new ReplyTracker(deprecateEof ? Capabilities.CLIENT_DEPRECATE_EOF : 0, AUTOCOMMIT);
    }

    static Stream<Exchange> exchanges() {
        return Stream.of(true, false).flatMap(ReplyTrackerTest::exchanges);
    }

    private static Stream<Exchange> exchanges(boolean eof) {
        return Stream.of(
                exchange("OK", eof, server(eof).ok(AUTOCOMMIT), Command.COM_QUERY),
                exchange(
                        "OK that opens a transaction",
                        eof,
                        server(eof).ok(AUTOCOMMIT | IN_TRANS),
                        Command.COM_QUERY),
                exchange("ERR", eof, server(eof).err(), Command.COM_QUERY),
                exchange(
                        "shortest OK",
                        eof,
                        server(eof).packet(0, 0, 0, 2, 0, 0, 0),
                        Command.COM_INIT_DB),
                exchange(
                        "longest OK",
                        eof,
                        server(eof)
                                .packet(
                                        0,
                                        0xfe,
                                        new byte[8],
                                        0xfe,
                                        new byte[8],
                                        3,
                                        0,
                                        0,
                                        0,
                                        "x".repeat(300)),
                        Command.COM_QUERY),
                exchange("EOF as OK", eof, server(eof).end(IN_TRANS), Command.COM_SET_OPTION),
                exchange(
                        "result set",
                        eof,
                        server(eof).header(2).trickyRows().end(AUTOCOMMIT | IN_TRANS),
                        Command.COM_QUERY),
                exchange(
                        "result set without rows",
                        eof,
                        server(eof).header(1).end(AUTOCOMMIT),
                        Command.COM_QUERY),
                exchange(
                        "result set of 300 columns",
                        eof,
                        server(eof).header(300).packet(1, "a").end(AUTOCOMMIT),
                        Command.COM_PROCESS_INFO),
                exchange(
                        "ERR in mid-result",
                        eof,
                        server(eof).header(1).packet(1, "a").err(),
                        Command.COM_QUERY),
                exchange(
                        "several results",
                        eof,
                        server(eof)
                                .header(1)
                                .packet(1, "a")
                                .end(MORE_RESULTS)
                                .ok(MORE_RESULTS)
                                .header(2)
                                .trickyRows()
                                .end(MORE_RESULTS)
                                .ok(AUTOCOMMIT | IN_TRANS),
                        Command.COM_QUERY),
                exchange(
                        "several results that end in an ERR",
                        eof,
                        server(eof).ok(MORE_RESULTS).header(1).end(MORE_RESULTS | IN_TRANS).err(),
                        Command.COM_QUERY),
                exchange("prepared statement", eof, prepared(eof, 2, 3), Command.COM_STMT_PREPARE),
                exchange(
                        "prepared statement without parameters",
                        eof,
                        prepared(eof, 2, 0),
                        Command.COM_STMT_PREPARE),
                exchange(
                        "prepared statement without columns",
                        eof,
                        prepared(eof, 0, 3),
                        Command.COM_STMT_PREPARE),
                exchange(
                        "prepared statement with neither",
                        eof,
                        prepared(eof, 0, 0),
                        Command.COM_STMT_PREPARE),
                exchange(
                        "statement that cannot be prepared",
                        eof,
                        server(eof).err(),
                        Command.COM_STMT_PREPARE),
                exchange(
                        "cursor: definitions only",
                        eof,
                        eof
                                ? server(true).header(1).end(CURSOR_EXISTS)
                                : server(false)
                                        .packet(1)
                                        .columns(1)
                                        .endOfDefinitions(CURSOR_EXISTS | IN_TRANS),
                        ReplyShape.RESULTS_OR_CURSOR),
                exchange(
                        "cursor that was asked for and not opened",
                        eof,
                        server(eof).header(1).packet(0x00, 0x00, 1, "a").end(AUTOCOMMIT),
                        ReplyShape.RESULTS_OR_CURSOR),
                exchange(
                        "cursor inside a procedure",
                        eof,
                        server(eof)
                                .packet(1)
                                .columns(1)
                                .endOfDefinitions(CURSOR_EXISTS | MORE_RESULTS)
                                .packet(1, "a")
                                .packet(1, "b")
                                .end(CURSOR_EXISTS | MORE_RESULTS)
                                .ok(AUTOCOMMIT),
                        Command.COM_QUERY),
                exchange(
                        "fetched rows",
                        eof,
                        server(eof)
                                .packet(0x00, 0x00, 1, "a")
                                .packet(0x00, 0x00, 1, "b")
                                .end(CURSOR_EXISTS),
                        Command.COM_STMT_FETCH),
                exchange(
                        "fetch at the end",
                        eof,
                        server(eof).end(LAST_ROW_SENT),
                        Command.COM_STMT_FETCH),
                exchange("fetch that fails", eof, server(eof).err(), Command.COM_STMT_FETCH),
                exchange(
                        "fields of a table",
                        eof,
                        server(eof).columns(3).end(AUTOCOMMIT),
                        Command.COM_FIELD_LIST),
                exchange("no fields", eof, server(eof).err(), Command.COM_FIELD_LIST),
                exchange(
                        "statistics",
                        eof,
                        server(eof).packet("Uptime: 1  Threads: 1"),
                        Command.COM_STATISTICS),
                exchange("empty statistics", eof, server(eof).packet(), Command.COM_STATISTICS),
                exchange(
                        "nothing for commands without reply",
                        eof,
                        server(eof).ok(IN_TRANS),
                        Command.COM_STMT_SEND_LONG_DATA,
                        Command.COM_STMT_CLOSE,
                        Command.COM_QUERY,
                        Command.COM_STMT_CLOSE),
                exchange(
                        "pipelined replies of all shapes",
                        eof,
                        prepared(eof, 1, 1)
                                .next()
                                .header(1)
                                .packet(1, "a")
                                .end(MORE_RESULTS)
                                .ok(AUTOCOMMIT)
                                .next()
                                .err()
                                .next()
                                .packet("Uptime: 1")
                                .next()
                                .columns(1)
                                .end(AUTOCOMMIT)
                                .next()
                                .ok(AUTOCOMMIT | IN_TRANS),
                        Command.COM_STMT_PREPARE,
                        Command.COM_STMT_EXECUTE,
                        Command.COM_QUERY,
                        Command.COM_STATISTICS,
                        Command.COM_FIELD_LIST,
                        Command.COM_QUERY));
    }

    private static ServerBytes server(boolean deprecateEof) {
        return new ServerBytes(deprecateEof);
    }

    /** MySQL source docs, COM_STMT_PREPARE_OK. */
    private static ServerBytes prepared(boolean eof, int columns, int parameters) {
        ServerBytes server = server(eof);
        server.packet(
                0x00, // status
                new byte[] {7, 0, 0, 0}, // statement id
                columns, // number of columns
                0,
                parameters, // number of parameters
                0,
                0, // filler
                0, // warnings
                0);
        if (parameters > 0) {
            server.columns(parameters).endOfDefinitions(AUTOCOMMIT);
        }
        if (columns > 0) {
            server.columns(columns).endOfDefinitions(AUTOCOMMIT);
        }
        return server;
    }

    private static Exchange exchange(
            String name, boolean eof, ServerBytes server, Integer... commands) {
        return exchange(
                name,
                eof,
                server,
                Stream.of(commands).map(Command::replyTo).toArray(ReplyShape[]::new));
    }

    private static Exchange exchange(
            String name, boolean eof, ServerBytes server, ReplyShape... shapes) {
        var whole = new Exchange(name, eof, List.of(shapes), server, false);
        ReplyTracker tracker = whole.begun();
        feed(tracker, server.bytes(), Integer.MAX_VALUE / 2);
        return new Exchange(name, eof, List.of(shapes), server, tracker.isInTransaction());
    }

    /** Feeds the bytes in pieces of that size; gives back how many belonged to replies. */
    private static int feed(ReplyTracker tracker, byte[] bytes, int piece) {
        int consumed = 0;
        for (int from = 0; from < bytes.length; from += piece) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, from, Math.min(piece, bytes.length - from));
            int next = tracker.onBytes(in);
            assertThat(in.readerIndex()).isZero();
            consumed += next;
            if (next < in.writerIndex()) {
                break;
            }
        }
        return consumed;
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void isIdleAfterTheWholeReply(Exchange exchange) {
        // Given
        byte[] reply = exchange.reply();
        ReplyTracker tracker = exchange.begun();
        // When
        int consumed = feed(tracker, reply, reply.length);
        // Then
        assertThat(consumed).isEqualTo(reply.length);
        assertIdle(tracker);
    }

    private static void assertIdle(ReplyTracker tracker) {
        assertThat(tracker.isIdle()).isTrue();
        assertThat(tracker.hasReplyBegun()).isFalse();
        assertThat(tracker.unanswered()).isZero();
        assertThat(tracker.isLocalInfileWanted()).isFalse();
    }

    @Test
    void tellsTheCodeOfEachErrorWhereverItIsSplit() {
        byte[] replies =
                server(true)
                        .err()
                        .ok(AUTOCOMMIT)
                        .header(1)
                        .packet(1, "a")
                        .err()
                        .packet(0xff)
                        .bytes();
        for (int split = 0; split < replies.length; split++) {
            // Given
            List<Integer> codes = new ArrayList<>();
            var tracker =
                    new ReplyTracker(Capabilities.CLIENT_DEPRECATE_EOF, AUTOCOMMIT, codes::add);
            for (int i = 0; i < 4; i++) {
                tracker.commandSent(ReplyShape.RESULTS);
            }
            // When
            feed(tracker, Arrays.copyOf(replies, split), split);
            feed(tracker, Arrays.copyOfRange(replies, split, replies.length), replies.length);
            // Then: the last one is cut off, and has none
            assertThat(codes).as("split at %d", split).containsExactly(1146, 1146, 0);
            assertIdle(tracker);
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void isIdleAfterTheLastByteAndNotBefore(Exchange exchange) {
        // Given
        // Given
        byte[] reply = exchange.reply();
        ReplyTracker tracker = exchange.begun();
        for (int i = 0; i < reply.length; i++) {
            assertThat(tracker.isIdle()).isFalse();
            assertThat(tracker.unanswered()).isPositive();
            // When
            tracker.onBytes(Unpooled.wrappedBuffer(reply, i, 1));
        }
        // Then
        assertIdle(tracker);
        assertThat(tracker.isInTransaction()).isEqualTo(exchange.inTransaction);
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void makesTheSameOfItWhereverItIsSplit(Exchange exchange) {
        byte[] reply = exchange.reply();
        // Long ones are long only by repetition.
        int last = Math.min(reply.length, 1000);
        for (int split = 1; split < last; split++) {
            // Given
            ReplyTracker tracker = exchange.begun();
            // When
            feed(tracker, Arrays.copyOf(reply, split), split);
            boolean idleBefore = tracker.isIdle();
            feed(tracker, Arrays.copyOfRange(reply, split, reply.length), reply.length);
            // Then
            assertThat(idleBefore).as("split at %d", split).isFalse();
            assertIdle(tracker);
            assertThat(tracker.isInTransaction()).isEqualTo(exchange.inTransaction);
        }
    }

    @ParameterizedTest
    @MethodSource("exchanges")
    void pointsAtAnErrorThatFollowsUnasked(Exchange exchange) {
        byte[] reply = exchange.reply();
        byte[] unasked = Bytes.packet(0, 0xff, 0x1d, 0x04, "#08S01Server shutdown in progress");
        for (int piece : List.of(1, 2, 3, 5, 7, 100_000)) {
            // Given
            ReplyTracker tracker = exchange.begun();
            // When
            int consumed = feed(tracker, Bytes.of(reply, unasked), piece);
            // Then
            assertThat(consumed).isEqualTo(reply.length);
            assertIdle(tracker);
        }
    }

    @Test
    void knowsEachTransactionFromTheLastStatus() {
        assertThat(exchanges())
                .filteredOn(Exchange::inTransaction)
                .extracting(Exchange::name)
                .contains(
                        "OK that opens a transaction",
                        "longest OK",
                        "EOF as OK",
                        "result set",
                        "several results",
                        "several results that end in an ERR",
                        "pipelined replies of all shapes");
        assertThat(exchanges())
                .filteredOn(exchange -> !exchange.inTransaction)
                .extracting(Exchange::name)
                .contains("OK", "ERR", "shortest OK", "prepared statement", "fetch at the end");
    }

    @Test
    void startsFromTheStatusOfTheLogin() {
        assertThat(new ReplyTracker(0, IN_TRANS).isInTransaction()).isTrue();
        assertThat(new ReplyTracker(0, AUTOCOMMIT).isInTransaction()).isFalse();
    }

    @Test
    void keepsTheTransactionOverAnError() {
        // Given
        ReplyTracker tracker = tracker(true);
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        feed(tracker, server(true).ok(IN_TRANS).bytes(), 100);
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        // When
        feed(tracker, server(true).err().bytes(), 100);
        // Then
        assertThat(tracker.isInTransaction()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wantsAFileUntilTheClientHasSentIt(boolean eof) {
        byte[] request = server(eof).packet(0xfb, "/etc/hosts").bytes();
        byte[] end = server(eof).skip(3).ok(MORE_RESULTS).ok(AUTOCOMMIT | IN_TRANS).bytes();
        for (int piece : List.of(1, 2, 4, 5, 6, 1000)) {
            // Given
            ReplyTracker tracker = tracker(eof);
            tracker.commandSent(Command.replyTo(Command.COM_QUERY));
            // When
            feed(tracker, request, piece);
            // Then
            assertThat(tracker.isLocalInfileWanted()).isTrue();
            assertThat(tracker.isIdle()).isFalse();
            assertThat(tracker.hasReplyBegun()).isTrue();
            // When
            tracker.localInfileSent();
            assertThat(tracker.isIdle()).isFalse();
            feed(tracker, end, piece);
            // Then
            assertIdle(tracker);
            assertThat(tracker.isInTransaction()).isTrue();
        }
    }

    @Test
    void endsTheWishForAFileOnlyWhenTheClientIsThrough() {
        // Given
        ReplyTracker tracker = tracker(true);
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        feed(tracker, server(true).packet(0xfb, "x").skip(1).err().bytes(), 1000);
        // When / Then
        assertThat(tracker.isLocalInfileWanted()).isTrue();
        tracker.localInfileSent();
        assertIdle(tracker);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xffffff - 1, 0xffffff, 0xffffff + 1, 2 * 0xffffff, 2 * 0xffffff + 10})
    void followsRowsOfAnyLengthThroughTheirPackets(int length) {
        for (boolean eof : List.of(true, false)) {
            for (int first : length < 0xffffff ? List.of(0x00) : List.of(0x00, 0xfe)) {
                ByteBuf row = longRow(first, length);
                byte[] header = server(eof).header(1).bytes();
                byte[] end = server(eof).end(AUTOCOMMIT | IN_TRANS).bytes();
                for (int piece : List.of(Integer.MAX_VALUE, 65_537, 4, 0xffffff + 2)) {
                    // Given
                    ReplyTracker tracker = tracker(eof);
                    tracker.commandSent(Command.replyTo(Command.COM_QUERY));
                    feed(tracker, header, 1000);
                    // When
                    feedSlices(tracker, row, piece == 4 ? LONG_STEPS : new int[] {piece});
                    // Then
                    assertThat(tracker.isIdle()).isFalse();
                    feed(tracker, end, 1000);
                    assertIdle(tracker);
                    assertThat(tracker.isInTransaction()).isTrue();
                }
            }
        }
    }

    /** Sizes that split headers in the middle: the first of the row, and those that follow. */
    private static final int[] LONG_STEPS = {3, 2, 0xffffff - 2, 1, 2, 0xffffff, 1, 1, 3, 5};

    private static void feedSlices(ReplyTracker tracker, ByteBuf bytes, int... sizes) {
        int from = 0;
        for (int i = 0; from < bytes.writerIndex(); i++) {
            int size = Math.min(sizes[i % sizes.length], bytes.writerIndex() - from);
            assertThat(tracker.onBytes(bytes.slice(from, size))).isEqualTo(size);
            from += size;
        }
    }

    /** A row in packets of 0xffffff bytes and a last one that is shorter, maybe empty. */
    private static ByteBuf longRow(int first, int length) {
        byte[] filler = new byte[0xffffff];
        Arrays.fill(filler, (byte) 0xfe);
        List<byte[]> parts = new ArrayList<>();
        int left = length;
        for (int sequence = 10; left >= 0; sequence++) {
            int payload = Math.min(left, 0xffffff);
            parts.add(
                    Bytes.of(
                            payload & 0xff, payload >>> 8 & 0xff, payload >>> 16 & 0xff, sequence));
            if (sequence == 10) {
                parts.add(Bytes.of(first));
            }
            parts.add(payload == 0xffffff ? filler : new byte[payload]);
            if (sequence == 10) {
                parts.set(2, Arrays.copyOf(parts.get(2), payload - 1));
            }
            left = payload == 0xffffff ? left - payload : -1;
        }
        return Unpooled.wrappedBuffer(parts.toArray(byte[][]::new));
    }

    @Test
    void staysInsideAnOkThatIsLongerThanAPacket() {
        // Given: an OK whose text runs over the limit
        byte[] head = {0, 0, 0, 2, 0, 0, 0};
        byte[] reply =
                Bytes.of(
                        Bytes.packet(1, head, new byte[0xffffff - head.length]),
                        Bytes.packet(2, "rest"));
        ReplyTracker tracker = tracker(true);
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        // When / Then
        feed(tracker, Arrays.copyOf(reply, reply.length - 1), 1_000_000);
        assertThat(tracker.isIdle()).isFalse();
        feed(tracker, Arrays.copyOfRange(reply, reply.length - 1, reply.length), 1);
        assertIdle(tracker);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStreamGoesOnUntilItsEndAndThenTheNextReplyComes(boolean eof) {
        // Given
        var tracker = tracker(eof);
        tracker.commandSent(ReplyShape.OK);
        assertThat(tracker.isStreaming()).isFalse();
        tracker.commandSent(ReplyShape.STREAM);
        // When: events, one of them of several packets and with bytes like an EOF behind the first
        byte[] part = new byte[0xffffff];
        byte[] events =
                server(eof)
                        .ok(AUTOCOMMIT)
                        .next()
                        .packet(0, "an event")
                        .packet((Object) part)
                        .packet(0xfe, 0, 0)
                        .packet(0, 0xfe, 0xff)
                        .bytes();
        feed(tracker, events, 1000);
        // Then
        assertThat(tracker.isStreaming()).isTrue();
        assertThat(tracker.isIdle()).isFalse();
        // When
        feed(tracker, server(eof).end(AUTOCOMMIT | MORE_RESULTS).bytes(), 1000);
        // Then
        assertThat(tracker.isStreaming()).isFalse();
        assertIdle(tracker);
    }

    @Test
    void anErrorEndsAStream() {
        // Given
        var tracker = tracker(true);
        tracker.commandSent(ReplyShape.STREAM);
        // When
        feed(tracker, server(true).packet(0, "an event").err().bytes(), 1000);
        // Then
        assertThat(tracker.isStreaming()).isFalse();
        assertIdle(tracker);
    }

    @Test
    void isFullWithAsManyCommandsAsItMayHave() {
        // Given
        ReplyTracker tracker = tracker(true);
        byte[] ok = server(true).ok(AUTOCOMMIT).bytes();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < ReplyTracker.MAX_PENDING; i++) {
                assertThat(tracker.isFull()).isFalse();
                tracker.commandSent(Command.replyTo(Command.COM_QUERY));
            }
            // When / Then
            assertThat(tracker.isFull()).isTrue();
            assertThat(tracker.unanswered()).isEqualTo(ReplyTracker.MAX_PENDING);
            assertThatThrownBy(() -> tracker.commandSent(Command.replyTo(Command.COM_QUERY)))
                    .isInstanceOf(IllegalStateException.class);
            for (int i = 0; i < ReplyTracker.MAX_PENDING; i++) {
                feed(tracker, ok, 100);
            }
            assertIdle(tracker);
        }
    }

    @Test
    void knowsWhetherTheOldestUnansweredCommandHasAnAnswerYet() {
        // Given
        ReplyTracker tracker = tracker(true);
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        tracker.commandSent(Command.replyTo(Command.COM_QUERY));
        // When / Then
        assertThat(tracker.hasReplyBegun()).isFalse();
        feed(tracker, new byte[] {7}, 1);
        assertThat(tracker.hasReplyBegun()).isTrue();
        feed(tracker, Bytes.of(0, 0, 1, 0, 0, 0, 2, 0, 0, 0), 100);
        assertThat(tracker.hasReplyBegun()).isFalse();
        assertThat(tracker.unanswered()).isEqualTo(1);
        feed(tracker, Bytes.packet(1, 1), 100);
        assertThat(tracker.hasReplyBegun()).isTrue();
    }

    @Test
    void takesEveryByteForUnaskedWhileNothingIsUnanswered() {
        // Given
        ReplyTracker tracker = tracker(true);
        // When / Then
        assertThat(feed(tracker, Bytes.packet(0, 0xff, 1, 2), 100)).isZero();
        assertIdle(tracker);
    }

    @Test
    void anOkWhereTheDefinitionsShouldEndIsNotReadBeyondItsFirstByte() {
        // Given: one column, its definition, and an OK instead of the EOF; each byte for itself
        byte[] reply =
                Bytes.of(Bytes.packet(1, 1), Bytes.packet(2, 3), Bytes.packet(3, 0, 0, 0, 1, 0));
        ReplyTracker tracker = tracker(false);
        tracker.commandSent(ReplyShape.RESULTS);

        // When / Then
        assertThat(feed(tracker, reply, 1)).isEqualTo(reply.length);
        assertThat(tracker.isInTransaction()).isFalse();
    }

    @Property(tries = 20_000)
    void neverThrowsAndNeverDependsOnTheSplitWhateverTheServerSays(
            @ForAll @Size(max = 80) byte[] bytes,
            @ForAll @IntRange(min = 1, max = 9) int piece,
            @ForAll @Size(max = 4) List<@IntRange(min = 0, max = 0x20) Integer> commands,
            @ForAll boolean eof,
            @ForAll long seed) {
        // Given
        byte[] packets = framed(bytes, new Random(seed));
        ReplyTracker atOnce = tracker(eof);
        ReplyTracker inPieces = tracker(eof);
        for (int command : commands) {
            atOnce.commandSent(Command.replyTo(command));
            inPieces.commandSent(Command.replyTo(command));
        }
        // When
        int consumed = feed(atOnce, packets, Math.max(1, packets.length));
        // Then
        assertThat(feed(inPieces, packets, piece)).isEqualTo(consumed);
        assertThat(inPieces.isIdle()).isEqualTo(atOnce.isIdle());
        assertThat(inPieces.isInTransaction()).isEqualTo(atOnce.isInTransaction());
        assertThat(inPieces.unanswered()).isEqualTo(atOnce.unanswered());
        assertThat(inPieces.hasReplyBegun()).isEqualTo(atOnce.hasReplyBegun());
        assertThat(inPieces.isLocalInfileWanted()).isEqualTo(atOnce.isLocalInfileWanted());
    }

    /** Random bytes in packets of random small sizes, so that they get past the first header. */
    private static byte[] framed(byte[] bytes, Random random) {
        List<Object> packets = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int length = Math.min(bytes.length - from, random.nextInt(12));
            packets.add(
                    Bytes.packet(
                            packets.size(),
                            (Object) Arrays.copyOfRange(bytes, from, from + length)));
            from += Math.max(1, length);
        }
        return Bytes.of(packets.toArray());
    }
}
