package dev.homeport.testkit.mysql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a client says of itself (MySQL source docs, Protocol::HandshakeResponse41).
 *
 * @param capabilities what the client wants; the client leaves out what the server did not offer
 */
public record Login(
        String user,
        String password,
        Optional<String> schema,
        Map<String, String> attributes,
        long capabilities) {
    static final String NATIVE_PASSWORD = "mysql_native_password";

    private static final int COLLATION = 45;
    private static final long MAX_PACKET = 1 << 24;

    public Login {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** A user without schema and attributes, with the usual capabilities. */
    public static Login as(String user, String password) {
        return new Login(user, password, Optional.empty(), Map.of(), Capabilities.USUAL);
    }

    public Login withSchema(String newSchema) {
        return new Login(user, password, Optional.of(newSchema), attributes, capabilities);
    }

    public Login withAttribute(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new Login(user, password, schema, more, capabilities);
    }

    public Login with(long flags) {
        return new Login(user, password, schema, attributes, capabilities | flags);
    }

    public Login without(long flags) {
        return new Login(user, password, schema, attributes, capabilities & ~flags);
    }

    /** The flags that this login really has at that server. */
    long negotiated(Greeting greeting) {
        long wanted =
                schema.isPresent()
                        ? capabilities | Capabilities.CLIENT_CONNECT_WITH_DB
                        : capabilities & ~Capabilities.CLIENT_CONNECT_WITH_DB;
        return wanted & greeting.capabilities();
    }

    /** The HandshakeResponse41 for that server. */
    public byte[] payload(Greeting greeting) {
        long flags = negotiated(greeting);
        PacketWriter writer =
                new PacketWriter()
                        .int4(flags)
                        .int4(MAX_PACKET)
                        .int1(COLLATION)
                        .zeros(23)
                        .nulText(user);
        byte[] answer = nativeAnswer(greeting.scramble());
        writer.int1(answer.length).bytes(answer);
        if ((flags & Capabilities.CLIENT_CONNECT_WITH_DB) != 0) {
            writer.nulText(schema.orElseThrow());
        }
        if ((flags & Capabilities.CLIENT_PLUGIN_AUTH) != 0) {
            writer.nulText(NATIVE_PASSWORD);
        }
        if ((flags & Capabilities.CLIENT_CONNECT_ATTRS) != 0) {
            PacketWriter pairs = new PacketWriter();
            attributes.forEach((name, value) -> pairs.lenencText(name).lenencText(value));
            writer.lenencBytes(pairs.payload());
        }
        return writer.payload();
    }

    /**
     * {@code SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password)))}; empty without a password.
     */
    public byte[] nativeAnswer(String scramble) {
        if (password.isEmpty()) {
            return new byte[0];
        }
        byte[] once = sha1(password.getBytes(StandardCharsets.UTF_8));
        byte[] mask = sha1(scramble.getBytes(StandardCharsets.ISO_8859_1), sha1(once));
        for (int i = 0; i < once.length; i++) {
            once[i] ^= mask[i];
        }
        return once;
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return user + ":***";
    }
}
