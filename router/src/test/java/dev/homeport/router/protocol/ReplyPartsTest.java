package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class ReplyPartsTest {
    private static final long CLASSIC = 0;
    private static final long DEPRECATE_EOF = Capabilities.CLIENT_DEPRECATE_EOF;

    /** OK: no rows, no id, autocommit, no warnings. */
    private static final String OK = "07000001" + "00000002000000";

    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    @Test
    void anOkGoesOnWhereTheLastReplyEndedAndSaysThatMoreFollows() throws Exception {
        // Given
        ByteBuf reply = bytes(OK);

        // When
        int last = ReplyParts.of(reply, CLASSIC).continued(5, true);

        // Then
        assertThat(last).isEqualTo(5);
        assertThat(ByteBufUtil.hexDump(reply)).isEqualTo("07000005" + "0000000a000000");
    }

    @Test
    void theLastReplyStaysAsItIsButForItsNumbers() throws Exception {
        // Given
        ByteBuf reply = bytes(OK);

        // When
        ReplyParts.of(reply, CLASSIC).continued(5, false);

        // Then
        assertThat(ByteBufUtil.hexDump(reply)).isEqualTo("07000005" + "00000002000000");
    }

    @Test
    void aResultsetIsNumberedThroughAndItsLastEofSaysThatMoreFollows() throws Exception {
        // Given: one column, its definition cut short, EOF, a row "7", EOF
        ByteBuf reply =
                bytes(
                        "01000001"
                                + "01"
                                + "02000002"
                                + "0364"
                                + "05000003"
                                + "fe00000200"
                                + "02000004"
                                + "0137"
                                + "05000005"
                                + "fe00000200");

        // When
        int last = ReplyParts.of(reply, CLASSIC).continued(255, true);

        // Then
        assertThat(last).isEqualTo(3);
        assertThat(ByteBufUtil.hexDump(reply))
                .isEqualTo(
                        "010000ff"
                                + "01"
                                + "02000000"
                                + "0364"
                                + "05000001"
                                + "fe00000200"
                                + "02000002"
                                + "0137"
                                + "05000003"
                                + "fe00000a00");
    }

    @Test
    void withoutEofsTheOkThatEndsTheRowsSaysIt() throws Exception {
        // Given
        ByteBuf reply =
                bytes("01000001" + "01" + "02000002" + "0137" + "07000003" + "fe000002000000");

        // When
        ReplyParts.of(reply, DEPRECATE_EOF).continued(1, true);

        // Then
        assertThat(ByteBufUtil.hexDump(reply)).endsWith("07000003" + "fe00000a000000");
    }

    @Test
    void anErrorIsTheEnd() throws Exception {
        // Given
        ByteBuf reply = bytes("03000001" + "ff1a04");

        // When
        ReplyParts parts = ReplyParts.of(reply, CLASSIC);
        parts.continued(9, true);

        // Then
        assertThat(parts.endsInError()).isTrue();
        assertThat(ByteBufUtil.hexDump(reply)).isEqualTo("03000009" + "ff1a04");
    }

    @Test
    void refusesWhatIsCutShort() {
        for (int end = 0; end < OK.length() / 2; end++) {
            ByteBuf cut = bytes(OK.substring(0, 2 * end));
            assertThatThrownBy(() -> ReplyParts.of(cut, CLASSIC))
                    .isInstanceOf(MalformedPacketException.class);
        }
    }
}
