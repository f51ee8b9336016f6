package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Bytes.zeros;
import static dev.homeport.router.protocol.Capabilities.CAUTIOUS;
import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_ATTRS;
import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_WITH_DB;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PROTOCOL_41;
import static dev.homeport.router.protocol.Capabilities.CLIENT_SECURE_CONNECTION;
import static dev.homeport.router.protocol.Capabilities.CLIENT_SSL;
import static dev.homeport.router.protocol.Capabilities.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeResponse41Test {
    private static final long LEAST =
            CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH;
    private static final long ALL = LEAST | CLIENT_CONNECT_WITH_DB | CLIENT_CONNECT_ATTRS;

    /** The part in front of the user name (MySQL source docs, Protocol::HandshakeResponse41). */
    private static byte[] fixed(long flags) {
        return Bytes.of(
                flags & 0xff, // client flags
                flags >>> 8 & 0xff,
                flags >>> 16 & 0xff,
                flags >>> 24,
                new byte[] {0x00, 0x00, 0x00, (byte) 0xff}, // max packet size
                45, // character set
                zeros(23)); // filler
    }

    private static byte[] usual(long flags) {
        return Bytes.of(
                fixed(flags),
                "app+p1", // user name
                0, // its end
                20, // length of the auth response
                new byte[20], // auth response
                "shop", // schema
                0, // its end
                "mysql_native_password", // auth plugin name
                0, // its end
                16, // length of all attributes
                7, // length of a name
                "project", // the name
                2, // length of a value
                "p1", // the value
                2, // length of a name
                "_x", // the name
                1, // length of a value
                "y"); // the value
    }

    private static HandshakeResponse41 decode(byte[] bytes) throws MalformedPacketException {
        return HandshakeResponse41.decode(Unpooled.wrappedBuffer(bytes), CAUTIOUS);
    }

    private static void assertMalformed(byte[] bytes) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void readsAllFields() throws MalformedPacketException {
        // When
        HandshakeResponse41 response = decode(usual(ALL));
        // Then
        assertThat(response)
                .isEqualTo(
                        new HandshakeResponse41(
                                ALL,
                                0xff000000L,
                                45,
                                "app+p1",
                                Optional.of("shop"),
                                Map.of("project", "p1", "_x", "y")));
        assertThat(response.attributes().keySet()).containsExactly("project", "_x");
    }

    @Test
    void readsAnAuthResponseWithALengthEncodedLength() throws MalformedPacketException {
        // Given
        long flags = LEAST | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA | CLIENT_CONNECT_WITH_DB;
        byte[] bytes =
                Bytes.of(
                        fixed(flags),
                        "app",
                        0,
                        0xfc, // a length of two bytes follows
                        0x2c,
                        0x01, // 300
                        new byte[300], // auth response
                        "shop",
                        0,
                        "sha256_password",
                        0);
        // When / Then
        assertThat(decode(bytes).schema()).contains("shop");
    }

    @Test
    void readsTheLevelOfZstdBehindEverythingElse() throws MalformedPacketException {
        // Given
        byte[] bytes = Bytes.of(usual(ALL | CLIENT_ZSTD_COMPRESSION_ALGORITHM), 19);

        // When / Then
        assertThat(
                        HandshakeResponse41.decode(
                                        Unpooled.wrappedBuffer(bytes),
                                        CAUTIOUS | CLIENT_ZSTD_COMPRESSION_ALGORITHM)
                                .zstdLevel())
                .isEqualTo(19);
        assertThat(decode(bytes).zstdLevel()).as("zstd was not offered").isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, CLIENT_CONNECT_ATTRS})
    void writesTheLevelOfZstdLast(long more) throws MalformedPacketException {
        // Given
        long flags = LEAST | more | CLIENT_ZSTD_COMPRESSION_ALGORITHM;
        var response =
                new HandshakeResponse41(
                        flags,
                        1,
                        45,
                        "app",
                        Optional.empty(),
                        more == 0 ? Map.of() : Map.of("a", "b"),
                        7);
        ByteBuf out = Unpooled.buffer();

        // When
        response.encode(out, "mysql_native_password");

        // Then
        assertThat(out.getByte(out.writerIndex() - 1)).isEqualTo((byte) 7);
        assertThat(HandshakeResponse41.decode(out, flags)).isEqualTo(response);
    }

    @Test
    void goesByWhatWasOfferedWhereADriverSetsMore() throws MalformedPacketException {
        // Given: the bit that would put a compression level at the end, and unknown ones
        byte[] bytes = usual(ALL | 1 << 26 | 1 << 28 | CLIENT_SSL | 1 << 30);
        // When
        HandshakeResponse41 response = decode(bytes);
        // Then
        assertThat(response.user()).isEqualTo("app+p1");
        assertThat(response.attributes()).hasSize(2);
    }

    @Test
    void laysThePacketOutWithoutTheLengthEncodingThatWasNotOffered()
            throws MalformedPacketException {
        // Given
        long flags = ALL | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
        byte[] bytes = Bytes.of(fixed(flags), "app", 0, 0xfc, new byte[0xfc], "shop", 0, "x", 0, 0);
        // When
        HandshakeResponse41 response =
                HandshakeResponse41.decode(
                        Unpooled.wrappedBuffer(bytes),
                        CAUTIOUS & ~CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA);
        // Then
        assertThat(response.schema()).contains("shop");
    }

    @Test
    void readsAUserWithoutAnythingElse() throws MalformedPacketException {
        // Given
        byte[] bytes = Bytes.of(fixed(ALL), "app", 0, 0);
        // When
        HandshakeResponse41 response = decode(bytes);
        // Then
        assertThat(response.user()).isEqualTo("app");
        assertThat(response.schema()).isEmpty();
        assertThat(response.attributes()).isEmpty();
    }

    @Test
    void takesAnEmptySchemaForNone() throws MalformedPacketException {
        assertThat(decode(Bytes.of(fixed(ALL), "app", 0, 0, 0, "x", 0)).schema()).isEmpty();
    }

    @Test
    void readsAPluginNameWithoutItsTerminator() throws MalformedPacketException {
        // Given
        byte[] bytes = Bytes.of(fixed(ALL), "app", 0, 0, "shop", 0, "mysql_native_password");
        // When / Then
        assertThat(decode(bytes).schema()).contains("shop");
    }

    @Test
    void keepsTheLastOfTwoAttributesWithOneName() throws MalformedPacketException {
        // Given
        byte[] bytes = Bytes.of(fixed(ALL), "app", 0, 0, 0, 0, 8, 1, "a", 1, "1", 1, "a", 1, "2");
        // When / Then
        assertThat(decode(bytes).attributes()).containsExactly(Map.entry("a", "2"));
    }

    @Test
    void refusesAUserNameWithoutItsTerminator() {
        assertMalformed(Bytes.of(fixed(ALL), "app"));
    }

    @Test
    void refusesASchemaWithoutItsTerminator() {
        assertMalformed(Bytes.of(fixed(ALL), "app", 0, 0, "shop"));
    }

    @Test
    void refusesLengthsThatGoBeyondThePacket() {
        assertMalformed(Bytes.of(fixed(ALL), "app", 0, 21, new byte[20]));
        assertMalformed(Bytes.of(fixed(ALL), "app", 0, 0, 0, 0, 9, 1, "a", 1, "1"));
        assertMalformed(Bytes.of(fixed(ALL), "app", 0, 0, 0, 0, 4, 200, "a", 1, "1"));
        assertMalformed(Bytes.of(fixed(ALL), "app", 0, 0, 0, 0, 2, 1, "a"));
        long lenenc = ALL | CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
        byte[] negative = {-1, -1, -1, -1, -1, -1, -1, -1};
        assertMalformed(Bytes.of(fixed(lenenc), "app", 0, 0xfe, negative, zeros(40)));
        assertMalformed(Bytes.of(fixed(lenenc), "app", 0, 0xfb, zeros(40)));
        assertMalformed(Bytes.of(fixed(lenenc), "app", 0, 0xff, zeros(40)));
        assertMalformed(Bytes.of(fixed(lenenc), "app", 0, 0, 0, 0, 0xfe, negative));
    }

    @Test
    void refusesAnSslRequest() {
        // Given: 32 bytes that end where the user name would start, or the 4 of old drivers
        assertMalformed(fixed(ALL | CLIENT_SSL));
        assertMalformed(Bytes.of(0x00, 0x0a, 0x00, 0x00));
    }

    @Test
    void refusesTheResponseOfClientsBeforeProtocol41() {
        assertMalformed(Bytes.of(fixed(ALL & ~CLIENT_PROTOCOL_41), "app", 0, 0));
    }

    @Test
    void peeksAtTheFlagsWithoutMoving() throws MalformedPacketException {
        // Given
        ByteBuf in = Unpooled.wrappedBuffer(fixed(ALL));
        // When / Then
        assertThat(HandshakeResponse41.peekCapabilities(in)).isEqualTo(ALL);
        assertThat(in.readerIndex()).isZero();
    }

    @Test
    void writesAllFieldsWithAnEmptyAuthResponse() throws MalformedPacketException {
        // Given
        ByteBuf out = Unpooled.buffer();
        // When
        decode(usual(ALL)).encode(out, "some_plugin");
        // Then
        assertThat(ByteBufUtil.getBytes(out))
                .isEqualTo(
                        Bytes.of(
                                fixed(ALL),
                                "app+p1", // user name
                                0, // its end
                                0, // length of the auth response
                                "shop", // schema
                                0, // its end
                                "some_plugin", // auth plugin name
                                0, // its end
                                16, // length of all attributes
                                7,
                                "project",
                                2,
                                "p1",
                                2,
                                "_x",
                                1,
                                "y"));
    }

    @Test
    void readsBackWhatItWrites() throws MalformedPacketException {
        // Given
        var written =
                new HandshakeResponse41(
                        CAUTIOUS,
                        1 << 24,
                        33,
                        "ünï",
                        Optional.empty(),
                        Map.of("long", "x".repeat(70_000)));
        ByteBuf out = Unpooled.buffer();
        // When
        written.encode(out, "p");
        // Then
        assertThat(HandshakeResponse41.decode(out, CAUTIOUS)).isEqualTo(written);
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void saysMalformedOrReadsEveryCut() {
        byte[] whole = usual(ALL);
        for (int length = 0; length < whole.length; length++) {
            ByteBuf cut = Unpooled.wrappedBuffer(whole, 0, length);
            try {
                assertThat(HandshakeResponse41.decode(cut, CAUTIOUS).user()).isEqualTo("app+p1");
            } catch (MalformedPacketException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Property(tries = 3000)
    void saysMalformedAndNothingElseToAnyBytes(
            @ForAll byte[] bytes, @ForAll long flags, @ForAll boolean headed) {
        // Given
        ByteBuf in =
                headed
                        ? Bytes.buffer(fixed(flags | CLIENT_PROTOCOL_41), bytes)
                        : Bytes.buffer(bytes);
        // When
        try {
            HandshakeResponse41.decode(in, CAUTIOUS);
        } catch (MalformedPacketException e) {
            // Then
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
