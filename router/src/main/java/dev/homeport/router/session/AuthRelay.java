package dev.homeport.router.session;

import dev.homeport.router.protocol.AuthBytes;
import dev.homeport.router.protocol.AuthPlugin;
import dev.homeport.router.protocol.AuthSwitchRequest;
import dev.homeport.router.protocol.LoginReply;
import dev.homeport.router.protocol.MalformedPacketException;
import dev.homeport.router.protocol.Packet;
import dev.homeport.router.protocol.RsaPassword;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The auth exchange of one login, between a client and an instance that each count the packets of
 * their own connection. Packets pass as they are, with one exception: where only one of the two
 * connections is encrypted, a password that the client sends by the rules of its connection would
 * be wrong on the other one, or legible. Then it is sealed under the instance's RSA key, or the
 * client seals it under the router's, and it is opened for the instance. What can be neither is
 * refused. docs/decisions/0009-passwords-between-two-connections.md has the table.
 *
 * <p>No effects: every packet is answered with a {@link Move}, which somebody else makes.
 */
final class AuthRelay {
    /** Packets each way that an auth exchange may have. */
    static final int MOST_PACKETS = 16;

    private static final byte[] NO_PASSWORD = {0};
    private static final int AUTH_MORE_DATA = 0x01;
    private static final int FULL_AUTHENTICATION = 0x04;
    private static final int CACHING_SHA2_KEY_REQUEST = 0x02;
    private static final int SHA256_KEY_REQUEST = 0x01;

    private final Wires wires;
    private final long capabilities;
    private final Supplier<KeyPair> ownKey;
    private final ByteBufAllocator allocator;

    private AuthPlugin plugin = AuthPlugin.PROOF;
    private Optional<AuthBytes> scramble = Optional.empty();
    private Step step = Step.PASSING;
    private byte[] held = NO_PASSWORD;
    private boolean clientDue;
    private int clientSequence;
    private int instanceSequence;
    private int clientPackets;
    private int instancePackets;

    /**
     * What of the way is encrypted.
     *
     * @param mayTellInClear the operator allows passwords in clear on a connection that is not
     */
    record Wires(boolean client, boolean instance, boolean mayTellInClear) {
        boolean areAlike() {
            return client == instance;
        }
    }

    private enum Step {
        /** Nothing secret is under way, or nothing has to be done to it. */
        PASSING,
        /** The client's next packet holds its password or asks for a key. */
        PASSWORD_DUE,
        /** The instance was asked for its key; the password is held. */
        KEY_DUE,
        /** The client was given the router's key. */
        SEALED_DUE
    }

    /** What is to be done now. Whoever makes the move takes the packet over. */
    sealed interface Move {
        /** A packet for the client, whose kind says how it goes on. */
        record ToClient(ByteBuf packet, LoginReply.Kind kind) implements Move {}

        /** A packet for the instance. */
        record ToInstance(ByteBuf packet) implements Move {}

        /** The login cannot go on. */
        record Refuse(String why) implements Move {}
    }

    /**
     * @param clientSequence id of the client's packet that the login began with
     * @param instanceSequence id of the packet that the instance was sent for it
     * @param ownKey the router's own key pair; asked for only where it is needed
     */
    AuthRelay(
            Wires wires,
            long capabilities,
            int clientSequence,
            int instanceSequence,
            Supplier<KeyPair> ownKey,
            ByteBufAllocator allocator) {
        this.wires = wires;
        this.capabilities = capabilities;
        this.clientSequence = clientSequence;
        this.instanceSequence = instanceSequence;
        this.ownKey = ownKey;
        this.allocator = allocator;
    }

    /** Whether the instance waits for the client's next part of the exchange. */
    boolean isClientDue() {
        return clientDue;
    }

    /** Id of the next packet that the client gets; an answer of its that is due comes first. */
    int nextForClient() {
        return (clientSequence + (clientDue ? 2 : 1)) & 0xff;
    }

    /** Id of the next packet that the instance gets. */
    int nextForInstance() {
        return (instanceSequence + 1) & 0xff;
    }

    /** Nobody holds on to a password longer than the exchange lasts. */
    void forget() {
        Arrays.fill(held, (byte) 0);
        held = NO_PASSWORD;
    }

    // ---------------------------------------------------------------------------- the instance's

    /** A whole packet of the instance, which is taken over. */
    Move onInstancePacket(ByteBuf packet) throws MalformedPacketException {
        int sequence = Packet.sequence(packet, packet.readerIndex());
        if (++instancePackets > MOST_PACKETS) {
            packet.release();
            throw new MalformedPacketException("more packets than any login has");
        }
        int ahead = (sequence - instanceSequence) & 0xff;
        instanceSequence = sequence;
        LoginReply.Kind kind = LoginReply.kindOf(packet);
        if (step == Step.KEY_DUE && kind == LoginReply.Kind.CLIENT_DUE) {
            return sealFor(packet);
        }
        if (AuthSwitchRequest.is(packet, capabilities)) {
            Optional<String> problem = begin(AuthSwitchRequest.decode(packet));
            if (problem.isPresent()) {
                packet.release();
                clientDue = false;
                return new Move.Refuse(problem.get());
            }
        } else if (isFullAuthentication(packet) && !wires.areAlike()) {
            step = Step.PASSWORD_DUE;
        }
        clientDue = kind == LoginReply.Kind.CLIENT_DUE;
        clientSequence = (clientSequence + ahead) & 0xff;
        packet.setByte(packet.readerIndex() + 3, clientSequence);
        return new Move.ToClient(packet, kind);
    }

    /** The account's own plugin is known. Says why it cannot be used over these wires. */
    private Optional<String> begin(AuthSwitchRequest request) {
        plugin = AuthPlugin.of(request.plugin());
        scramble = Optional.of(request.scramble());
        step = plugin == AuthPlugin.SHA256 && !wires.areAlike() ? Step.PASSWORD_DUE : Step.PASSING;
        boolean isLegible = !wires.client || !wires.instance;
        return plugin == AuthPlugin.CLEAR && isLegible && !wires.mayTellInClear
                ? Optional.of(
                        "the account's plugin "
                                + shown(request.plugin())
                                + " takes passwords in clear, and the connection %s is not encrypted"
                                        .formatted(
                                                wires.client ? "to the database" : "to the router"))
                : Optional.empty();
    }

    private static String shown(String plugin) {
        return plugin.length() > 64 ? plugin.substring(0, 64) : plugin;
    }

    private boolean isFullAuthentication(ByteBuf packet) {
        int start = packet.readerIndex() + Packet.HEADER_BYTES;
        return plugin == AuthPlugin.CACHING_SHA2
                && packet.readableBytes() == Packet.HEADER_BYTES + 2
                && packet.getUnsignedByte(start) == AUTH_MORE_DATA
                && packet.getUnsignedByte(start + 1) == FULL_AUTHENTICATION;
    }

    private Move sealFor(ByteBuf packet) {
        try {
            String pem = new String(RsaPassword.payload(packet), StandardCharsets.US_ASCII);
            byte[] sealed =
                    RsaPassword.seal(held, scramble.orElseThrow(), RsaPassword.publicKey(pem));
            return toInstance(sealed);
        } catch (GeneralSecurityException e) {
            return new Move.Refuse("the instance's key for passwords cannot be used");
        } finally {
            packet.release();
            forget();
            step = Step.PASSING;
        }
    }

    // -------------------------------------------------------------------------------- the client's

    /** A whole packet of the client, which was due and is taken over. */
    Move onClientPacket(ByteBuf packet) throws MalformedPacketException {
        if (++clientPackets > MOST_PACKETS) {
            packet.release();
            throw new MalformedPacketException("more packets than any login has");
        }
        int sequence = Packet.sequence(packet, packet.readerIndex());
        int expected = (clientSequence + 1) & 0xff;
        if (sequence != expected) {
            // No part of the exchange: clients from before auth plugins take a switch for success
            // and send a command.
            wipe(packet);
            throw new MalformedPacketException(
                    "the answer to an auth plugin has sequence id %d instead of %d"
                            .formatted(sequence, expected));
        }
        clientSequence = sequence;
        return switch (step) {
            case PASSWORD_DUE -> onPassword(packet);
            case SEALED_DUE -> openFor(packet);
            case PASSING, KEY_DUE -> pass(packet);
        };
    }

    private Move pass(ByteBuf packet) {
        clientDue = false;
        instanceSequence = nextForInstance();
        packet.setByte(packet.readerIndex() + 3, instanceSequence);
        return new Move.ToInstance(packet);
    }

    private Move onPassword(ByteBuf packet) {
        byte[] payload = RsaPassword.payload(packet);
        if (payload.length == 0 || Arrays.equals(payload, NO_PASSWORD)) {
            step = Step.PASSING;
            return pass(packet);
        }
        int keyRequest =
                plugin == AuthPlugin.SHA256 ? SHA256_KEY_REQUEST : CACHING_SHA2_KEY_REQUEST;
        if (wires.client) {
            wipe(packet);
            clientDue = false;
            held = payload;
            step = Step.KEY_DUE;
            return toInstance((byte) keyRequest);
        }
        if (payload.length == 1 && payload[0] == keyRequest) {
            packet.release();
            step = Step.SEALED_DUE;
            return giveKey();
        }
        return openFor(packet);
    }

    private Move giveKey() {
        byte[] pem = RsaPassword.pem(ownKey.get().getPublic()).getBytes(StandardCharsets.US_ASCII);
        clientSequence = (clientSequence + 1) & 0xff;
        ByteBuf answer =
                Packet.write(
                        allocator,
                        clientSequence,
                        out -> out.writeByte(AUTH_MORE_DATA).writeBytes(pem));
        return new Move.ToClient(answer, LoginReply.Kind.CLIENT_DUE);
    }

    private Move openFor(ByteBuf packet) {
        clientDue = false;
        step = Step.PASSING;
        try {
            byte[] clear =
                    RsaPassword.open(
                            RsaPassword.payload(packet),
                            scramble.orElseThrow(),
                            ownKey.get().getPrivate());
            Move move = toInstance(clear);
            Arrays.fill(clear, (byte) 0);
            return move;
        } catch (GeneralSecurityException e) {
            return new Move.Refuse(
                    "the password is not sealed under this router's key; let the driver ask for"
                            + " the key, or encrypt the connection");
        } finally {
            packet.release();
        }
    }

    private Move toInstance(byte... payload) {
        instanceSequence = nextForInstance();
        return new Move.ToInstance(
                Packet.write(allocator, instanceSequence, out -> out.writeBytes(payload)));
    }

    /** Overwrites what the packet held, then releases it. */
    static void wipe(ByteBuf packet) {
        packet.setZero(packet.readerIndex(), packet.readableBytes());
        packet.release();
    }
}
