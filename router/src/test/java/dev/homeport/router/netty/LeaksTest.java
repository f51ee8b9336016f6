package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

class LeaksTest {
    @Test
    void findsABufferThatNobodyReleased() throws InterruptedException {
        // Given
        Leaks.watch();
        leak();
        // When / Then
        assertThat(Leaks.collect()).hasSize(1).first().asString().contains("LeaksTest.leak");
        assertThat(Leaks.collect()).isEmpty();
    }

    private static void leak() {
        ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
    }
}
