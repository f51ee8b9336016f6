package dev.homeport.testkit.mysql;

import dev.homeport.testkit.mysql.auth.AuthPlugin;
import dev.homeport.testkit.tls.ClientTls;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client says of itself (MySQL source docs, Protocol::HandshakeResponse41).
 *
 * @param capabilities what the client wants; the client leaves out what the server did not offer
 * @param plugin whose answer it sends first; the greeting's by default
 * @param tls empty for a client without it
 */
public record Login(
        String user,
        String password,
        Optional<String> schema,
        Map<String, String> attributes,
        long capabilities,
        Optional<String> plugin,
        Optional<ClientTls> tls) {
    static final String NATIVE_PASSWORD = AuthPlugin.NATIVE_PASSWORD;

    private static final int COLLATION = 45;
    private static final long MAX_PACKET = 1 << 24;

    public Login {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** A user without schema and attributes, with the usual capabilities and without TLS. */
    public static Login as(String user, String password) {
        return new Login(
                user,
                password,
                Optional.empty(),
                Map.of(),
                Capabilities.USUAL,
                Optional.empty(),
                Optional.empty());
    }

    public Login withSchema(String newSchema) {
        return new Login(
                user, password, Optional.of(newSchema), attributes, capabilities, plugin, tls);
    }

    public Login withAttribute(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new Login(user, password, schema, more, capabilities, plugin, tls);
    }

    public Login with(long flags) {
        return new Login(user, password, schema, attributes, capabilities | flags, plugin, tls);
    }

    public Login without(long flags) {
        return new Login(user, password, schema, attributes, capabilities & ~flags, plugin, tls);
    }

    public Login withPlugin(String name) {
        return new Login(user, password, schema, attributes, capabilities, Optional.of(name), tls);
    }

    public Login withTls(ClientTls newTls) {
        return new Login(
                user, password, schema, attributes, capabilities, plugin, Optional.of(newTls));
    }

    /** The flags that this login really has at that server. */
    long negotiated(Greeting greeting) {
        long wanted =
                capabilities & ~(Capabilities.CLIENT_CONNECT_WITH_DB | Capabilities.CLIENT_SSL);
        if (schema.isPresent()) {
            wanted |= Capabilities.CLIENT_CONNECT_WITH_DB;
        }
        if (tls.isPresent()) {
            wanted |= Capabilities.CLIENT_SSL;
        }
        return wanted & greeting.capabilities();
    }

    /** The SSLRequest for that server. */
    public byte[] sslRequest(Greeting greeting) {
        return head(negotiated(greeting)).payload();
    }

    /** The HandshakeResponse41 for that server. */
    public byte[] payload(Greeting greeting) {
        AuthPlugin first = firstPlugin(greeting);
        return payload(greeting, first.start(scramble(greeting)));
    }

    byte[] payload(Greeting greeting, byte[] answer) {
        long flags = negotiated(greeting);
        PacketWriter writer = head(flags).nulText(user).int1(answer.length).bytes(answer);
        if ((flags & Capabilities.CLIENT_CONNECT_WITH_DB) != 0) {
            writer.nulText(schema.orElseThrow());
        }
        if ((flags & Capabilities.CLIENT_PLUGIN_AUTH) != 0) {
            writer.nulText(firstPluginName(greeting));
        }
        writeAttributes(flags, writer);
        return writer.payload();
    }

    private static PacketWriter head(long flags) {
        return new PacketWriter()
                .int4(flags & 0xffff_ffffL)
                .int4(MAX_PACKET)
                .int1(COLLATION)
                .zeros(19)
                .int4(flags >>> 32);
    }

    /** MySQL source docs, COM_CHANGE_USER. */
    byte[] changeUserPayload(Greeting greeting, long flags, byte[] answer) {
        PacketWriter writer =
                new PacketWriter()
                        .int1(Capabilities.COM_CHANGE_USER)
                        .nulText(user)
                        .int1(answer.length)
                        .bytes(answer)
                        .nulText(schema.orElse(""))
                        .int2(COLLATION);
        if ((flags & Capabilities.CLIENT_PLUGIN_AUTH) != 0) {
            writer.nulText(firstPluginName(greeting));
        }
        writeAttributes(flags, writer);
        return writer.payload();
    }

    private void writeAttributes(long flags, PacketWriter writer) {
        if ((flags & Capabilities.CLIENT_CONNECT_ATTRS) != 0) {
            PacketWriter pairs = new PacketWriter();
            attributes.forEach((name, value) -> pairs.lenencText(name).lenencText(value));
            writer.lenencBytes(pairs.payload());
        }
    }

    AuthPlugin firstPlugin(Greeting greeting) {
        return plugin(firstPluginName(greeting));
    }

    private String firstPluginName(Greeting greeting) {
        return plugin.orElseGet(greeting::plugin);
    }

    /** The client's side of that plugin, for this password. */
    AuthPlugin plugin(String name) {
        return AuthPlugin.of(name, password, tls.isPresent());
    }

    static byte[] scramble(Greeting greeting) {
        return greeting.scramble().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What mysql_native_password sends for that scramble; empty without a password. */
    public byte[] nativeAnswer(String scramble) {
        return plugin(NATIVE_PASSWORD).start(scramble.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
