package dev.homeport.testkit.mysql;

/**
 * A server's first packet (MySQL source docs, Protocol::HandshakeV10).
 *
 * @param capabilities in the upper 32 bits MariaDB's own, which are there while the first bit is
 *     off
 * @param scramble 20 characters of 7 bits, without the closing NUL
 */
public record Greeting(
        String version,
        long connectionId,
        String scramble,
        long capabilities,
        int collation,
        int status,
        String plugin) {
    /** Reads it from the first packet of a connection. */
    public static Greeting parse(RawPacket packet) {
        PacketReader reader = packet.reader();
        int protocol = reader.int1();
        if (protocol != 10) {
            throw new IllegalArgumentException("no HandshakeV10: " + packet);
        }
        String version = reader.nulText();
        long connectionId = reader.int4();
        String scramble = reader.text(8);
        reader.int1();
        long capabilities = reader.int2();
        int collation = reader.int1();
        int status = reader.int2();
        capabilities |= (long) reader.int2() << 16;
        int scrambleLength = reader.int1();
        reader.bytes(6);
        long extended = reader.int4();
        if ((capabilities & Capabilities.CLIENT_LONG_PASSWORD) == 0) {
            capabilities |= extended << 32;
        }
        scramble += reader.text(Math.max(13, scrambleLength - 8) - 1);
        reader.int1();
        return new Greeting(
                version, connectionId, scramble, capabilities, collation, status, reader.nulText());
    }

    byte[] payload() {
        return new PacketWriter()
                .int1(10)
                .nulText(version)
                .int4(connectionId)
                .text(scramble.substring(0, 8))
                .int1(0)
                .int2(capabilities & 0xffff)
                .int1(collation)
                .int2(status)
                .int2(capabilities >>> 16 & 0xffff)
                .int1(scramble.length() + 1)
                .zeros(6)
                .int4(capabilities >>> 32)
                .nulText(scramble.substring(8))
                .nulText(plugin)
                .payload();
    }
}
