package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Bytes.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.fuzz.Broken;
import dev.homeport.router.fuzz.Capture;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Every decoder on broken messages: it answers, or says that they are malformed, and does not see
 * what stands behind their end.
 */
class HostileBytesTest {
    private static final int HEADER_BYTES = 4;
    private static final int AROUND = 64;

    private static final List<byte[]> LOGINS =
            Capture.all().stream().map(capture -> payload(capture.login())).toList();
    private static final List<byte[]> SERVER_PACKETS = Broken.packets(false);
    private static final List<byte[]> GREETINGS = greetings();

    private interface Decoder {
        Object decode(ByteBuf in) throws MalformedPacketException;
    }

    private static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, HEADER_BYTES, packet.length);
    }

    private static List<byte[]> greetings() {
        List<byte[]> greetings = new ArrayList<>();
        for (String plugin : List.of("mysql_native_password", "caching_sha2_password", "")) {
            ByteBuf out = Unpooled.buffer();
            new HandshakeV10("8.0.36", 7, "abcdefghijklmnopqrst", -1, 45, 2, plugin).encode(out);
            greetings.add(ByteBufUtil.getBytes(out));
        }
        return greetings;
    }

    /** What comes of it, as text; the same whatever stands around the message. */
    private static void assertSeesNothingBut(byte[] message, Decoder decoder) {
        String first = outcome(message, 0x00, decoder);
        for (int around : new int[] {0xff, 0xfe, 0x01, 'a'}) {
            assertThat(outcome(message, around, decoder)).isEqualTo(first);
        }
    }

    private static String outcome(byte[] message, int around, Decoder decoder) {
        ByteBuf in = Unpooled.buffer(2 * AROUND + message.length);
        for (int i = 0; i < in.capacity(); i++) {
            in.setByte(i, around);
        }
        in.setIndex(AROUND, AROUND).writeBytes(message);
        int end = in.writerIndex();
        String outcome;
        try {
            outcome = String.valueOf(decoder.decode(in));
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).isNotBlank();
            outcome = "malformed: " + e.getMessage();
        }
        assertThat(in.readerIndex()).isBetween(AROUND, end);
        assertThat(in.writerIndex()).isEqualTo(end);
        assertThat(in.refCnt()).isEqualTo(1);
        return outcome;
    }

    @Provide
    Arbitrary<Long> offers() {
        return Arbitraries.of(
                Capabilities.CAUTIOUS, Capabilities.MYSQL, Capabilities.MARIADB, -1L, 0L);
    }

    @Provide
    Arbitrary<byte[]> logins() {
        return Broken.of(LOGINS);
    }

    @Provide
    Arbitrary<byte[]> brokenGreetings() {
        return Broken.of(GREETINGS);
    }

    @Provide
    Arbitrary<byte[]> serverPackets() {
        return Broken.of(SERVER_PACKETS);
    }

    @Property(tries = 4000)
    void readsBrokenLogins(@ForAll("logins") byte[] message, @ForAll("offers") long offered) {
        assertSeesNothingBut(message, in -> HandshakeResponse41.decode(in, offered));
    }

    @Property(tries = 3000)
    void writesWhatItReadOfABrokenLoginSoThatItReadsTheSame(
            @ForAll("logins") byte[] message, @ForAll("offers") long offered) {
        try {
            // Given
            HandshakeResponse41 read =
                    HandshakeResponse41.decode(Unpooled.wrappedBuffer(message), offered);
            var kept =
                    new HandshakeResponse41(
                            read.capabilities() & offered,
                            read.maxPacketBytes(),
                            read.collation(),
                            read.user(),
                            read.schema(),
                            read.attributes());
            ByteBuf out = Unpooled.buffer();
            // When
            kept.encode(out, "plugin");
            // Then
            assertThat(HandshakeResponse41.decode(out, offered)).isEqualTo(kept);
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 3000)
    void readsBrokenGreetings(@ForAll("brokenGreetings") byte[] message) {
        assertSeesNothingBut(message, HandshakeV10::decode);
    }

    @Property(tries = 3000)
    void readsBrokenErrors(@ForAll("serverPackets") byte[] packet) {
        byte[] payload = packet.length < HEADER_BYTES ? packet : payload(packet);
        if (payload.length > 0) {
            payload[0] = (byte) ErrPacket.HEADER;
        }
        assertSeesNothingBut(payload, ErrPacket::decode);
    }

    @Property(tries = 3000)
    void tellsWhatBrokenPacketsOfALoginAre(@ForAll("serverPackets") byte[] packet) {
        // An assembler only ever hands on packets with a whole header.
        if (packet.length >= HEADER_BYTES) {
            assertSeesNothingBut(packet, LoginReply::kindOf);
            assertSeesNothingBut(packet, LoginReply::statusOfOk);
        }
    }

    @Property(tries = 3000)
    void readsBrokenLengths(@ForAll("serverPackets") byte[] bytes) {
        assertSeesNothingBut(bytes, Lenenc::read);
        assertSeesNothingBut(bytes, in -> Arrays.toString(Lenenc.readBytes(in)));
        assertSeesNothingBut(bytes, Lenenc::readString);
        assertSeesNothingBut(bytes, in -> Lenenc.readNulTerminated(in, "text"));
    }

    @Property(tries = 3000)
    void looksAtBrokenStatements(@ForAll("commands") byte[] bytes, @ForAll boolean whole) {
        assertSeesNothingBut(
                bytes, in -> StatementStart.look(in, in.readerIndex(), in.writerIndex(), whole));
        assertSeesNothingBut(
                bytes,
                in ->
                        StatementStart.find(
                                in,
                                in.readerIndex(),
                                in.writerIndex(),
                                found -> !(found instanceof StatementStart.Found.Ordinary)));
    }

    @Provide
    Arbitrary<byte[]> commands() {
        List<byte[]> texts = new ArrayList<>();
        Broken.packets(true).forEach(packet -> texts.add(payload(packet)));
        for (String text :
                List.of(
                        "KILL QUERY 42",
                        "/*! KILL */ CONNECTION 4;",
                        "USE `p``2`; SELECT ';', \"--\", `/*` -- x\n; kill 5",
                        "SELECT 1 /*M!100100 ; USE p2 */ # KILL 4\n;USE p3")) {
            texts.add(Bytes.of(text));
        }
        return Broken.of(texts);
    }

    @Provide
    Arbitrary<byte[]> changesOfUser() {
        return Broken.of(
                List.of(
                        Bytes.of(
                                0x11, // command
                                "app+p1", // user name
                                0,
                                20, // length of the auth response
                                new byte[20],
                                "p1", // schema
                                0,
                                45, // character set
                                0,
                                "mysql_native_password", // auth plugin name
                                0,
                                11, // length of all attributes
                                7,
                                "project",
                                2,
                                "p1"),
                        Bytes.of(0x11, "app", 0, 0, 0),
                        Bytes.of(0x11, "app", 0, 0, "p1", 0, 45, 0, "x")));
    }

    @Property(tries = 3000)
    void readsBrokenChangesOfUser(
            @ForAll("changesOfUser") byte[] message, @ForAll("offers") long capabilities) {
        // The command byte is what made it one.
        if (message.length > 0) {
            assertSeesNothingBut(message, in -> ChangeUser.decode(in, capabilities));
        }
    }

    @Property(tries = 3000)
    void readsBrokenSwitches(
            @ForAll("serverPackets") byte[] packet, @ForAll("offers") long capabilities) {
        if (packet.length > HEADER_BYTES) {
            packet[HEADER_BYTES] = (byte) AuthSwitchRequest.HEADER;
            assertSeesNothingBut(packet, in -> AuthSwitchRequest.is(in, capabilities));
            assertSeesNothingBut(
                    packet,
                    in -> {
                        AuthSwitchRequest request = AuthSwitchRequest.decode(in);
                        return request.plugin() + request.scramble().length();
                    });
        }
    }

    @Provide
    Arbitrary<byte[]> attributed() {
        return Broken.of(
                List.of(
                        Bytes.of(0, 1, "SELECT 1"),
                        Bytes.of(
                                2, // attributes
                                1, // sets
                                0, // nulls
                                1, // types follow
                                8, // LONGLONG
                                0,
                                1, // its name
                                "a",
                                0xfe, // STRING
                                0,
                                0, // no name
                                zeros(8),
                                3,
                                "abc",
                                "SELECT 1"),
                        Bytes.of(9, 1, 0xff, 1, 1, 6, 0, 0, 1, 0, 0, "KILL 5")));
    }

    @Property(tries = 4000)
    void looksForTheTextBehindBrokenAttributes(@ForAll("attributed") byte[] message) {
        assertSeesNothingBut(
                message,
                in -> {
                    int text = QueryAttributes.textIndex(in, in.readerIndex(), in.writerIndex());
                    assertThat(text).isLessThanOrEqualTo(in.writerIndex());
                    return text;
                });
    }

    @Property(tries = 500)
    void readsBrokenKeys(@ForAll("keys") byte[] pem) {
        try {
            assertThat(RsaPassword.publicKey(new String(pem, StandardCharsets.ISO_8859_1)))
                    .isNotNull();
        } catch (GeneralSecurityException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<byte[]> keys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        String pem = RsaPassword.pem(generator.generateKeyPair().getPublic());
        return Broken.of(List.of(Bytes.of(pem)));
    }
}
