package dev.homeport.router.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.topology.Compression;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Both ends of a wire, and what may come over it. */
class CompressionPropertiesTest {
    @Provide
    Arbitrary<Compression> algorithms() {
        return Arbitraries.of(Compression.ZLIB, Compression.ZSTD);
    }

    /** Lengths of packets; some are of more than a frame. */
    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.integers().between(1, 200)),
                        Tuple.of(2, Arbitraries.integers().between(200, 5000)),
                        Tuple.of(1, Arbitraries.integers().between(60_000, 200_000)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    /**
     * The router is client at one end and server at the other, and strict at both: what one writes
     * the other reads, however the wire and the writes are cut.
     */
    @Property(tries = 200)
    void whatOneEndWritesTheOtherReads(
            @ForAll("algorithms") Compression algorithm,
            @ForAll("lengths") List<Integer> replies,
            @ForAll @IntRange(min = 1, max = 3) int commands,
            @ForAll boolean withFile,
            @ForAll long seed) {
        var random = new Random(seed);
        try (Leg instance = Leg.ofInstance(algorithm);
                Leg client = Leg.ofClient(algorithm)) {
            for (int i = 0; i < commands; i++) {
                byte[] command = packets(0, List.of(replies.getFirst()), random);
                carry(instance, command, client, random);
                int id = 1;
                if (withFile) {
                    carry(client, packets(id, List.of(10), random), instance, random);
                    carry(instance, packets(id + 1, replies, random), client, random);
                    id += 1 + replies.size();
                }
                carry(client, packets(id, replies, random), instance, random);
            }
            assertThat(client.session().errors).isEmpty();
            assertThat(instance.session().errors).isEmpty();
        }
    }

    private static void carry(Leg from, byte[] bytes, Leg to, Random random) {
        int half = random.nextInt(bytes.length + 1);
        from.sessionWrites(Arrays.copyOf(bytes, half));
        from.sessionWrites(Arrays.copyOfRange(bytes, half, bytes.length));
        byte[] wire = from.wire();
        to.peerSends(
                wire, random.nextInt(20), random.nextInt(100), random.nextInt(wire.length + 1));
        assertThat(to.read()).isEqualTo(bytes);
    }

    /** Packets from that id on, a part of them noise. */
    private static byte[] packets(int firstId, List<Integer> lengths, Random random) {
        var all = new ByteArrayOutputStream();
        int id = firstId;
        for (int length : lengths) {
            byte[] payload = new byte[length];
            if (random.nextBoolean()) {
                random.nextBytes(payload);
            }
            all.writeBytes(Bytes.packet(id++, payload));
        }
        return all.toByteArray();
    }

    @Property(tries = 2000)
    void anyBytesAreReadOrRefused(
            @ForAll("algorithms") Compression algorithm,
            @ForAll @Size(max = 200) byte[] wire,
            @ForAll @IntRange(min = 0, max = 200) int cut) {
        try (Leg client = Leg.ofClient(algorithm);
                Leg instance = Leg.ofInstance(algorithm)) {
            client.peerSends(wire, cut);
            instance.sessionWrites(Bytes.packet(0, 14));
            instance.wire();
            instance.peerSends(wire, cut);
            assertThat(client.session().errors)
                    .allMatch(one -> one instanceof MalformedPacketException)
                    .hasSizeLessThan(2);
            assertThat(instance.session().errors)
                    .allMatch(one -> one instanceof MalformedPacketException)
                    .hasSizeLessThan(2);
        }
    }

    /** A good frame in which one byte is another, and that may be cut. */
    @Property(tries = 2000)
    void aSpoiltFrameIsReadOrRefused(
            @ForAll("algorithms") Compression algorithm,
            @ForAll @IntRange(min = 0, max = 400) int at,
            @ForAll byte value,
            @ForAll @IntRange(min = 1, max = 1000) int length) {
        byte[] packet = Bytes.packet(0, new byte[length]);
        byte[] wire = Frames.compressed(algorithm, 0, packet);
        wire[at % wire.length] = value;
        try (Leg client = Leg.ofClient(algorithm)) {
            client.peerSends(wire, at % 7);
            int announced = Byte.toUnsignedInt(wire[4]) | (Byte.toUnsignedInt(wire[5]) << 8);
            announced |= Byte.toUnsignedInt(wire[6]) << 16;
            assertThat(client.read().length)
                    .isLessThanOrEqualTo(announced == 0 ? wire.length : announced);
            assertThat(client.session().errors)
                    .allMatch(one -> one instanceof MalformedPacketException);
        }
    }
}
