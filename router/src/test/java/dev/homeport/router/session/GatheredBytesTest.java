package dev.homeport.router.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GatheredBytesTest {
    /** Counts what is asked of it: every byte of it is a byte copied. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {
        long bytes;

        @Override
        protected ByteBuf newHeapBuffer(int initial, int max) {
            bytes += initial;
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initial, max);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initial, int max) {
            bytes += initial;
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initial, max);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    private final CountingAllocator allocator = new CountingAllocator();
    private final GatheredBytes gathered = new GatheredBytes(allocator);

    private static ByteBuf bytes(int... values) {
        ByteBuf bytes = UnpooledByteBufAllocator.DEFAULT.buffer();
        for (int value : values) {
            bytes.writeByte(value);
        }
        return bytes;
    }

    @Test
    void keepsWhatComesAloneAsItIs() {
        // Given
        ByteBuf alone = bytes(1, 2);
        // When
        gathered.add(alone);
        // Then
        assertThat(gathered.bytes()).isSameAs(alone);
        assertThat(allocator.bytes).isZero();
        gathered.release();
        assertThat(alone.refCnt()).isZero();
    }

    @Test
    void copiesBytesThatTrickleInInProportionToTheirNumber() {
        // Given
        int count = 128 * 1024;
        // When
        for (int i = 0; i < count; i++) {
            gathered.add(bytes(i));
        }
        // Then
        assertThat(gathered.readableBytes()).isEqualTo(count);
        assertThat(allocator.bytes).isLessThan(6L * count);
        gathered.release();
    }

    @Test
    void leavesSlicesAloneThatAreOnTheirWay() {
        // Given
        gathered.add(bytes(1, 2));
        gathered.add(bytes(3, 4));
        ByteBuf slice = gathered.bytes().readRetainedSlice(3);
        // When
        for (int i = 0; i < 50; i++) {
            gathered.add(bytes(9));
        }
        // Then
        assertThat(ByteBufUtil.getBytes(slice)).containsExactly(1, 2, 3);
        slice.release();
        gathered.release();
        assertThat(slice.refCnt()).isZero();
    }

    @Test
    void writesToNoBufferOfOthers() {
        // Given: room behind the bytes that belongs to somebody else
        ByteBuf shared = Unpooled.buffer(8).writeBytes(new byte[] {1, 2, 7, 7});
        ByteBuf part = shared.retainedSlice(0, 4).writerIndex(2);
        gathered.add(part);
        // When
        gathered.add(bytes(3));
        // Then
        assertThat(shared.getByte(2)).isEqualTo((byte) 7);
        gathered.release();
        shared.release();
        assertThat(shared.refCnt()).isZero();
    }

    @Property(tries = 300)
    void handsOverWhatCame(@ForAll @Size(max = 20) List<@Size(max = 40) byte[]> pieces) {
        // Given
        ByteBuf expected = Unpooled.buffer();
        var some = new GatheredBytes(UnpooledByteBufAllocator.DEFAULT);
        // When
        for (byte[] piece : pieces) {
            expected.writeBytes(piece);
            some.add(Unpooled.copiedBuffer(piece));
        }
        // Then
        ByteBuf taken = some.take();
        assertThat(ByteBufUtil.getBytes(taken)).isEqualTo(ByteBufUtil.getBytes(expected));
        taken.release();
    }
}
