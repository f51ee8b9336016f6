package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts packets together from numbers (one byte each), texts and byte arrays. */
public final class Bytes {
    private Bytes() {}

    /** The bytes of all parts in a row. */
    public static byte[] of(Object... parts) {
        var out = new ByteArrayOutputStream();
        for (Object part : parts) {
            switch (part) {
                case Integer one -> out.write(one);
                case Long one -> out.write(one.intValue());
                case String text -> out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                case byte[] bytes -> out.writeBytes(bytes);
                default -> throw new IllegalArgumentException(part.getClass().toString());
            }
        }
        return out.toByteArray();
    }

    public static byte[] zeros(int count) {
        return new byte[count];
    }

    /** One packet: header and payload. */
    public static byte[] packet(int sequence, Object... payload) {
        byte[] bytes = of(payload);
        return of(
                bytes.length & 0xff,
                bytes.length >>> 8 & 0xff,
                bytes.length >>> 16,
                sequence & 0xff,
                bytes);
    }

    public static ByteBuf buffer(Object... parts) {
        return Unpooled.wrappedBuffer(of(parts));
    }
}
