package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Broken;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.session.CommandForwarder.Decision;
import dev.homeport.router.session.CommandForwarder.Gate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandForwarderTest {
    /** First bytes of commands that the fake gate treats in their own way. */
    private static final int PASSES = 3;

    private static final int ANSWERED = 'A';
    private static final int WANTS_TEN_BYTES = 'N';
    private static final int WAITS = 'W';
    private static final int FILE = 'F';

    private final FakeGate gate = new FakeGate();
    private final CommandForwarder forwarder = new CommandForwarder(gate, ByteBufAllocator.DEFAULT);

    @AfterEach
    void closes() {
        forwarder.close();
        gate.release();
    }

    /** Writes down what happens, and decides by a command's first byte. */
    private static final class FakeGate implements Gate {
        final List<String> events = new ArrayList<>();
        final CompositeByteBuf forwarded = Unpooled.compositeBuffer(1024);
        boolean busy = true;
        boolean fileWanted;
        boolean nothingOwed = true;
        long mostPacketBytes = Long.MAX_VALUE;

        @Override
        public boolean mayPassOn(ByteBuf in, int index, int end) {
            return true;
        }

        @Override
        public Decision onCommand(ByteBuf in, int index, int end, boolean whole) {
            int command = in.getUnsignedByte(index);
            return switch (command) {
                case ANSWERED -> Decision.ANSWER;
                case WANTS_TEN_BYTES -> {
                    if (!whole && end - index < 10) {
                        yield Decision.NEED_MORE;
                    }
                    yield passed(command);
                }
                case WAITS -> busy ? Decision.WAIT : passed(command);
                case FILE -> {
                    fileWanted = true;
                    yield passed(command);
                }
                default -> passed(command);
            };
        }

        private Decision passed(int command) {
            events.add("command " + (char) command);
            return Decision.FORWARD;
        }

        @Override
        public void answer(int sequence) {
            events.add("answer " + sequence + " after " + forwarded.readableBytes());
        }

        @Override
        public boolean isFileWanted() {
            return fileWanted;
        }

        @Override
        public boolean isFileInOrder(int sequence) {
            return true;
        }

        @Override
        public void onFileEnd() {
            fileWanted = false;
            events.add("file end");
        }

        @Override
        public void forward(ByteBuf bytes) {
            forwarded.addComponent(true, bytes);
        }

        @Override
        public long mostPacketBytes() {
            return mostPacketBytes;
        }

        @Override
        public boolean isNothingOwed() {
            return nothingOwed;
        }

        @Override
        public void onTooLarge(int sequence) {
            events.add("too large " + sequence);
        }

        @Override
        public void onMalformed(int sequence, String why) {
            events.add("malformed " + sequence);
        }

        byte[] bytes() {
            return ByteBufUtil.getBytes(forwarded);
        }

        void release() {
            if (forwarded.refCnt() > 0) {
                forwarded.release();
            }
        }
    }

    private static ByteBuf copy(byte[] bytes, int from, int to) {
        return ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes, from, to - from);
    }

    private static void feed(CommandForwarder forwarder, byte[] bytes, int... cuts) {
        int from = 0;
        for (int cut : cuts) {
            forwarder.onBytes(copy(bytes, from, cut));
            from = cut;
        }
        forwarder.onBytes(copy(bytes, from, bytes.length));
    }

    private static void feedByByte(CommandForwarder forwarder, byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            forwarder.onBytes(copy(bytes, i, i + 1));
        }
    }

    /** The same events and bytes, wherever the input is split. */
    private static void assertEverywhere(byte[] in, byte[] forwarded, String... events) {
        for (int cut = 0; cut <= in.length; cut++) {
            var gate = new FakeGate();
            var forwarder = new CommandForwarder(gate, ByteBufAllocator.DEFAULT);
            if (cut == 0) {
                feedByByte(forwarder, in);
            } else {
                feed(forwarder, in, cut);
            }
            assertThat(gate.events).as("split at %d", cut).containsExactly(events);
            assertThat(gate.bytes()).as("split at %d", cut).isEqualTo(forwarded);
            forwarder.close();
            gate.release();
        }
    }

    @Test
    void passesCommandsOnAsTheyCome() {
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, PASSES, "SELECT 1"),
                        Bytes.packet(0, PASSES),
                        Bytes.packet(0, PASSES, "x".repeat(30)));
        assertEverywhere(in, in, "command \3", "command \3", "command \3");
    }

    @Test
    void passesAWholeReadOnWithoutASlice() {
        // Given
        ByteBuf in = Bytes.buffer(Bytes.packet(0, PASSES, "SELECT 1"));
        // When
        forwarder.onBytes(in);
        // Then
        assertThat(gate.forwarded.internalComponent(0).unwrap()).isSameAs(in.unwrap());
        assertThat(in.refCnt()).isEqualTo(1);
    }

    @Test
    void gathersTheBeginningThatItsGateNeeds() {
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, PASSES),
                        Bytes.packet(0, WANTS_TEN_BYTES, "123456789 and more"),
                        Bytes.packet(0, WANTS_TEN_BYTES, "short"));
        assertEverywhere(in, in, "command \3", "command N", "command N");
    }

    @Test
    void answersInPlaceOfTheInstanceWhenTheCommandIsReadOver() {
        byte[] before = Bytes.packet(0, PASSES, "before");
        byte[] after = Bytes.packet(0, PASSES, "after");
        byte[] in =
                Bytes.of(
                        before,
                        Bytes.packet(0, ANSWERED, "KILL 42"),
                        after,
                        Bytes.packet(7, ANSWERED));
        assertEverywhere(
                in,
                Bytes.of(before, after),
                "command \3",
                "answer 0 after " + before.length,
                "command \3",
                "answer 7 after " + (before.length + after.length));
    }

    @Test
    void readsAnAnsweredCommandOfSeveralPacketsOverToItsLast() {
        // Given
        byte[] part = new byte[0xffffff];
        part[0] = ANSWERED;
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, (Object) part),
                        Bytes.packet(1, (Object) part),
                        Bytes.packet(2),
                        Bytes.packet(0, PASSES));
        // When
        feed(forwarder, in, 1, 5, 70_000, 0xffffff + 5, in.length - 9);
        // Then
        assertThat(gate.events).containsExactly("answer 2 after 0", "command \3");
        assertThat(gate.bytes()).isEqualTo(Bytes.packet(0, PASSES));
        assertThat(forwarder.lastSequence()).isZero();
    }

    @Test
    void looksForNoCommandInTheFollowingPacketsOfALongOne() {
        // Given
        byte[] part = new byte[0xffffff];
        part[0] = PASSES;
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, (Object) part),
                        Bytes.packet(1, ANSWERED, "still the first"),
                        Bytes.packet(0, PASSES));
        // When
        feed(forwarder, in, 3, 4, 0xffffff, 0xffffff + 6, in.length - 3);
        // Then
        assertThat(gate.events).containsExactly("command \3", "command \3");
        assertThat(gate.bytes()).isEqualTo(in);
        assertThat(forwarder.lastSequence()).isZero();
    }

    @Test
    void takesAnEmptyPacketBehindAFullOneForItsEnd() {
        // Given
        byte[] part = new byte[0xffffff];
        part[0] = PASSES;
        byte[] in = Bytes.of(Bytes.packet(0, (Object) part), Bytes.packet(1));
        // When
        feed(forwarder, in, in.length - 2);
        // Then
        assertThat(gate.events).containsExactly("command \3");
        assertThat(gate.bytes()).isEqualTo(in);
        assertThat(forwarder.lastSequence()).isEqualTo(1);
    }

    @Test
    void passesAFileOnUpToItsEmptyPacket() {
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, FILE, "LOAD DATA LOCAL"),
                        Bytes.packet(2, ANSWERED, "content"),
                        Bytes.packet(3, WAITS),
                        Bytes.packet(4),
                        Bytes.packet(0, PASSES));
        assertEverywhere(in, in, "command F", "file end", "command \3");
    }

    @Test
    void passesAFileOnThatEndsOnAFullPacket() {
        // Given
        byte[] part = new byte[0xffffff];
        byte[] in =
                Bytes.of(
                        Bytes.packet(0, FILE),
                        Bytes.packet(2, (Object) part),
                        Bytes.packet(3), // ends the full one
                        Bytes.packet(4, ANSWERED, "more"),
                        Bytes.packet(5), // ends the file
                        Bytes.packet(0, ANSWERED));
        // When
        feed(forwarder, in, 6, 100_000, 0xffffff + 10, in.length - 7);
        // Then
        assertThat(gate.events)
                .containsExactly("command F", "file end", "answer 0 after " + (in.length - 5));
        assertThat(gate.bytes()).isEqualTo(Arrays.copyOf(in, in.length - 5));
    }

    @Test
    void holdsACommandAndAllBehindItUntilItMayGoOn() {
        byte[] before = Bytes.packet(0, PASSES, "before");
        byte[] in = Bytes.of(before, Bytes.packet(0, WAITS, "x"), Bytes.packet(0, PASSES, "after"));
        for (int cut = 1; cut < in.length; cut++) {
            // Given
            var busy = new FakeGate();
            var waiting = new CommandForwarder(busy, ByteBufAllocator.DEFAULT);
            feed(waiting, in, cut);
            // When / Then
            assertThat(waiting.isWaiting()).isTrue();
            assertThat(busy.bytes()).isEqualTo(before);
            waiting.resume();
            assertThat(waiting.isWaiting()).isTrue();
            busy.busy = false;
            waiting.resume();
            assertThat(waiting.isWaiting()).isFalse();
            assertThat(busy.events).containsExactly("command \3", "command W", "command \3");
            assertThat(busy.bytes()).isEqualTo(in);
            waiting.close();
            busy.release();
        }
    }

    @Test
    void resumesNothingWhereNothingWaits() {
        // When
        forwarder.resume();
        // Then
        assertThat(gate.events).isEmpty();
    }

    @Test
    void refusesAPacketWithoutACommand() {
        // When
        feed(forwarder, Bytes.packet(5), 2);
        // Then
        assertThat(gate.events).containsExactly("malformed 5");
        assertThat(gate.bytes()).isEmpty();
    }

    @Test
    void refusesACommandThatIsTooLargeByItsHeaderAlone() {
        // Given
        gate.mostPacketBytes = 10;
        byte[] before = Bytes.packet(0, PASSES, "123456789");
        // When
        feed(forwarder, Bytes.of(before, Bytes.packet(3, PASSES, "1234567890")), before.length + 4);
        // Then
        assertThat(gate.events).containsExactly("command \3", "too large 3");
        assertThat(gate.bytes()).isEqualTo(before);
    }

    @Test
    void countsAllPacketsOfACommandButEachCommandAlone() {
        // Given
        gate.mostPacketBytes = 0xffffff + 5;
        byte[] part = new byte[0xffffff];
        part[0] = PASSES;
        byte[] taken = Bytes.of(Bytes.packet(0, (Object) part), Bytes.packet(1, "12345"));
        byte[] tooLarge = Bytes.of(Bytes.packet(0, (Object) part), Bytes.packet(1, "123456"));
        // When
        feed(forwarder, Bytes.of(taken, taken, tooLarge));
        // Then
        assertThat(gate.events)
                .containsExactly("command \3", "command \3", "command \3", "too large 1");
        assertThat(gate.bytes()).isEqualTo(Bytes.of(taken, taken, Bytes.packet(0, (Object) part)));
    }

    @Test
    void holdsWhatMayGetTooLargeUntilItsAnswerWouldBeTheNext() {
        // Given
        gate.mostPacketBytes = 0xffffff + 5;
        gate.nothingOwed = false;
        byte[] part = new byte[0xffffff];
        part[0] = PASSES;
        byte[] in = Bytes.of(Bytes.packet(0, (Object) part), Bytes.packet(1));
        // When
        feed(forwarder, in);
        // Then
        assertThat(gate.events).isEmpty();
        assertThat(forwarder.isWaiting()).isTrue();
        // When
        gate.nothingOwed = true;
        forwarder.resume();
        // Then
        assertThat(gate.events).containsExactly("command \3");
        assertThat(gate.bytes()).isEqualTo(in);
    }

    @Test
    void countsEachPieceOfAFileAlone() {
        // Given
        gate.mostPacketBytes = 8;
        byte[] start = Bytes.packet(0, FILE, "LOAD");
        byte[] piece = Bytes.packet(2, "12345678");
        // When: the server waits for it, so that it owes an answer all the while
        forwarder.onBytes(Bytes.buffer(start));
        gate.nothingOwed = false;
        feed(forwarder, Bytes.of(piece, piece, piece, Bytes.packet(5, "123456789")));
        // Then
        assertThat(gate.events).containsExactly("command F", "too large 5");
        assertThat(gate.bytes()).isEqualTo(Bytes.of(start, piece, piece, piece));
    }

    @Test
    void dropsEverythingOnceClosed() {
        // Given
        feed(forwarder, Bytes.packet(0, WAITS, "held"), 2);
        // When
        forwarder.close();
        assertThat(forwarder.isWaiting()).isFalse();
        feed(forwarder, Bytes.packet(0, PASSES), 2);
        forwarder.resume();
        forwarder.close();
        // Then
        assertThat(gate.bytes()).isEmpty();
    }

    @Property(tries = 500)
    void passesEveryByteOnWhateverTheSplit(
            @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 40) Integer> lengths,
            @ForAll @Size(max = 6) List<@IntRange(min = 0, max = 200) Integer> cuts,
            @ForAll boolean thirsty) {
        // Given
        byte[] in =
                Bytes.of(
                        lengths.stream()
                                .map(length -> Bytes.packet(0, command(thirsty, length)))
                                .toArray());
        int[] sorted = cuts.stream().mapToInt(cut -> Math.min(cut, in.length)).sorted().toArray();
        var open = new FakeGate();
        var passing = new CommandForwarder(open, ByteBufAllocator.DEFAULT);
        // When
        feed(passing, in, sorted);
        // Then
        assertThat(open.bytes()).isEqualTo(in);
        assertThat(open.events).hasSameSizeAs(lengths);
        passing.close();
        open.release();
    }

    @Provide
    Arbitrary<byte[]> streams() {
        List<byte[]> streams = new ArrayList<>(Broken.packets(true));
        streams.add(
                Bytes.of(
                        Bytes.packet(0, PASSES, "SELECT 1"),
                        Bytes.packet(0, ANSWERED, "KILL 42"),
                        Bytes.packet(0, WANTS_TEN_BYTES, "123456789 and more"),
                        Bytes.packet(0, FILE, "LOAD DATA LOCAL"),
                        Bytes.packet(2, ANSWERED, "content"),
                        Bytes.packet(3),
                        Bytes.packet(0, WAITS, "x"),
                        Bytes.packet(0, PASSES)));
        return Broken.of(streams);
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Broken.pieces();
    }

    @Property(tries = 3000)
    void makesTheSameOfBrokenStreamsWhereverTheyAreCut(
            @ForAll("streams") byte[] stream, @ForAll("pieces") List<Integer> pieces) {
        assertThat(outcome(Broken.cut(stream, pieces))).isEqualTo(outcome(List.of(stream)));
    }

    /** Events and bytes, as text; memory is given back in the end. */
    private static List<String> outcome(List<byte[]> pieces) {
        var allocator = new UnpooledByteBufAllocator(false);
        var open = new FakeGate();
        var forwarder = new CommandForwarder(open, allocator);
        for (byte[] piece : pieces) {
            forwarder.onBytes(allocator.buffer().writeBytes(piece));
        }
        open.busy = false;
        forwarder.resume();
        List<String> outcome = new ArrayList<>(open.events);
        // Where a refused packet is met again with each piece, once is what counts.
        List<String> distinct = outcome.stream().distinct().toList();
        if (distinct.stream().anyMatch(event -> event.startsWith("malformed"))) {
            outcome = new ArrayList<>(distinct);
        }
        outcome.add(ByteBufUtil.hexDump(open.forwarded));
        forwarder.close();
        open.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        return outcome;
    }

    private static Object command(boolean thirsty, int length) {
        byte[] payload = new byte[length];
        payload[0] = (byte) (thirsty ? WANTS_TEN_BYTES : PASSES);
        return payload;
    }
}
