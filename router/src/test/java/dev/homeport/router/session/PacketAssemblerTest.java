package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.router.fuzz.Broken;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.router.protocol.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PacketAssemblerTest {
    private static final List<byte[]> STREAMS = streams();

    private static List<byte[]> streams() {
        var out = new ByteArrayOutputStream();
        List<byte[]> streams = new ArrayList<>(Broken.packets(true));
        streams.stream().limit(12).forEach(out::writeBytes);
        streams.add(out.toByteArray());
        return streams;
    }

    @Provide
    Arbitrary<byte[]> streamsOfPackets() {
        return Broken.of(STREAMS);
    }

    @Provide
    Arbitrary<List<Integer>> pieces() {
        return Broken.pieces();
    }

    /** The packets and what is left, as text; memory is given back in the end. */
    private static List<String> outcome(List<byte[]> pieces) {
        var allocator = new UnpooledByteBufAllocator(false);
        var assembler = new PacketAssembler(allocator);
        List<String> outcome = new ArrayList<>();
        try {
            for (byte[] piece : pieces) {
                assembler.add(allocator.buffer().writeBytes(piece));
                for (Optional<ByteBuf> packet = assembler.next();
                        packet.isPresent();
                        packet = assembler.next()) {
                    outcome.add(ByteBufUtil.hexDump(packet.get()));
                    packet.get().release();
                }
                assertThat(assembler.readableBytes())
                        .isLessThanOrEqualTo(PacketAssembler.MOST_PAYLOAD_BYTES + 4);
            }
            ByteBuf rest = assembler.takeRest();
            outcome.add("rest " + ByteBufUtil.hexDump(rest));
            rest.release();
        } catch (MalformedPacketException e) {
            outcome.add(e.getMessage());
        }
        assembler.release();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        return outcome;
    }

    @Property(tries = 3000)
    void findsTheSamePacketsWhereverTheBytesAreCut(
            @ForAll("streamsOfPackets") byte[] stream, @ForAll("pieces") List<Integer> pieces) {
        // When
        List<String> atOnce = outcome(List.of(stream));
        // Then
        assertThat(outcome(Broken.cut(stream, pieces))).isEqualTo(atOnce);
        String all = HexFormat.of().formatHex(stream);
        String last = atOnce.getLast();
        String seen = String.join("", atOnce.subList(0, atOnce.size() - 1));
        assertThat(all).startsWith(seen);
        if (last.startsWith("rest ")) {
            assertThat(seen + last.substring(5)).isEqualTo(all);
        }
    }

    @Test
    void refusesTooLongAPacketByItsHeader() throws MalformedPacketException {
        // Given
        var assembler = new PacketAssembler(UnpooledByteBufAllocator.DEFAULT);
        assembler.add(Bytes.buffer(0, 0x10, 1)); // 68 KiB
        assertThat(assembler.next()).isEmpty();
        assembler.add(Bytes.buffer(0));
        assertThat(assembler.next()).isEmpty();
        assembler.release();
        // When
        assembler.add(Bytes.buffer(1, 0x10, 1, 0));
        // Then
        assertThatThrownBy(assembler::next).isInstanceOf(MalformedPacketException.class);
        assembler.release();
    }
}
