package dev.homeport.router.protocol;

import static dev.homeport.router.protocol.Capabilities.CLIENT_CONNECT_ATTRS;
import static dev.homeport.router.protocol.Capabilities.CLIENT_PLUGIN_AUTH;
import static dev.homeport.router.protocol.Capabilities.has;

import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A new login on a connection that stands (MySQL source docs, Protocol::COM_CHANGE_USER). The auth
 * response in it answers an old scramble and is read over.
 *
 * @param collation two bytes; empty where the client sent none
 * @param attributes connection attributes in the order sent
 */
public record ChangeUser(
        String user,
        Optional<String> schema,
        Optional<Integer> collation,
        Map<String, String> attributes) {
    public ChangeUser {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Reads the payload, command byte included.
     *
     * @param capabilities agreed at the handshake; they decide the layout
     */
    public static ChangeUser decode(ByteBuf in, long capabilities) throws MalformedPacketException {
        in.skipBytes(1);
        String user = Lenenc.readNulTerminated(in, "user name");
        if (!in.isReadable()) {
            throw new MalformedPacketException("the auth response has no length");
        }
        int answerBytes = in.readUnsignedByte();
        if (answerBytes > in.readableBytes()) {
            throw new MalformedPacketException("the auth response is longer than its packet");
        }
        in.skipBytes(answerBytes);
        String schema = in.isReadable() ? Lenenc.readNulTerminated(in, "schema name") : "";
        Optional<Integer> collation =
                in.readableBytes() >= 2 ? Optional.of(in.readUnsignedShortLE()) : Optional.empty();
        if (has(capabilities, CLIENT_PLUGIN_AUTH) && in.isReadable()) {
            Lenenc.skipLastName(in);
        }
        return new ChangeUser(
                user,
                schema.isEmpty() ? Optional.empty() : Optional.of(schema),
                collation,
                has(capabilities, CLIENT_CONNECT_ATTRS) ? Lenenc.readMap(in) : Map.of());
    }

    /** Writes the payload, command byte included, with an empty answer and that plugin name. */
    public void encode(ByteBuf out, long capabilities, String authPlugin) {
        out.writeByte(Command.COM_CHANGE_USER);
        Lenenc.writeNulTerminated(out, user);
        out.writeByte(0);
        Lenenc.writeNulTerminated(out, schema.orElse(""));
        out.writeShortLE(collation.orElse(0));
        if (has(capabilities, CLIENT_PLUGIN_AUTH)) {
            Lenenc.writeNulTerminated(out, authPlugin);
        }
        if (has(capabilities, CLIENT_CONNECT_ATTRS)) {
            Lenenc.writeMap(out, attributes);
        }
    }
}
