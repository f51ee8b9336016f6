package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Bytes.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class HandshakeV10Test {
    private static final String PART1 = "abcdefgh";
    private static final String PART2 = "ijklmnopqrst";

    /** MySQL source docs, Protocol::HandshakeV10. */
    private static final byte[] GREETING =
            Bytes.of(
                    10, // protocol version
                    "10.11.6-MariaDB", // server version
                    0, // its end
                    new byte[] {0x78, 0x56, 0x34, 0x12}, // thread id
                    PART1, // auth-plugin-data-part-1
                    0, // filler
                    new byte[] {(byte) 0xfe, (byte) 0xf7}, // capability flags, lower half
                    45, // character set
                    new byte[] {0x02, 0x00}, // status flags
                    new byte[] {(byte) 0xff, (byte) 0x81}, // capability flags, upper half
                    21, // length of auth-plugin-data
                    zeros(10), // reserved
                    PART2, // auth-plugin-data-part-2
                    0, // its end
                    "mysql_native_password", // auth plugin name
                    0); // its end

    private static final HandshakeV10 DECODED =
            new HandshakeV10(
                    "10.11.6-MariaDB",
                    0x12345678,
                    PART1 + PART2,
                    0x81fff7feL,
                    45,
                    2,
                    "mysql_native_password");

    @Test
    void readsAGreeting() throws MalformedPacketException {
        assertThat(HandshakeV10.decode(Unpooled.wrappedBuffer(GREETING))).isEqualTo(DECODED);
    }

    @Test
    void writesAGreeting() {
        // Given
        ByteBuf out = Unpooled.buffer();
        // When
        DECODED.encode(out);
        // Then
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(GREETING);
    }

    @Test
    void readsAGreetingWhoseLastTerminatorIsMissing() throws MalformedPacketException {
        // Given: servers before MySQL 5.5.10 leave it out
        byte[] cut = Arrays.copyOf(GREETING, GREETING.length - 1);
        // When / Then
        assertThat(HandshakeV10.decode(Unpooled.wrappedBuffer(cut))).isEqualTo(DECODED);
    }

    private static byte[] encoded(HandshakeV10 greeting) {
        ByteBuf out = Unpooled.buffer();
        greeting.encode(out);
        return ByteBufUtil.getBytes(out);
    }

    @Test
    void mariaDbsOwnCapabilitiesStandInTheReservedPart() throws MalformedPacketException {
        // Given: the last 4 of the 10 bytes, spoken while the first of all bits is off
        byte[] greeting = GREETING.clone();
        int reserved = 1 + 16 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1;
        greeting[reserved + 6] = 0x1d;

        // When
        HandshakeV10 decoded = HandshakeV10.decode(Unpooled.wrappedBuffer(greeting));

        // Then
        assertThat(decoded.capabilities()).isEqualTo(DECODED.capabilities() | 0x1dL << 32);
        assertThat(encoded(decoded)).isEqualTo(greeting);
    }

    @Test
    void mysqlHasNoMeaningForTheReservedPart() throws MalformedPacketException {
        // Given: the first of all bits is on
        byte[] greeting = GREETING.clone();
        greeting[1 + 16 + 4 + 8 + 1] |= 1;
        int reserved = 1 + 16 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1;
        greeting[reserved + 6] = 0x1d;

        // When
        HandshakeV10 decoded = HandshakeV10.decode(Unpooled.wrappedBuffer(greeting));

        // Then
        assertThat(decoded.capabilities() >>> 32).isZero();
    }

    @Test
    void readsConnectionIdsAboveTwoToThe31() throws MalformedPacketException {
        // Given
        byte[] greeting = GREETING.clone();
        Arrays.fill(greeting, 17, 21, (byte) 0xff);
        // When
        HandshakeV10 decoded = HandshakeV10.decode(Unpooled.wrappedBuffer(greeting));
        // Then
        assertThat(Integer.toUnsignedLong(decoded.connectionId())).isEqualTo(4294967295L);
    }

    @Test
    void refusesOtherProtocolVersions() {
        assertThatThrownBy(() -> HandshakeV10.decode(Bytes.buffer(9, "3.20", 0)))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void refusesEveryGreetingThatIsCutBeforeThePluginName() {
        int mandatory = GREETING.length - "mysql_native_password".length() - 2;
        for (int length = 0; length < mandatory; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(GREETING, 0, length);
            assertThatThrownBy(() -> HandshakeV10.decode(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedPacketException.class);
        }
    }

    @Test
    void readsEveryGreetingThatIsCutInThePluginName() throws MalformedPacketException {
        int mandatory = GREETING.length - "mysql_native_password".length() - 2;
        for (int length = mandatory; length < GREETING.length; length++) {
            HandshakeV10 decoded = HandshakeV10.decode(Unpooled.wrappedBuffer(GREETING, 0, length));
            assertThat("mysql_native_password").startsWith(decoded.authPlugin());
        }
    }

    @Property(tries = 2000)
    void saysMalformedAndNothingElseToAnyBytes(@ForAll byte[] bytes, @ForAll boolean versioned) {
        // Given
        ByteBuf in = versioned ? Bytes.buffer(10, bytes) : Bytes.buffer(bytes);
        // When
        try {
            HandshakeV10.decode(in);
        } catch (MalformedPacketException e) {
            // Then
            assertThat(e).hasMessageNotContaining("\0").message().isNotBlank();
        }
    }
}
