package dev.homeport.router.fuzz;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.PacketWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes of other protocols that arrive at a MySQL port. */
final class Hostile {
    /** What OpenSSL says first: TLS 1.2 and 1.3, with a server name. */
    static final byte[] CLIENT_HELLO =
            HexFormat.of()
                    .parseHex(
                            "16030100a9010000a50303"
                                    + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
                                    + "20"
                                    + "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"
                                    + "0006130113021303"
                                    + "0100"
                                    + "0056"
                                    + "0000000d000b000008646234302e746573"
                                    + "000a00040002001d"
                                    + "000d00080006040308040401"
                                    + "002b0003020304"
                                    + "003300260024001d0020"
                                    + "358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254");

    /** The header of the PROXY protocol, version 2, for TCP over IPv4. */
    static final byte[] PROXY_V2 =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000c0a0000010a00000212670cea");

    private Hostile() {}

    /** An SSLRequest and what follows it in the same breath. */
    static byte[] sslRequest(long flags, byte... behind) {
        return new PacketWriter()
                .int3(32)
                .int1(1)
                .int4(flags | Capabilities.USUAL | Capabilities.CLIENT_SSL)
                .int4(1 << 24)
                .int1(45)
                .zeros(23)
                .bytes(behind)
                .payload();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
