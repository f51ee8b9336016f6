package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Broken;
import dev.homeport.router.fuzz.Capture;
import dev.homeport.router.protocol.Command.ReplyShape;
import dev.homeport.router.protocol.SlowReplies.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The tracker makes of recorded replies, whole and broken, what a simple reader of whole packets
 * makes of them, wherever they are cut; and what stands behind the bytes makes no difference.
 */
class ReplyTrackerAgainstSlowRepliesTest {
    private static final int AROUND = 32;
    private static final long AS_RECORDED = -1;

    /**
     * What a server said to commands.
     *
     * @param replies all bytes, maybe broken
     */
    record Said(long capabilities, List<ReplyShape> commands, List<Byte> replies) {
        byte[] bytes() {
            byte[] bytes = new byte[replies.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = replies.get(i);
            }
            return bytes;
        }
    }

    private static Said said(long capabilities, List<ReplyShape> commands, byte[] replies) {
        Byte[] boxed = new Byte[replies.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = replies[i];
        }
        return new Said(capabilities, commands, List.of(boxed));
    }

    private static byte[] replies(Capture capture) {
        var out = new ByteArrayOutputStream();
        capture.commands().stream()
                .filter(turn -> !turn.fromClient())
                .forEach(turn -> out.writeBytes(turn.packet().bytes()));
        return out.toByteArray();
    }

    /** Of the commands that the router lets through. A file's packets are none. */
    private static List<ReplyShape> shapes(Capture capture) {
        return capture.commands().stream()
                .filter(Capture.Turn::fromClient)
                .map(turn -> turn.packet().bytes())
                .filter(packet -> packet.length > 4 && packet[3] == 0)
                .map(ReplyTrackerAgainstSlowRepliesTest::shape)
                .toList();
    }

    private static ReplyShape shape(byte[] packet) {
        int command = packet[4] & 0xff;
        boolean wantsCursor =
                command == Command.COM_STMT_EXECUTE && packet.length > 9 && packet[9] != 0;
        return wantsCursor ? ReplyShape.RESULTS_OR_CURSOR : Command.replyTo(command);
    }

    @Provide
    Arbitrary<Said> broken() {
        List<Capture> captures = Capture.all();
        List<byte[]> all = captures.stream().map(one -> replies(one)).toList();
        return Combinators.combine(
                        Arbitraries.of(captures),
                        Arbitraries.of(all),
                        Broken.mutations().list().ofMaxSize(4),
                        Arbitraries.of(AS_RECORDED, AS_RECORDED, AS_RECORDED, 0L)
                                .flatMap(
                                        first ->
                                                first != 0
                                                        ? Arbitraries.just(first)
                                                        : capabilities()),
                        Arbitraries.of(ReplyShape.class).list().ofMaxSize(3))
                .as(
                        (capture, other, mutations, capabilities, more) -> {
                            byte[] bytes = replies(capture);
                            for (var mutation : mutations) {
                                bytes = mutation.applyTo(bytes, other);
                            }
                            return capabilities == AS_RECORDED
                                    ? said(capture.capabilities(), shapes(capture), bytes)
                                    : said(capabilities, more, bytes);
                        });
    }

    /**
     * What no server ever said: packets of every kind in any order, so that each meets every moment
     * of a reply.
     */
    @Provide
    Arbitrary<Said> improvised() {
        return Combinators.combine(
                        packets().list().ofMaxSize(16),
                        Broken.mutations().list().ofMaxSize(1),
                        capabilities(),
                        Arbitraries.of(ReplyShape.class).list().ofMinSize(1).ofMaxSize(4))
                .as(
                        (packets, mutations, capabilities, commands) -> {
                            byte[] bytes = Bytes.of(packets.toArray());
                            for (var mutation : mutations) {
                                bytes = mutation.applyTo(bytes, bytes);
                            }
                            return said(capabilities, commands, bytes);
                        });
    }

    private static Arbitrary<byte[]> packets() {
        Arbitrary<Integer> status =
                Arbitraries.of(
                        StatusFlags.SERVER_STATUS_AUTOCOMMIT,
                        StatusFlags.SERVER_STATUS_IN_TRANS,
                        StatusFlags.SERVER_MORE_RESULTS_EXISTS,
                        StatusFlags.SERVER_STATUS_CURSOR_EXISTS,
                        StatusFlags.SERVER_STATUS_IN_TRANS | StatusFlags.SERVER_MORE_RESULTS_EXISTS,
                        StatusFlags.SERVER_STATUS_CURSOR_EXISTS
                                | StatusFlags.SERVER_MORE_RESULTS_EXISTS);
        return Combinators.combine(Arbitraries.integers().between(0, 15), status)
                .as(ReplyTrackerAgainstSlowRepliesTest::packet);
    }

    private static byte[] packet(int kind, int status) {
        return switch (kind) {
            case 0 -> Bytes.packet(1); // empty
            case 1, 2 -> Bytes.packet(1, 0x00, 0, 0, status, 0, 0, 0); // OK
            case 3 -> Bytes.packet(1, 0x00, 0xfc, 1, 1, 0xfd, 1, 1, 1, status, 0, 0, 0, "info");
            case 4 -> Bytes.packet(1, 0xff, 1, 4, "#42000no"); // ERR
            case 5 -> Bytes.packet(1, 0xff, 0xff, 0xff, 1, 2, 3); // progress
            case 6, 7, 8 -> Bytes.packet(1, 0xfe, 0, 0, status, 0); // EOF
            case 9 -> Bytes.packet(1, 0xfe, 0, 0, status, 0, 0, 0); // OK for EOF
            case 10 -> Bytes.packet(1, 0xfe, 0, 0, status, 0, 0, 0, 0, 0, 0); // longer than any EOF
            case 11 -> Bytes.packet(1, 0xfb, "/etc/hosts");
            case 12 -> Bytes.packet(1, 1 + status % 3); // columns, or a row
            case 13 -> Bytes.packet(1, 2, status % 2); // columns, with or without definitions
            case 14 -> Bytes.packet(1, 0, 1, 0, 0, 0, status % 3, 0, 1, 0, 0, 0, 0, status % 2);
            default -> Bytes.packet(1, 3, "def", 1, "x"); // a definition, or a row
        };
    }

    /** Any that change where packets end, or what they are. */
    private static Arbitrary<Long> capabilities() {
        return Arbitraries.of(
                        Capabilities.CLIENT_DEPRECATE_EOF,
                        Capabilities.CLIENT_OPTIONAL_RESULTSET_METADATA,
                        Capabilities.MARIADB_CLIENT_CACHE_METADATA,
                        Capabilities.MARIADB_CLIENT_PROGRESS)
                .set()
                .map(some -> some.stream().mapToLong(one -> one).sum());
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Broken.pieces();
    }

    private static ReplyTracker tracker(Said said) {
        var tracker = new ReplyTracker(said.capabilities(), StatusFlags.SERVER_STATUS_AUTOCOMMIT);
        said.commands().forEach(tracker::commandSent);
        return tracker;
    }

    /** The bytes between others that are none of theirs. */
    private static ByteBuf between(byte[] bytes, int around) {
        ByteBuf in = Unpooled.buffer(2 * AROUND + bytes.length);
        for (int i = 0; i < in.capacity(); i++) {
            in.setByte(i, around);
        }
        return in.setIndex(AROUND, AROUND).writeBytes(bytes);
    }

    /** Feeds the bytes in pieces; gives back how many belonged to replies. */
    private static int feed(ReplyTracker tracker, List<byte[]> pieces, int around) {
        int consumed = 0;
        for (byte[] piece : pieces) {
            ByteBuf in = between(piece, around);
            int next = tracker.onBytes(in);
            assertThat(next).isBetween(AROUND, in.writerIndex());
            assertThat(in.readerIndex()).isEqualTo(AROUND);
            consumed += next - AROUND;
            if (next < in.writerIndex()) {
                break;
            }
        }
        return consumed;
    }

    private static void assertSame(ReplyTracker tracker, State expected) {
        assertThat(tracker.unanswered()).isEqualTo(expected.unanswered());
        assertThat(tracker.isIdle()).isEqualTo(expected.unanswered() == 0);
        assertThat(tracker.hasReplyBegun()).isEqualTo(expected.begun());
        assertThat(tracker.isInTransaction()).isEqualTo(expected.inTransaction());
        assertThat(tracker.isLocalInfileWanted()).isEqualTo(expected.fileWanted());
    }

    @Property(tries = 3000)
    void agreesOnWholePacketsOfBrokenReplies(
            @ForAll("broken") Said said,
            @ForAll("pieces") List<Integer> pieces,
            @ForAll byte around) {
        assertAgrees(said, pieces, around);
    }

    @Property(tries = 20_000)
    void agreesOnWholePacketsInAnyOrder(
            @ForAll("improvised") Said said,
            @ForAll("pieces") List<Integer> pieces,
            @ForAll byte around) {
        assertAgrees(said, pieces, around);
    }

    private static void assertAgrees(Said said, List<Integer> pieces, int around) {
        // Given
        List<byte[]> packets = SlowReplies.wholePackets(said.bytes());
        int whole = packets.stream().mapToInt(packet -> packet.length + 4).sum();
        byte[] bytes = Arrays.copyOf(said.bytes(), whole);
        State expected =
                SlowReplies.read(
                        packets,
                        said.commands(),
                        said.capabilities(),
                        StatusFlags.SERVER_STATUS_AUTOCOMMIT);
        ReplyTracker tracker = tracker(said);
        // When
        int consumed = feed(tracker, Broken.cut(bytes, pieces), around);
        // Then
        assertSame(tracker, expected);
        assertThat(consumed)
                .isEqualTo(
                        packets.subList(0, expected.consumed()).stream()
                                .mapToInt(packet -> packet.length + 4)
                                .sum());
    }

    @Property(tries = 3000)
    void makesTheSameOfBrokenRepliesWhereverTheyAreCut(
            @ForAll("broken") Said said, @ForAll("pieces") List<Integer> pieces) {
        assertIndependentOfCuts(said, pieces);
    }

    @Property(tries = 10_000)
    void makesTheSameOfPacketsInAnyOrderWhereverTheyAreCut(
            @ForAll("improvised") Said said, @ForAll("pieces") List<Integer> pieces) {
        assertIndependentOfCuts(said, pieces);
    }

    private static void assertIndependentOfCuts(Said said, List<Integer> pieces) {
        // Given
        ReplyTracker atOnce = tracker(said);
        ReplyTracker inPieces = tracker(said);
        // When
        int consumed = feed(atOnce, List.of(said.bytes()), 0xff);
        // Then
        assertThat(feed(inPieces, Broken.cut(said.bytes(), pieces), 0x00)).isEqualTo(consumed);
        assertThat(inPieces.unanswered()).isEqualTo(atOnce.unanswered());
        assertThat(inPieces.isIdle()).isEqualTo(atOnce.isIdle());
        assertThat(inPieces.hasReplyBegun()).isEqualTo(atOnce.hasReplyBegun());
        assertThat(inPieces.isInTransaction()).isEqualTo(atOnce.isInTransaction());
        assertThat(inPieces.isLocalInfileWanted()).isEqualTo(atOnce.isLocalInfileWanted());
    }

    @Test
    void bothFollowWhatWasRecordedToItsEnd() {
        List<String> answered =
                Capture.all().stream()
                        .filter(capture -> capture.name().startsWith("m"))
                        .map(
                                capture -> {
                                    Said said =
                                            said(
                                                    capture.capabilities(),
                                                    shapes(capture),
                                                    replies(capture));
                                    State state =
                                            SlowReplies.read(
                                                    SlowReplies.wholePackets(said.bytes()),
                                                    said.commands(),
                                                    said.capabilities(),
                                                    0);
                                    assertThat(state.unanswered()).as(capture.name()).isZero();
                                    assertThat(state.consumed()).isPositive();
                                    ReplyTracker tracker = tracker(said);
                                    feed(tracker, List.of(said.bytes()), 0);
                                    assertThat(tracker.isIdle()).as(capture.name()).isTrue();
                                    return capture.name();
                                })
                        .toList();
        assertThat(answered).hasSizeGreaterThan(5);
    }
}
