package dev.homeport.router.compression;

import static dev.homeport.router.protocol.Bytes.packet;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.topology.Compression;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionCodecTest {
    private static final int COM_QUERY = 3;

    /** MySQL source docs, "Compressed Packet": three frames of that page, and what is in them. */
    private static final byte[] DOCS_SELECT_1 = hex("0d000000000000 09000000 0353454c4543542031");

    private static final byte[] DOCS_SELECT_TEXT =
            hex(
                    "22000000320000 789cd36360606 02e4ecd494d2e5150"
                            + "3230343236313533b7b0c4cd52020 00cd10a6c");

    private static final byte[] DOCS_RESULT =
            hex(
                    "4a000001770000 789c636460606454656060624e494d636060e0"
                            + "2f4a2d484d2cd1504a54d2513035d064e0e1"
                            + "6030028aff656490676060656060fe0754cc60cc"
                            + "c0c062944832"
                            + "00ea6705eb0700 8df91c64");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    private static byte[] text(int bytes) {
        return "all work and no play "
                .repeat(bytes / 21 + 1)
                .substring(0, bytes)
                .getBytes(StandardCharsets.US_ASCII);
    }

    // ------------------------------------------------------------------------------------ reading

    @Test
    void readsTheExamplesOfTheDocs() {
        try (Leg client = Leg.ofClient(Compression.ZLIB);
                Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            // When / Then
            client.peerSends(DOCS_SELECT_1);
            assertThat(client.read()).isEqualTo(packet(0, COM_QUERY, "SELECT 1"));
            client.peerSends(DOCS_SELECT_TEXT);
            assertThat(client.read())
                    .isEqualTo(
                            packet(
                                    0,
                                    COM_QUERY,
                                    "select \"012345678901234567890123456789012345\""));
            instance.sessionWrites(packet(0, COM_QUERY, "SELECT repeat(\"a\", 50)"));
            instance.peerSends(DOCS_RESULT);
            assertThat(instance.read()).hasSize(0x77).endsWith(packet(5, 0xfe, 0, 0, 2, 0));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void readsFramesThatAreSplitAnywhere(Compression algorithm) {
        // Given
        byte[] command = packet(0, COM_QUERY, text(150));
        byte[] wire =
                Bytes.of(
                        Frames.compressed(algorithm, 0, Arrays.copyOf(command, 100)),
                        Frames.stored(1, Arrays.copyOfRange(command, 100, command.length)));
        for (int cut = 0; cut <= wire.length; cut++) {
            try (Leg client = Leg.ofClient(algorithm)) {
                // When
                client.peerSends(wire, cut);
                // Then
                assertThat(client.read()).as("cut at %d", cut).isEqualTo(command);
                assertThat(client.session().errors).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void readsWhatComesByteByByte(Compression algorithm) {
        // Given
        byte[] command = packet(0, COM_QUERY, text(70_000));
        byte[] wire = Frames.compressed(algorithm, 0, command);
        int[] single = new int[wire.length];
        Arrays.fill(single, 1);
        try (Leg client = Leg.ofClient(algorithm)) {
            // When
            client.peerSends(wire, single);
            // Then
            assertThat(client.read()).isEqualTo(command);
        }
    }

    static Stream<Arguments> framesThatLie() {
        byte[] command = packet(0, COM_QUERY, text(1000));
        byte[] zlib = Frames.compress(Compression.ZLIB, command);
        byte[] zstd = Frames.compress(Compression.ZSTD, command);
        return Stream.of(
                        lie("more than announced", command.length - 1, zlib, zstd),
                        lie("half of it announced", command.length / 2, zlib, zstd),
                        lie("one byte announced", 1, zlib, zstd),
                        lie("less than announced", command.length + 1, zlib, zstd),
                        lie("much less than announced", 0xffffff, zlib, zstd),
                        lie("cut short", command.length, cut(zlib), cut(zstd)),
                        lie("only a byte", command.length, new byte[1], new byte[1]),
                        lie("something behind", command.length, longer(zlib), longer(zstd)),
                        lie("noise", 1000, noise(500), noise(500)),
                        lie("the other algorithm", command.length, zstd, zlib),
                        lie("without a checksum", command.length, spoilt(zlib), spoilt(zstd)),
                        lie("a dictionary", command.length, withDictionary(command), cut(zstd)))
                .flatMap(each -> each);
    }

    private static Stream<Arguments> lie(String what, int announced, byte[] zlib, byte[] zstd) {
        return Stream.of(
                Arguments.of(Compression.ZLIB, what, announced, zlib),
                Arguments.of(Compression.ZSTD, what, announced, zstd));
    }

    private static byte[] cut(byte[] payload) {
        return Arrays.copyOf(payload, payload.length - 1);
    }

    private static byte[] longer(byte[] payload) {
        return Arrays.copyOf(payload, payload.length + 1);
    }

    /** The last byte of zlib's checksum; with zstd, which has none here, the first of all. */
    private static byte[] spoilt(byte[] payload) {
        byte[] spoilt = payload.clone();
        boolean isZlib = payload[0] == 0x78;
        spoilt[isZlib ? payload.length - 1 : 0] ^= 1;
        return spoilt;
    }

    private static byte[] withDictionary(byte[] bytes) {
        var deflater = new Deflater();
        deflater.setDictionary(text(100));
        deflater.setInput(bytes);
        deflater.finish();
        byte[] room = new byte[bytes.length];
        int length = deflater.deflate(room);
        deflater.end();
        return Arrays.copyOf(room, length);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("framesThatLie")
    void endsWhereAFrameIsNotWhatItsHeaderAnnounces(
            Compression algorithm, String what, int announced, byte[] payload) {
        for (int cut : new int[] {0, 1, 7, 8, 20, payload.length + 6}) {
            try (Leg client = Leg.ofClient(algorithm)) {
                // When
                client.peerSends(Frames.frame(0, announced, payload), cut);
                client.peerSends(DOCS_SELECT_1);
                // Then
                assertThat(client.session().errors)
                        .as(what)
                        .singleElement()
                        .isInstanceOf(MalformedPacketException.class)
                        .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                        .startsWith("a compressed packet");
                assertThat(client.read().length).isLessThanOrEqualTo(announced);
            }
        }
    }

    static Stream<Arguments> framesOutOfTurn() {
        byte[] ping = packet(0, 14);
        byte[] half = Arrays.copyOf(ping, 3);
        return Stream.of(
                Arguments.of("begins with 1", Frames.stored(1, ping)),
                Arguments.of(
                        "goes on with 2", Bytes.of(Frames.stored(0, half), Frames.stored(2, half))),
                Arguments.of(
                        "goes on with 0", Bytes.of(Frames.stored(0, half), Frames.stored(0, half))),
                Arguments.of(
                        "second command has 2",
                        Bytes.of(Frames.stored(0, ping), Frames.stored(2, ping))),
                Arguments.of("is empty", Frames.stored(0, new byte[0])),
                Arguments.of("is empty and announced", Frames.frame(0, 5, new byte[0])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("framesOutOfTurn")
    void endsWhereAFrameIsNotTheNext(String what, byte[] wire) {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // When
            client.peerSends(wire);
            // Then
            assertThat(client.session().errors)
                    .as(what)
                    .singleElement()
                    .isInstanceOf(MalformedPacketException.class);
        }
    }

    @Test
    void makesNoCommandOfAPartOfAFile() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // Given: a file is asked for
            client.peerSends(Frames.stored(0, packet(0, 3, "LOAD")));
            client.sessionWrites(packet(1, 0xfb, "file"));
            client.peerSends(Frames.stored(2, packet(2, "a")));
            assertThat(client.read()).endsWith(packet(2, "a"));
            // When: its second part is counted from 0 again
            client.peerSends(Frames.stored(0, packet(3, 1)));
            // Then
            assertThat(client.session().errors)
                    .singleElement()
                    .isInstanceOf(MalformedPacketException.class)
                    .extracting(Throwable::getMessage)
                    .isEqualTo(
                            "a compressed packet of number 0 begins with a packet of id 3 instead"
                                    + " of 0");
            assertThat(client.read()).isEmpty();
        }
    }

    @Test
    void doesNotReadAReplyOutOfTurn() {
        try (Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            // Given
            instance.sessionWrites(packet(0, 14));
            // When
            instance.peerSends(Frames.stored(2, packet(1, 0, 0, 0, 2, 0, 0, 0)));
            // Then
            assertThat(instance.session().errors)
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("a compressed packet has number 2 instead of 1");
        }
    }

    @Test
    void takesABombApartOnlyAsFarAsTheSessionReads() {
        // Given: 16 MiB of zeros in 16 KiB
        byte[] bomb =
                Frames.compressed(
                        Compression.ZLIB, 0, Bytes.of(0xf0, 0xff, 0xff, 0, new byte[0xfffff0]));
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            client.session().appetite = 1;
            // When
            client.peerSends(bomb);
            // Then
            assertThat(client.session().pieces).isEqualTo(1);
            assertThat(client.session().largestPiece).isLessThan(70 * 1024);
            // When
            int before = client.session().readCompletes;
            client.session().appetite = 1_000_000;
            client.channel().config().setAutoRead(true);
            client.channel().runPendingTasks();
            // Then
            assertThat(client.session().read.size()).isBetween(1_000_000, 1_100_000);
            assertThat(client.session().readCompletes).isGreaterThan(before);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void readsOnWhereItWasStopped(Compression algorithm) {
        // Given
        byte[] command = packet(0, COM_QUERY, text(300_000));
        byte[] wire = Frames.compressed(algorithm, 0, command);
        try (Leg client = Leg.ofClient(algorithm)) {
            client.session().appetite = 1;
            client.peerSends(wire, wire.length / 2);
            // When
            while (client.session().read.size() < command.length) {
                client.channel().config().setAutoRead(true);
                client.channel().runPendingTasks();
            }
            // Then
            assertThat(client.read()).isEqualTo(command);
            client.channel().config().setAutoRead(true);
            client.peerSends(DOCS_SELECT_1);
            assertThat(client.read()).isEqualTo(packet(0, COM_QUERY, "SELECT 1"));
        }
    }

    @Test
    void givesASlowSessionTheRestWhenThePeerCloses() {
        // Given
        byte[] command = packet(0, COM_QUERY, text(300_000));
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            client.session().appetite = 1;
            client.peerSends(Frames.compressed(Compression.ZLIB, 0, command));
            assertThat(client.session().pieces).isEqualTo(1);
            // When
            client.channel().close();
            // Then
            assertThat(client.read()).isEqualTo(command);
        }
    }

    @Test
    void givesAClosedSessionNoMoreThanAFrame() {
        // Given: five frames that are 80 MiB
        byte[] packet = Bytes.of(0xf0, 0xff, 0xff, 0, new byte[0xfffff0]);
        byte[] frame = Frames.compressed(Compression.ZLIB, 0, Arrays.copyOf(packet, 0xfffff4));
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            client.session().appetite = 1;
            client.peerSends(Bytes.of(frame, frame, frame, frame, frame));
            // When
            client.channel().close();
            // Then
            assertThat(client.session().read.size()).isLessThan(0xffffff + 2 * 70 * 1024);
        }
    }

    // ------------------------------------------------------------------------------------ writing

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void compressesWhatIsWorthIt(Compression algorithm) {
        try (Leg instance = Leg.ofInstance(algorithm)) {
            // When / Then: 49 bytes are not, 50 are, noise is not
            instance.sessionWrites(packet(0, text(45)));
            assertThat(instance.wire()).isEqualTo(Frames.stored(0, packet(0, text(45))));
            instance.sessionWrites(packet(0, text(46)));
            List<Frames.Read> frames = Frames.read(algorithm, instance.wire());
            assertThat(Frames.payloads(frames)).isEqualTo(packet(0, text(46)));
            assertThat(frames).extracting(Frames.Read::announced).containsExactly(50);
            instance.sessionWrites(packet(0, noise(300)));
            assertThat(instance.wire()).isEqualTo(Frames.stored(0, packet(0, noise(300))));
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void cutsWhatIsLongIntoFrames(Compression algorithm) {
        try (Leg instance = Leg.ofInstance(algorithm)) {
            // Given
            byte[] command = packet(0, COM_QUERY, text(200_000));
            // When
            instance.sessionWrites(command);
            // Then
            List<Frames.Read> frames = Frames.read(algorithm, instance.wire());
            assertThat(Frames.payloads(frames)).isEqualTo(command);
            assertThat(Frames.numbers(frames)).containsExactly(0, 1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "OFF", mode = EnumSource.Mode.EXCLUDE)
    void takesBuffersOfEveryKind(Compression algorithm) {
        try (Leg instance = Leg.ofInstance(algorithm)) {
            byte[] command = packet(0, COM_QUERY, text(500));
            // When: heap, composite of heap and direct
            instance.channel().writeOutbound(Unpooled.wrappedBuffer(command));
            instance.channel()
                    .writeOutbound(
                            Unpooled.wrappedBuffer(
                                    Unpooled.wrappedBuffer(command, 0, 100),
                                    Unpooled.directBuffer()
                                            .writeBytes(command, 100, command.length - 100)));
            // Then
            assertThat(Frames.payloads(Frames.read(algorithm, instance.wire())))
                    .isEqualTo(Bytes.of(command, command));
        }
    }

    @Test
    void keepsTheBeginningOfAHeader() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // Given
            client.peerSends(Frames.stored(0, packet(0, 14)));
            byte[] ok = packet(1, 0, 0, 0, 2, 0, 0, 0);
            for (int cut = 0; cut <= ok.length; cut++) {
                // When
                client.peerSends(Frames.stored(0, packet(0, 14)));
                client.sessionWrites(Arrays.copyOf(ok, cut));
                client.sessionWrites(Arrays.copyOfRange(ok, cut, ok.length));
                // Then
                List<Frames.Read> frames = Frames.read(Compression.ZLIB, client.wire());
                assertThat(Frames.payloads(frames)).isEqualTo(ok);
                assertThat(frames.getFirst().number()).isEqualTo(1);
            }
        }
    }

    @Test
    void saysWhenItIsWritten() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // When
            var written = client.channel().write(Unpooled.wrappedBuffer(packet(1, text(200_000))));
            var nothing = client.channel().write(Unpooled.EMPTY_BUFFER);
            // Then
            assertThat(written.isDone()).isFalse();
            client.channel().flush();
            assertThat(written.isSuccess()).isTrue();
            assertThat(nothing.isSuccess()).isTrue();
            client.wire();
        }
    }

    @Test
    void takesWhatCameBeforeItStood() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // When
            client.readEarly(DOCS_SELECT_1);
            // Then
            assertThat(client.read()).isEqualTo(packet(0, COM_QUERY, "SELECT 1"));
            assertThat(client.session().readCompletes).isEqualTo(1);
        }
    }

    @Test
    void goesBeforeTheSession() {
        try (Leg client = Leg.ofClient(Compression.ZSTD)) {
            assertThat(client.channel().pipeline().names()).startsWith("compression");
        }
    }

    // ------------------------------------------------------------------------------------ numbers

    @Test
    void beginsEachCommandWithAFrameOfItsOwn() {
        try (Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            // When: closes a statement and pings in one write
            instance.sessionWrites(Bytes.of(packet(0, 0x19, 1, 0, 0, 0), packet(0, 14)));
            // Then
            assertThat(instance.wire())
                    .isEqualTo(
                            Bytes.of(
                                    Frames.stored(0, packet(0, 0x19, 1, 0, 0, 0)),
                                    Frames.stored(0, packet(0, 14))));
        }
    }

    @Test
    void givesPacketsOfAnInstanceTheIdsThatClientsExpect() {
        try (Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            // Given: servers go on with the number of the frame after each flush
            instance.sessionWrites(packet(0, COM_QUERY, "SELECT 1; SELECT 2"));
            // When
            instance.peerSends(
                    Bytes.of(
                            Frames.stored(1, Bytes.of(packet(1, 1), packet(2, 2), packet(3, 3))),
                            Frames.stored(2, Bytes.of(packet(2, 4), packet(3, 5)))));
            // Then
            assertThat(instance.read())
                    .isEqualTo(
                            Bytes.of(
                                    packet(1, 1),
                                    packet(2, 2),
                                    packet(3, 3),
                                    packet(4, 4),
                                    packet(5, 5)));
        }
    }

    @Test
    void takesAnErrorThatAnInstanceWasNotAskedFor() {
        try (Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            // Given
            instance.sessionWrites(packet(0, 14));
            instance.peerSends(Frames.stored(1, packet(1, 0, 0, 0, 2, 0, 0, 0)));
            instance.read();
            // When
            instance.peerSends(Frames.stored(2, packet(0, 0xff, 0x1d, 4, "shutdown")));
            // Then
            assertThat(instance.read()).contains('s', 'h', 'u', 't');
            assertThat(instance.session().errors).isEmpty();
        }
    }

    @Test
    void givesAFileTheIdsThatInstancesExpect() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // Given: a client asks for two results, of which the second wants a file
            client.peerSends(Frames.stored(0, packet(0, COM_QUERY, "SELECT 1; LOAD DATA")));
            client.sessionWrites(Bytes.of(packet(1, 1), packet(2, 2), packet(3, 3)));
            client.sessionWrites(packet(4, 0xfb, "name"));
            assertThat(Frames.numbers(Frames.read(Compression.ZLIB, client.wire())))
                    .containsExactly(1, 2);
            client.read();
            // When: it counts by frames
            client.peerSends(Frames.stored(3, Bytes.of(packet(3, "content"), packet(4))));
            client.sessionWrites(packet(7, 0, 0, 0, 2, 0, 0, 0));
            // Then
            assertThat(client.read()).isEqualTo(Bytes.of(packet(5, "content"), packet(6)));
            assertThat(Frames.numbers(Frames.read(Compression.ZLIB, client.wire())))
                    .containsExactly(4);
        }
    }

    @Test
    void tellsAFileOfManyPacketsFromCommands() {
        try (Leg instance = Leg.ofInstance(Compression.ZLIB);
                Leg client = Leg.ofClient(Compression.ZLIB)) {
            // Given
            byte[] load = packet(0, COM_QUERY, "LOAD DATA LOCAL");
            byte[] wanted = packet(1, 0xfb, "name");
            client.peerSends(Frames.stored(0, load));
            instance.sessionWrites(load);
            client.sessionWrites(wanted);
            instance.peerSends(Frames.stored(1, wanted));
            client.wire();
            instance.wire();
            client.read();
            // When: packets and frames with the numbers 2 to 255, and then from 0 on
            for (int i = 2; i < 700; i++) {
                client.peerSends(Frames.stored(i & 0xff, packet(i & 0xff, "x")));
                instance.sessionWrites(packet(i & 0xff, "x"));
                // Then
                assertThat(client.read()).isEqualTo(packet(i & 0xff, "x"));
                assertThat(instance.wire()).isEqualTo(Frames.stored(i & 0xff, packet(i, "x")));
            }
            // When
            instance.peerSends(Frames.stored(700 & 0xff, packet(700 & 0xff, 0)));
            instance.read();
            instance.sessionWrites(packet(0, 14));
            client.sessionWrites(packet(700 & 0xff, 0));
            client.wire();
            client.peerSends(Frames.stored(0, packet(0, 14)));
            client.sessionWrites(packet(1, 0));
            // Then
            assertThat(instance.wire()).isEqualTo(Frames.stored(0, packet(0, 14)));
            assertThat(client.wire()).isEqualTo(Frames.stored(1, packet(1, 0)));
            assertThat(client.session().errors).isEmpty();
        }
    }

    @Test
    void beginsAnewAfterAReplyThatEndedAnywhere() {
        try (Leg client = Leg.ofClient(Compression.ZLIB);
                Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            for (int packets : new int[] {1, 2, 3, 254, 255, 256, 257, 258, 511, 512, 513}) {
                // When: a reply of so many packets, each in a frame
                client.peerSends(Frames.stored(0, packet(0, 14)));
                instance.sessionWrites(packet(0, 14));
                for (int i = 1; i <= packets; i++) {
                    client.sessionWrites(packet(i & 0xff, "x"));
                    instance.peerSends(Frames.stored(i & 0xff, packet(i & 0xff, "x")));
                }
                // Then
                List<Frames.Read> frames = Frames.read(Compression.ZLIB, client.wire());
                assertThat(frames.getFirst().number()).isEqualTo(1);
                assertThat(frames.getLast().number()).isEqualTo(packets & 0xff);
                assertThat(instance.wire()).isEqualTo(Frames.stored(0, packet(0, 14)));
                byte[] read = instance.read();
                assertThat(read[3]).isEqualTo((byte) 1);
                assertThat(read[read.length - 2]).isEqualTo((byte) packets);
            }
            assertThat(client.session().errors).isEmpty();
            assertThat(instance.session().errors).isEmpty();
        }
    }

    @Test
    void numbersRepliesToCommandsThatWereSentAhead() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // Given: the second command comes in the midst of the first reply, two more at once
            client.peerSends(Frames.stored(0, packet(0, 14)));
            client.sessionWrites(packet(1, "a"));
            client.peerSends(Frames.stored(0, packet(0, 14)));
            client.sessionWrites(packet(2, "a"));
            client.peerSends(
                    Bytes.of(Frames.stored(0, packet(0, 14)), Frames.stored(0, packet(0, 14))));
            // When
            client.sessionWrites(Bytes.of(packet(1, "b"), packet(2, "b"), packet(1, "c")));
            client.sessionWrites(packet(1, "d"));
            // Then
            assertThat(Frames.numbers(Frames.read(Compression.ZLIB, client.wire())))
                    .containsExactly(1, 2, 1, 1, 1);
        }
    }

    @Test
    void takesSeveralCommandsOutOfOneFrame() {
        try (Leg client = Leg.ofClient(Compression.ZLIB)) {
            // When: MariaDB Connector/C prepares and executes like this
            client.peerSends(Frames.stored(0, Bytes.of(packet(0, 22, "x"), packet(0, 23))));
            // Then
            assertThat(client.read()).isEqualTo(Bytes.of(packet(0, 22, "x"), packet(0, 23)));
        }
    }

    @Test
    void numbersTheReplyToACommandOfMoreThan16MiB() {
        // Given: a driver that numbers no packets within frames (MariaDB Connector/C)
        byte[] first = Bytes.of(0xff, 0xff, 0xff, 0, new byte[Packet.MAX_PAYLOAD_BYTES]);
        byte[] second = packet(0, "rest");
        byte[] command = Bytes.of(first, second);
        try (Leg client = Leg.ofClient(Compression.ZLIB);
                Leg instance = Leg.ofInstance(Compression.ZLIB)) {
            client.peerSends(
                    Bytes.of(
                            Frames.compressed(
                                    Compression.ZLIB, 0, Arrays.copyOf(command, 0xffffff)),
                            Frames.stored(
                                    1, Arrays.copyOfRange(command, 0xffffff, command.length))));
            // When
            byte[] read = client.read();
            client.sessionWrites(packet(2, 0));
            instance.sessionWrites(read);
            int frames = Frames.read(Compression.ZLIB, instance.wire()).size();
            instance.peerSends(Frames.stored(frames & 0xff, packet(9, 0)));
            // Then
            assertThat(Arrays.copyOfRange(read, first.length, read.length))
                    .isEqualTo(packet(1, "rest"));
            assertThat(client.wire()).isEqualTo(Frames.stored(2, packet(2, 0)));
            assertThat(frames).isEqualTo(257);
            assertThat(instance.read()).isEqualTo(packet(2, 0));
        }
    }

    @Test
    void readsZstdOfAnyLevel() {
        for (int level : new int[] {1, 3, 19, 22}) {
            byte[] command = packet(0, COM_QUERY, text(100_000));
            try (Leg client = Leg.ofClient(Compression.ZSTD)) {
                client.peerSends(Frames.frame(0, command.length, Zstd.compress(command, level)));
                assertThat(client.read()).isEqualTo(command);
            }
        }
    }

    /** Frames of 16 MB, of which the last byte does not come. */
    private static byte[] beginOfALargeFrame() {
        return Arrays.copyOf(Frames.frame(0, 0xffffff, new byte[0xffffff]), 0xffffff);
    }

    @Test
    void whatIsBegunAndNotEndedTakesNoMoreThanSixtyFourMegabytesOfAnEventLoop() {
        // Given
        byte[] begun = beginOfALargeFrame();
        List<Leg> patient = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Leg leg = Leg.ofClient(Compression.ZSTD);
                patient.add(leg);
                leg.peerSends(begun);
                assertThat(leg.session().errors).isEmpty();
            }
            // When
            try (Leg fifth = Leg.ofClient(Compression.ZSTD)) {
                fifth.peerSends(begun);
                // Then
                assertThat(fifth.session().errors.getFirst())
                        .isInstanceOf(MalformedPacketException.class)
                        .hasMessageContaining("not at their end");
            }
        } finally {
            patient.forEach(Leg::close);
        }
        // Then: those who have left have given it back
        try (Leg next = Leg.ofClient(Compression.ZSTD)) {
            next.peerSends(begun);
            assertThat(next.session().errors).isEmpty();
        }
    }

    @Test
    void whatIsBegunMustComeToItsEnd() {
        try (Leg client = Leg.ofClient(Compression.ZSTD)) {
            // Given
            byte[] frame = Frames.compressed(Compression.ZSTD, 0, packet(0, text(300)));
            client.channel().freezeTime();
            client.peerSends(Arrays.copyOf(frame, frame.length - 1));
            // When
            client.channel().advanceTimeBy(119, TimeUnit.SECONDS);
            client.channel().runScheduledPendingTasks();
            assertThat(client.session().errors).isEmpty();
            client.channel().advanceTimeBy(2, TimeUnit.SECONDS);
            client.channel().runScheduledPendingTasks();
            // Then
            assertThat(client.session().errors.getFirst())
                    .isInstanceOf(MalformedPacketException.class)
                    .hasMessageContaining("did not come to its end within 120 s");
        }
    }

    @Test
    void whatHasComeToItsEndIsNotWaitedFor() {
        try (Leg client = Leg.ofClient(Compression.ZSTD)) {
            // Given
            byte[] frame = Frames.compressed(Compression.ZSTD, 0, packet(0, text(300)));
            client.channel().freezeTime();
            client.peerSends(frame, frame.length - 1);
            // When
            client.channel().advanceTimeBy(1, TimeUnit.HOURS);
            client.channel().runScheduledPendingTasks();
            // Then
            assertThat(client.session().errors).isEmpty();
            assertThat(client.read()).isEqualTo(packet(0, text(300)));
        }
    }
}
