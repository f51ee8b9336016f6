package dev.homeport.router.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Broken;
import dev.homeport.router.fuzz.Capture;
import dev.homeport.router.fuzz.Mutation;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.Capabilities;
import dev.homeport.router.protocol.HandshakeV10;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A whole pair of sessions on recorded conversations with something broken in them. */
class HostilePairTest {
    private static final byte[] GREETING = greeting();

    /** Something that happens. */
    sealed interface Event {
        record FromClient(Capture.Packet bytes) implements Event {}

        record FromInstance(Capture.Packet bytes) implements Event {}

        record ClientCloses() implements Event {}

        record InstanceCloses() implements Event {}

        record TimePasses() implements Event {}
    }

    /** The greeting of an instance. */
    static byte[] greeting() {
        ByteBuf out = Unpooled.buffer();
        new HandshakeV10(
                        "10.11.6-MariaDB",
                        7,
                        "abcdefghijklmnopqrst",
                        Capabilities.MARIADB,
                        45,
                        2,
                        "mysql_native_password")
                .encode(out);
        return Bytes.packet(0, (Object) ByteBufUtil.getBytes(out));
    }

    /** The conversation with the greeting of the instance, which the recording lacks. */
    private static List<Event> events(Capture capture) {
        List<Event> events = new ArrayList<>();
        for (Capture.Turn turn : capture.turns()) {
            events.add(
                    turn.fromClient()
                            ? new Event.FromClient(turn.packet())
                            : new Event.FromInstance(turn.packet()));
        }
        events.add(1, new Event.FromInstance(new Capture.Packet(GREETING)));
        return events;
    }

    @Provide
    Arbitrary<List<Event>> conversations() {
        Arbitrary<Integer> places = Arbitraries.integers().between(0, 500);
        return Combinators.combine(
                        Arbitraries.of(Capture.all()),
                        Broken.mutations().list().ofMaxSize(4),
                        places.list().ofSize(4),
                        Arbitraries.integers().between(0, 9),
                        places)
                .as(HostilePairTest::broken);
    }

    private static List<Event> broken(
            Capture capture, List<Mutation> mutations, List<Integer> places, int more, int at) {
        List<Event> events = events(capture);
        byte[] other = capture.login();
        for (int i = 0; i < mutations.size(); i++) {
            int place = places.get(i) % events.size();
            Mutation mutation = mutations.get(i);
            events.set(
                    place,
                    switch (events.get(place)) {
                        case Event.FromClient from ->
                                new Event.FromClient(
                                        new Capture.Packet(
                                                mutation.applyTo(from.bytes().bytes(), other)));
                        case Event.FromInstance from ->
                                new Event.FromInstance(
                                        new Capture.Packet(
                                                mutation.applyTo(from.bytes().bytes(), other)));
                        case Event.ClientCloses same -> same;
                        case Event.InstanceCloses same -> same;
                        case Event.TimePasses same -> same;
                    });
        }
        int place = at % events.size();
        switch (more) {
            case 0 -> events.add(place, new Event.ClientCloses());
            case 1 -> events.add(place, new Event.InstanceCloses());
            case 2 -> events.add(place, new Event.TimePasses());
            case 3 -> events.add(at * 7 % events.size(), events.remove(place));
            case 4 -> events.add(place, events.get(at * 7 % events.size()));
            default -> {} // as it is
        }
        return events;
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Broken.pieces();
    }

    private static void play(EmbeddedPair pair, List<Event> events, List<Integer> pieces) {
        for (Event event : events) {
            switch (event) {
                case Event.FromClient from ->
                        Broken.cut(from.bytes().bytes(), pieces).forEach(pair::clientSends);
                case Event.FromInstance from ->
                        Broken.cut(from.bytes().bytes(), pieces).forEach(pair::instanceSends);
                case Event.ClientCloses closes -> pair.clientCloses();
                case Event.InstanceCloses closes -> pair.instanceCloses();
                case Event.TimePasses passes -> pair.wait(Duration.ofSeconds(11));
            }
        }
    }

    @Property(tries = 3000)
    void survivesWhateverBothSidesSay(
            @ForAll("conversations") List<Event> events, @ForAll("pieces") List<Integer> pieces) {
        // Given
        var pair = new EmbeddedPair(Capabilities.CAUTIOUS);
        // When
        play(pair, events, pieces);
        pair.close();
        // Then
        assertThat(pair.failures()).isEmpty();
        assertThat(pair.closed(CloseReason.BUG)).isZero();
        assertThat(pair.sessions()).isZero();
        assertThat(pair.bytesInUse()).isZero();
    }

    @Property(tries = 1500)
    void passesTheSameBytesOnWhereverTheyAreCut(
            @ForAll("conversations") List<Event> events, @ForAll("pieces") List<Integer> pieces) {
        // Given: cuts cannot matter but for what an end or a deadline cuts off
        var atOnce = new EmbeddedPair(Capabilities.CAUTIOUS);
        var inPieces = new EmbeddedPair(Capabilities.CAUTIOUS);
        // When
        play(atOnce, events, List.of(Integer.MAX_VALUE));
        play(inPieces, events, pieces);
        // Then
        assertThat(inPieces.isClientOpen()).isEqualTo(atOnce.isClientOpen());
        byte[] whole = withoutGreeting(atOnce.toClient());
        byte[] cut = withoutGreeting(inPieces.toClient());
        // What the router answers by itself comes only while the instance is silent, and of one
        // that
        // speaks unasked the cuts decide when that is.
        int common = Math.min(cut.length, whole.length);
        assertThat(Arrays.copyOf(cut, common)).isEqualTo(Arrays.copyOf(whole, common));
        if (cut.length != whole.length) {
            byte[] longer = cut.length > whole.length ? cut : whole;
            assertThat(new String(longer, common, longer.length - common, US_ASCII))
                    .contains("[homeport ");
        } else if (atOnce.isClientOpen()) {
            assertThat(inPieces.toInstances()).isEqualTo(atOnce.toInstances());
        }
        atOnce.close();
        inPieces.close();
        assertThat(inPieces.bytesInUse()).isZero();
    }

    /** The greeting has a random scramble in it. */
    private static byte[] withoutGreeting(byte[] bytes) {
        int length = 4 + (bytes[0] & 0xff);
        return Arrays.copyOfRange(bytes, length, bytes.length);
    }

    @Test
    void playsWhatWasRecordedToItsEnd() {
        for (Capture capture : Capture.all()) {
            // Given
            var pair = new EmbeddedPair(Capabilities.CAUTIOUS);
            // When
            play(pair, events(capture), List.of(7));
            // Then
            byte[] last = capture.turns().getLast().packet().bytes();
            boolean isFarewell = capture.turns().getLast().fromClient();
            byte[] seen = isFarewell ? pair.toInstances() : pair.toClient();
            if (!capture.name().startsWith("raw")) { // those have what the router answers by itself
                assertThat(seen).as(capture.name()).endsWith(last);
            }
            assertThat(pair.failures()).isEmpty();
            pair.close();
            assertThat(pair.bytesInUse()).isZero();
        }
    }
}
