package dev.homeport.testkit.zookeeper;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One direction of a connection, cut into frames: a length of four bytes and as many bytes. Those
 * that are not to pass are left out.
 */
final class Frames implements UnaryOperator<byte[]> {
    private final Predicate<ByteBuffer> passes;
    private byte[] rest = {};

    /**
     * @param passes is given each frame without its length
     */
    Frames(Predicate<ByteBuffer> passes) {
        this.passes = passes;
    }

    @Override
    public byte[] apply(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(joined(rest, bytes));
        var passed = new ByteArrayOutputStream();
        while (hasFrame(buffer)) {
            int length = Integer.BYTES + lengthAt(buffer);
            byte[] frame = new byte[length];
            buffer.get(frame);
            if (passes.test(
                    ByteBuffer.wrap(frame, Integer.BYTES, length - Integer.BYTES).slice())) {
                passed.writeBytes(frame);
            }
        }
        rest = Arrays.copyOfRange(buffer.array(), buffer.position(), buffer.limit());
        return passed.toByteArray();
    }

    private static boolean hasFrame(ByteBuffer buffer) {
        return buffer.remaining() >= Integer.BYTES
                && buffer.remaining() - Integer.BYTES >= lengthAt(buffer);
    }

    private static int lengthAt(ByteBuffer buffer) {
        return buffer.getInt(buffer.position());
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
