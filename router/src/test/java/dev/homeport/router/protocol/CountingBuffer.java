package dev.homeport.router.protocol;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Counts how many bytes were looked at, so that a test can hold effort against size. */
final class CountingBuffer extends UnpooledHeapByteBuf {
    private long bytesSeen;

    CountingBuffer(String text) {
        super(UnpooledByteBufAllocator.DEFAULT, text.length(), text.length());
        writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    long bytesSeen() {
        return bytesSeen;
    }

    @Override
    public byte getByte(int index) {
        bytesSeen++;
        return super.getByte(index);
    }

    @Override
    public int indexOf(int from, int to, byte value) {
        int found = super.indexOf(from, to, value);
        bytesSeen += (found < 0 ? to : found) - from;
        return found;
    }

    @Override
    public String toString(int index, int length, Charset charset) {
        bytesSeen += length;
        return super.toString(index, length, charset);
    }
}
