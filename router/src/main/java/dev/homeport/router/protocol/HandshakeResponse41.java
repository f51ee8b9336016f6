package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_ATTRS;
import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_WITH_DB;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PROTOCOL_41;
import static dev.homeport.router.protocol.Capabilities.CLIENT_SECURE_CONNECTION;
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
 * @param capabilities as the client sent them
 * @param maxPacketBytes the largest payload the client wants to send
 * @param collation the client's, one byte
 * @param attributes connection attributes in the order sent
 */
public record HandshakeResponse41(
        int capabilities,
        long maxPacketBytes,
        int collation,
        String user,
        Optional<String> schema,
        Map<String, String> attributes) {
    private static final int FILLER_BYTES = 23;

    /** The part that an SSLRequest consists of: flags, maximum packet, collation, filler. */
    public static final int FIXED_BYTES = 4 + 4 + 1 + FILLER_BYTES;

    public HandshakeResponse41 {
        attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Reads the payload.
     *
     * @param offered what the greeting offered; some drivers set bits that were not offered and lay
     *     the packet out by those that were
     */
    public static HandshakeResponse41 decode(ByteBuf in, int offered)
            throws MalformedPacketException {
        int capabilities = peekCapabilities(in);
        int agreed = capabilities & offered;
        if (!has(capabilities, CLIENT_PROTOCOL_41) || in.readableBytes() < FIXED_BYTES) {
            throw new MalformedPacketException(
                    "the handshake response is shorter than its fixed part");
        }
        in.skipBytes(4);
        long maxPacket = in.readUnsignedIntLE();
        int collation = in.readUnsignedByte();
        in.skipBytes(FILLER_BYTES);
        String user = Lenenc.readNulTerminated(in, "user name");
        skipAuthResponse(in, agreed);
        Optional<String> schema = Optional.empty();
        if (has(agreed, CLIENT_CONNECT_WITH_DB) && in.isReadable()) {
            String name = Lenenc.readNulTerminated(in, "schema name");
            schema = name.isEmpty() ? Optional.empty() : Optional.of(name);
        }
        if (has(agreed, CLIENT_PLUGIN_AUTH) && in.isReadable()) {
            skipPluginName(in);
        }
        Map<String, String> attributes =
                has(agreed, CLIENT_CONNECT_ATTRS) && in.isReadable()
                        ? readAttributes(in)
                        : Map.of();
        return new HandshakeResponse41(
                capabilities, maxPacket, collation, user, schema, attributes);
    }

    /** The capability flags at the start of a response or SSLRequest. */
    public static int peekCapabilities(ByteBuf in) throws MalformedPacketException {
        if (in.readableBytes() < 4) {
            throw new MalformedPacketException("the handshake response has no capability flags");
        }
        return in.getIntLE(in.readerIndex());
    }

    /** Writes the payload with an empty auth response and that plugin name. */
    public void encode(ByteBuf out, String authPlugin) {
        out.writeIntLE(capabilities);
        out.writeIntLE((int) maxPacketBytes);
        out.writeByte(collation);
        out.writeZero(FILLER_BYTES);
        Lenenc.writeNulTerminated(out, user);
        out.writeByte(0);
        if (has(capabilities, CLIENT_CONNECT_WITH_DB)) {
            Lenenc.writeNulTerminated(out, schema.orElse(""));
        }
        if (has(capabilities, CLIENT_PLUGIN_AUTH)) {
            Lenenc.writeNulTerminated(out, authPlugin);
        }
        if (has(capabilities, CLIENT_CONNECT_ATTRS)) {
            writeAttributes(out);
        }
    }

    private static void skipAuthResponse(ByteBuf in, int agreed) throws MalformedPacketException {
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

    private static void skipPluginName(ByteBuf in) {
        int length = in.bytesBefore((byte) 0);
        // Some drivers leave the terminator out when the name is last.
        in.skipBytes(length < 0 ? in.readableBytes() : length + 1);
    }

    private static Map<String, String> readAttributes(ByteBuf in) throws MalformedPacketException {
        long length = Lenenc.read(in);
        if (length < 0 || length > in.readableBytes()) {
            throw new MalformedPacketException(
                    "connection attributes are longer than their packet");
        }
        ByteBuf pairs = in.readSlice((int) length);
        Map<String, String> attributes = new LinkedHashMap<>();
        while (pairs.isReadable()) {
            String name = Lenenc.readString(pairs);
            attributes.put(name, Lenenc.readString(pairs));
        }
        return attributes;
    }

    private void writeAttributes(ByteBuf out) {
        ByteBuf pairs = out.alloc().buffer();
        try {
            attributes.forEach(
                    (name, value) -> {
                        Lenenc.writeString(pairs, name);
                        Lenenc.writeString(pairs, value);
                    });
            Lenenc.write(out, pairs.readableBytes());
            out.writeBytes(pairs);
        } finally {
            pairs.release();
        }
    }
}
