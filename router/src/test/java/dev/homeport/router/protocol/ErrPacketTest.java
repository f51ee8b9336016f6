package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ErrPacketTest {
    /** MySQL source docs, Protocol::ERR_Packet. */
    private static final byte[] WITH_STATE =
            Bytes.of(
                    0xff, // header
                    0x48, // error code 1096
                    0x04,
                    "#", // sql_state_marker
                    "HY000", // sql_state
                    "No tables used"); // error message

    @Test
    void readsAnErrorWithItsSqlState() throws MalformedPacketException {
        assertThat(ErrPacket.decode(Unpooled.wrappedBuffer(WITH_STATE)))
                .isEqualTo(new ErrPacket(1096, "HY000", "No tables used"));
    }

    @Test
    void readsAnErrorFromBeforeTheLogin() throws MalformedPacketException {
        assertThat(ErrPacket.decode(Bytes.buffer(0xff, 0x10, 0x04, "Too many connections")))
                .isEqualTo(new ErrPacket(1040, "", "Too many connections"));
    }

    @Test
    void readsAMessageThatOnlyLooksLikeAnSqlState() throws MalformedPacketException {
        assertThat(ErrPacket.decode(Bytes.buffer(0xff, 0x10, 0x04, "#1 of")))
                .isEqualTo(new ErrPacket(1040, "", "#1 of"));
    }

    @Test
    void writesWhatItRead() throws MalformedPacketException {
        // Given
        ByteBuf out = Unpooled.buffer();
        // When
        ErrPacket.decode(Unpooled.wrappedBuffer(WITH_STATE)).encode(out);
        // Then
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(WITH_STATE);
    }

    @Test
    void refusesOtherPackets() {
        assertThatThrownBy(() -> ErrPacket.decode(Bytes.buffer(0, 0, 0, 2, 0)))
                .isInstanceOf(MalformedPacketException.class);
        assertThatThrownBy(() -> ErrPacket.decode(Bytes.buffer(0xff, 1)))
                .isInstanceOf(MalformedPacketException.class);
        assertThatThrownBy(() -> ErrPacket.decode(Unpooled.EMPTY_BUFFER))
                .isInstanceOf(MalformedPacketException.class);
    }

    @Property(tries = 1000)
    void saysMalformedAndNothingElseToAnyBytes(@ForAll byte[] bytes, @ForAll boolean headed) {
        try {
            ErrPacket.decode(headed ? Bytes.buffer(0xff, bytes) : Bytes.buffer(bytes));
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
