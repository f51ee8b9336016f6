package dev.homeport.testkit.mysql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the protocol's basic types (MySQL source docs, "Basic Data Types") into a payload. */
public final class PacketWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public PacketWriter int1(long value) {
        return fixed(value, 1);
    }

    public PacketWriter int2(long value) {
        return fixed(value, 2);
    }

    public PacketWriter int3(long value) {
        return fixed(value, 3);
    }

    public PacketWriter int4(long value) {
        return fixed(value, 4);
    }

    private PacketWriter fixed(long value, int length) {
        for (int i = 0; i < length; i++) {
            out.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    /** A length-encoded integer. */
    public PacketWriter lenenc(long value) {
        if (value < 0xfb) {
            return int1(value);
        }
        if (value <= 0xffff) {
            return int1(0xfc).int2(value);
        }
        return value <= 0xff_ffff ? int1(0xfd).int3(value) : int1(0xfe).fixed(value, 8);
    }

    public PacketWriter bytes(byte... value) {
        out.writeBytes(value);
        return this;
    }

    public PacketWriter zeros(int count) {
        return bytes(new byte[count]);
    }

    public PacketWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public PacketWriter nulText(String value) {
        return text(value).int1(0);
    }

    public PacketWriter lenencBytes(byte... value) {
        return lenenc(value.length).bytes(value);
    }

    public PacketWriter lenencText(String value) {
        return lenencBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] payload() {
        return out.toByteArray();
    }
}
