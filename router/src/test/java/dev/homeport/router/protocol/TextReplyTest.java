package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextReplyTest {
    private static final long CLASSIC = 0;

    /** Two columns, their definitions cut short, EOF, a row of "7" and NULL, EOF. */
    private static final String ROW =
            "01000001"
                    + "02"
                    + "02000002"
                    + "0364"
                    + "02000003"
                    + "0364"
                    + "05000004"
                    + "fe00000200"
                    + "03000005"
                    + "0137fb"
                    + "05000006"
                    + "fe00000200";

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @Test
    void readsTheFirstRow() throws Exception {
        assertThat(TextReply.decode(bytes(ROW), CLASSIC))
                .isEqualTo(new TextReply.Row(List.of(Optional.of("7"), Optional.empty())));
    }

    @Test
    void readsARowWithoutEofsAndWithoutDefinitions() throws Exception {
        // Given: one column, no definitions follow, a row "7", OK
        ByteBuf reply =
                bytes("02000001" + "0100" + "02000002" + "0137" + "07000003" + "fe000002000000");

        // When
        TextReply read =
                TextReply.decode(
                        reply,
                        Capabilities.CLIENT_DEPRECATE_EOF
                                | Capabilities.CLIENT_OPTIONAL_RESULTSET_METADATA);

        // Then
        assertThat(read).isEqualTo(new TextReply.Row(List.of(Optional.of("7"))));
    }

    @Test
    void readsOkAndError() throws Exception {
        assertThat(TextReply.decode(bytes("07000001" + "00000002000000"), CLASSIC))
                .isEqualTo(new TextReply.Done());
        assertThat(
                        TextReply.decode(
                                bytes("0c000001" + "ff760423" + "3432533032" + "616263"), CLASSIC))
                .isEqualTo(new TextReply.Failed(new ErrPacket(1142, "42S02", "abc")));
    }

    @Test
    void looksBehindProgressReports() throws Exception {
        assertThat(
                        TextReply.decode(
                                bytes("04000001" + "ffffff01" + "07000002" + "00000002000000"),
                                CLASSIC))
                .isEqualTo(new TextReply.Done());
    }

    @Test
    void refusesWhatIsCutShortAndWhatIsNoReply() {
        int needed = ROW.length() / 2 - 9; // all but the last EOF
        for (int end = 0; end < needed; end++) {
            ByteBuf cut = bytes(ROW.substring(0, 2 * end));
            assertThatThrownBy(() -> TextReply.decode(cut, CLASSIC))
                    .isInstanceOf(MalformedPacketException.class);
        }
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] junk = new byte[random.nextInt(60)];
            random.nextBytes(junk);
            try {
                TextReply.decode(Unpooled.wrappedBuffer(junk), CLASSIC);
            } catch (MalformedPacketException expected) {
                // nothing else may come
            }
        }
    }
}
