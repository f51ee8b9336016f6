package dev.homeport.router.guard.sql;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Counts how many bytes were looked at, so that a test can hold effort against size. */
final class CountingText extends UnpooledHeapByteBuf {
    private long bytesSeen;

    CountingText(String text) {
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
    public short getUnsignedByte(int index) {
        bytesSeen++;
        return super.getUnsignedByte(index);
    }

    @Override
    public int indexOf(int from, int to, byte value) {
        int found = super.indexOf(from, to, value);
        bytesSeen += (found < 0 ? to : found) - from;
        return found;
    }

    @Override
    public int forEachByte(int index, int length, ByteProcessor processor) {
        int found = super.forEachByte(index, length, processor);
        bytesSeen += found < 0 ? length : found - index + 1;
        return found;
    }

    @Override
    public String toString(int index, int length, Charset charset) {
        bytesSeen += length;
        return super.toString(index, length, charset);
    }
}
