package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_ATTRS;
import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_WITH_DB;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PROTOCOL_41;
import static dev.homeport.router.protocol.Capabilities.CLIENT_SECURE_CONNECTION;
import static dev.homeport.router.protocol.Capabilities.CLIENT_ZSTD_COMPRESSION_ALGORITHM;
import static dev.homeport.router.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The client's answer to the greeting (MySQL source docs, Protocol::HandshakeResponse41). The auth
 * response in it is read over and not kept: it answers a scramble of the router, so it is of no
 * use.
 *
 * @param capabilities as the client sent them, MariaDB's own in the upper half
 * @param maxPacketBytes the largest payload the client wants to send
 * @param collation the client's, one byte
 * @param attributes connection attributes in the order sent
 * @param zstdLevel how hard the other side should try; there with the flag for zstd only, else 0
 */
public record HandshakeResponse41(
        long capabilities,
        long maxPacketBytes,
        int collation,
        String user,
        Optional<String> schema,
        Map<String, String> attributes,
        int zstdLevel) {
    private static final int FILLER_BYTES = 19;

    /** The part that an SSLRequest consists of: flags, maximum packet, collation, filler, flags. */
    public static final int FIXED_BYTES = 4 + 4 + 1 + FILLER_BYTES + 4;

    public HandshakeResponse41 {
        attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** One that asks for no zstd. */
    public HandshakeResponse41(
            long capabilities,
            long maxPacketBytes,
            int collation,
            String user,
            Optional<String> schema,
            Map<String, String> attributes) {
        this(capabilities, maxPacketBytes, collation, user, schema, attributes, 0);
    }

    /**
     * Reads the payload.
     *
     * @param offered what the greeting offered; some drivers set bits that were not offered and lay
     *     the packet out by those that were
     */
    public static HandshakeResponse41 decode(ByteBuf in, long offered)
            throws MalformedPacketException {
        long capabilities = peekCapabilities(in);
        if (!has(capabilities, CLIENT_PROTOCOL_41) || in.readableBytes() < FIXED_BYTES) {
            throw new MalformedPacketException(
                    "the handshake response is shorter than its fixed part");
        }
        in.skipBytes(4);
        long maxPacket = in.readUnsignedIntLE();
        int collation = in.readUnsignedByte();
        in.skipBytes(FILLER_BYTES);
        capabilities = Capabilities.join((int) capabilities, in.readIntLE());
        long agreed = capabilities & offered;
        String user = Lenenc.readNulTerminated(in, "user name");
        skipAuthResponse(in, agreed);
        Optional<String> schema = Optional.empty();
        if (has(agreed, CLIENT_CONNECT_WITH_DB) && in.isReadable()) {
            String name = Lenenc.readNulTerminated(in, "schema name");
            schema = name.isEmpty() ? Optional.empty() : Optional.of(name);
        }
        if (has(agreed, CLIENT_PLUGIN_AUTH) && in.isReadable()) {
            Lenenc.skipLastName(in);
        }
        Map<String, String> attributes =
                has(agreed, CLIENT_CONNECT_ATTRS) ? Lenenc.readMap(in) : Map.of();
        boolean hasLevel = has(agreed, CLIENT_ZSTD_COMPRESSION_ALGORITHM) && in.isReadable();
        int zstdLevel = hasLevel ? in.readUnsignedByte() : 0;
        return new HandshakeResponse41(
                capabilities, maxPacket, collation, user, schema, attributes, zstdLevel);
    }

    /**
     * The capability flags at the start of a response or SSLRequest, without MariaDB's own, which
     * an SSLRequest need not have.
     */
    public static long peekCapabilities(ByteBuf in) throws MalformedPacketException {
        if (in.readableBytes() < 4) {
            throw new MalformedPacketException("the handshake response has no capability flags");
        }
        return in.getUnsignedIntLE(in.readerIndex());
    }

    /** The same with other capability flags. */
    public HandshakeResponse41 withCapabilities(long flags) {
        return new HandshakeResponse41(
                flags, maxPacketBytes, collation, user, schema, attributes, zstdLevel);
    }

    /** The same without a schema to begin in. */
    public HandshakeResponse41 withoutSchema() {
        return new HandshakeResponse41(
                capabilities & ~CLIENT_CONNECT_WITH_DB,
                maxPacketBytes,
                collation,
                user,
                Optional.empty(),
                attributes,
                zstdLevel);
    }

    /** Writes the payload with an empty auth response and that plugin name. */
    public void encode(ByteBuf out, String authPlugin) {
        encodeSslRequest(out);
        Lenenc.writeNulTerminated(out, user);
        out.writeByte(0);
        if (has(capabilities, CLIENT_CONNECT_WITH_DB)) {
            Lenenc.writeNulTerminated(out, schema.orElse(""));
        }
        if (has(capabilities, CLIENT_PLUGIN_AUTH)) {
            Lenenc.writeNulTerminated(out, authPlugin);
        }
        if (has(capabilities, CLIENT_CONNECT_ATTRS)) {
            Lenenc.writeMap(out, attributes);
        }
        if (has(capabilities, CLIENT_ZSTD_COMPRESSION_ALGORITHM)) {
            out.writeByte(zstdLevel);
        }
    }

    /**
     * Writes the payload of an SSLRequest, which is the beginning of the response (MySQL source
     * docs, Protocol::SSLRequest).
     */
    public void encodeSslRequest(ByteBuf out) {
        out.writeIntLE((int) capabilities);
        out.writeIntLE((int) maxPacketBytes);
        out.writeByte(collation);
        out.writeZero(FILLER_BYTES);
        out.writeIntLE(Capabilities.mariaDb(capabilities));
    }

    private static void skipAuthResponse(ByteBuf in, long agreed) throws MalformedPacketException {
        long length;
        if (has(agreed, CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)) {
            length = Lenenc.read(in);
        } else if (has(agreed, CLIENT_SECURE_CONNECTION)) {
            if (!in.isReadable()) {
                throw new MalformedPacketException("the auth response has no length");
            }
            length = in.readUnsignedByte();
        } else {
            length = in.bytesBefore((byte) 0) + 1L;
        }
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException("the auth response is longer than its packet");
        }
        in.skipBytes((int) length);
    }
}
