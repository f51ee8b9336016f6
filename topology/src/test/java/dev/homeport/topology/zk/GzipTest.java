package dev.homeport.topology.zk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GzipTest {
    private static final int MOST = 1_000_000;
    private static final byte[] TEXT = ascii("homeport ".repeat(500));

    @Property(tries = 300)
    void whatIsCompressedIsReadByEverybody(
            @ForAll @IntRange(max = 200_000) int length,
            @ForAll @IntRange(min = 1, max = 256) int alphabet,
            @ForAll long seed)
            throws IOException {
        // Given
        byte[] plain = bytes(length, alphabet, seed);

        // When
        byte[] compressed = Gzip.compress(plain);

        // Then
        assertThat(Gzip.isGzip(compressed)).isTrue();
        assertThat(Gzip.decompress(compressed, MOST)).isEqualTo(plain);
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            assertThat(gzip.readAllBytes()).isEqualTo(plain);
        }
    }

    @Property(tries = 100)
    void whatTheStreamOfTheJdkWritesIsRead(
            @ForAll @IntRange(max = 100_000) int length, @ForAll long seed) throws IOException {
        byte[] plain = bytes(length, 16, seed);

        assertThat(Gzip.decompress(streamed(plain), MOST)).isEqualTo(plain);
    }

    /** As {@code gzip -c name} writes it. */
    @Test
    void aNameInTheHeaderIsPassedOver() throws IOException {
        // Given
        byte[] plain = streamed(TEXT);
        plain[3] = 8;
        byte[] named =
                concat(
                        concat(Arrays.copyOf(plain, 10), ascii("name\0")),
                        Arrays.copyOfRange(plain, 10, plain.length));

        // When, then
        assertThat(Gzip.decompress(named, MOST)).isEqualTo(TEXT);
    }

    @Test
    void severalMembersAreOneText() throws IOException {
        // Given
        byte[] members = concat(Gzip.compress(ascii("one, ")), Gzip.compress(ascii("two")));

        // When, then
        assertThat(Gzip.decompress(members, MOST)).isEqualTo(ascii("one, two"));
    }

    /** The stream of the JDK calls itself for each of them. */
    @Test
    void veryManyEmptyMembersAreNothing() throws IOException {
        // Given
        byte[] empty = Gzip.compress(new byte[0]);
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < 50_000; i++) {
            all.write(empty);
        }

        // When, then
        assertThat(Gzip.decompress(all.toByteArray(), MOST)).isEmpty();
        all.write(Gzip.compress(TEXT));
        assertThat(Gzip.decompress(all.toByteArray(), MOST)).isEqualTo(TEXT);
        assertThat(Gzip.decompress(all.toByteArray(), 10)).isEqualTo(Arrays.copyOf(TEXT, 10));
    }

    @Test
    void everythingThatMayStandInAHeaderIsPassedOver() throws IOException {
        // Given
        byte[] plain = Gzip.compress(TEXT);
        byte[] head = Arrays.copyOf(plain, 10);
        head[3] = 2 + 4 + 8 + 16;
        head = concat(concat(head, new byte[] {3, 0, 'X', 'Y', 'Z'}), ascii("name\0words\0"));
        var crc = new CRC32();
        crc.update(head);
        byte[] sum = {(byte) crc.getValue(), (byte) (crc.getValue() >> 8)};
        byte[] content = Arrays.copyOfRange(plain, 10, plain.length);

        // When, then
        byte[] good = concat(concat(head, sum), content);
        assertThat(Gzip.decompress(good, MOST)).isEqualTo(TEXT);
        good[11] ^= 1;
        assertThatThrownBy(() -> Gzip.decompress(good, MOST)).isInstanceOf(IOException.class);
    }

    @Test
    void whatStandsBehindTheLastMemberIsRefused() {
        for (byte[] behind : new byte[][] {{0}, {0x1f}, ascii("0123456789abcdef"), new byte[500]}) {
            byte[] bytes = concat(Gzip.compress(TEXT), behind);

            assertThatThrownBy(() -> Gzip.decompress(bytes, MOST)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void asMuchAsIsWantedIsNotTooMuch() throws IOException {
        for (int most = TEXT.length - 2; most < TEXT.length + 3; most++) {
            assertThat(Gzip.decompress(Gzip.compress(TEXT), most))
                    .isEqualTo(Arrays.copyOf(TEXT, Math.min(most, TEXT.length)));
        }
    }

    /** Whatever is made of the bytes: the stream of the JDK reads the same, or it is refused. */
    @Property(tries = 2000)
    void noDamageIsReadAsSomethingElse(@ForAll long seed) throws IOException {
        // Given
        var random = new Random(seed);
        byte[] bytes = Gzip.compress(bytes(random.nextInt(200), 4, seed));
        for (int i = 0; i <= random.nextInt(3); i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        byte[] damaged = Arrays.copyOf(bytes, bytes.length - random.nextInt(3));

        // When
        Optional<byte[]> read = readUnlessRefused(damaged);

        // Then
        if (read.isPresent()) {
            try (var gzip = new GZIPInputStream(new ByteArrayInputStream(damaged))) {
                assertThat(read.get()).isEqualTo(gzip.readAllBytes());
            }
        }
    }

    private static Optional<byte[]> readUnlessRefused(byte[] bytes) {
        try {
            return Optional.of(Gzip.decompress(bytes, MOST));
        } catch (IOException e) {
            assertThat(e).hasMessageNotContaining("null");
            return Optional.empty();
        }
    }

    @Test
    void noMoreThanWantedIsUncompressed() throws IOException {
        byte[] compressed = Gzip.compress(new byte[50_000_000]);

        assertThat(Gzip.decompress(compressed, 1000)).isEqualTo(new byte[1000]);
    }

    @Test
    void aLengthThatIsALieIsNotBelieved() {
        for (int delta : new int[] {-1, 1, 100, -TEXT.length, Integer.MIN_VALUE}) {
            // Given
            byte[] compressed = Gzip.compress(TEXT);
            int length = TEXT.length + delta;
            for (int i = 0; i < 4; i++) {
                compressed[compressed.length - 4 + i] = (byte) (length >>> (8 * i));
            }

            // When, then
            assertThatThrownBy(() -> Gzip.decompress(compressed, MOST))
                    .as("%d too many", delta)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsCutShortIsRefused() {
        // Given
        byte[] compressed = Gzip.compress(TEXT);

        // When, then
        for (int length = 0; length < compressed.length; length++) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertThatThrownBy(() -> Gzip.decompress(cut, MOST))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
    }

    /** It does not matter when and how it was made, nor what fills the last byte. */
    @Test
    void whatIsDamagedIsRefusedOrTheSame() {
        // Given
        byte[] compressed = Gzip.compress(TEXT);
        int bits = compressed.length * 8;
        int refused = 0;

        // When
        for (int bit = 0; bit < bits; bit++) {
            byte[] damaged = compressed.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                assertThat(Gzip.decompress(damaged, MOST)).as("bit %d", bit).isEqualTo(TEXT);
            } catch (IOException e) {
                refused++;
            }
        }

        // Then
        assertThat(refused).isGreaterThan(bits - 80);
    }

    /** RFC 1952: made by gzip 1.12, {@code printf a | gzip -n1 | xxd -p}. */
    @Test
    void readsWhatTheToolHasMade() throws IOException {
        byte[] made = HexFormat.of().parseHex("1f8b08000000000004034b040043beb7e801000000");

        assertThat(Gzip.decompress(made, MOST)).isEqualTo(ascii("a"));
    }

    private static byte[] bytes(int length, int alphabet, long seed) {
        var random = new Random(seed);
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(alphabet);
        }
        return bytes;
    }

    private static byte[] streamed(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
