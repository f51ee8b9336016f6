package dev.homeport.router.fuzz;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.FakeConnection;
import dev.homeport.testkit.mysql.FakeMySqlServer;
import dev.homeport.testkit.mysql.PacketWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An instance that answers like one that was recorded, with something broken in it: the greeting,
 * the login, or what it says to commands.
 */
final class HostileInstance implements AutoCloseable {
    private static final long CAPABILITIES =
            Capabilities.USUAL
                    | Capabilities.CLIENT_CONNECT_WITH_DB
                    | Capabilities.CLIENT_LOCAL_FILES
                    | Capabilities.CLIENT_SESSION_TRACK;

    private final FakeMySqlServer server =
            FakeMySqlServer.start(connection -> connection.awaitClose());
    private final Queue<String> sent = new ConcurrentLinkedQueue<>();

    int port() {
        return server.port();
    }

    /** What the next connection will meet. */
    void prepare(Random random, Capture capture, Capture other) {
        sent.clear();
        int dice = random.nextInt(100);
        server.play(
                connection -> {
                    if (dice < 8) {
                        breakGreeting(connection, random, capture);
                    } else if (dice < 12) {
                        breakTls(connection, random);
                    } else if (dice < 35) {
                        breakLogin(connection, random, capture);
                    } else {
                        breakReplies(connection, random, capture, other);
                    }
                });
    }

    /** What it has sent since it was prepared. */
    String sent() {
        return String.join("\n  ", sent);
    }

    private void send(FakeConnection connection, byte[] bytes, Random random) throws IOException {
        sent.add(HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 65_536)));
        int from = 0;
        while (from < bytes.length) {
            int left = bytes.length - from;
            int size = random.nextInt(4) == 0 ? 1 + random.nextInt(left) : left;
            byte[] piece = new byte[size];
            System.arraycopy(bytes, from, piece, 0, size);
            connection.sendRaw(piece);
            from += size;
        }
    }

    private static byte[] greeting(long capabilities) {
        byte[] greeting =
                new PacketWriter()
                        .int3(0)
                        .int1(0)
                        .int1(10)
                        .nulText("10.11.6-MariaDB-fake")
                        .int4(7)
                        .text("abcdefgh")
                        .int1(0)
                        .int2(capabilities & 0xffff)
                        .int1(45)
                        .int2(2)
                        .int2(capabilities >>> 16)
                        .int1(21)
                        .zeros(10)
                        .nulText("ijklmnopqrst")
                        .nulText("mysql_native_password")
                        .payload();
        greeting[0] = (byte) (greeting.length - 4);
        return greeting;
    }

    private void breakGreeting(FakeConnection connection, Random random, Capture capture)
            throws IOException {
        byte[] greeting = greeting(CAPABILITIES);
        byte[] broken = Mutation.several(greeting, capture.login(), 1 + random.nextInt(3), random);
        send(connection, broken, random);
        connection.awaitClose();
    }

    /** Says that it can speak TLS, and cannot. */
    private void breakTls(FakeConnection connection, Random random) throws IOException {
        send(connection, greeting(CAPABILITIES | Capabilities.CLIENT_SSL), random);
        connection.read(); // the SSLRequest
        byte[] alert = {21, 3, 3, 0, 2, 2, 40};
        send(
                connection,
                random.nextBoolean()
                        ? alert
                        : Mutation.several(
                                Hostile.CLIENT_HELLO.clone(), alert, random.nextInt(3), random),
                random);
        if (random.nextBoolean()) {
            connection.awaitClose();
        }
    }

    private void breakLogin(FakeConnection connection, Random random, Capture capture)
            throws IOException {
        connection.greet();
        connection.read();
        var replies = new ByteArrayOutputStream();
        for (Capture.Turn turn : capture.loginReplies()) {
            replies.writeBytes(turn.packet().bytes());
        }
        if (random.nextInt(8) == 0) {
            for (int i = 0; i < 20; i++) { // more than any login has
                replies.writeBytes(new byte[] {2, 0, 0, (byte) (i + 2), 1, 3});
            }
        }
        byte[] broken =
                Mutation.several(
                        replies.toByteArray(), capture.login(), 1 + random.nextInt(3), random);
        send(connection, broken, random);
        connection.awaitClose();
    }

    private void breakReplies(
            FakeConnection connection, Random random, Capture capture, Capture other)
            throws IOException {
        connection.acceptLogin();
        sent.add("(login accepted)");
        for (byte[] reply : brokenReplies(random, capture, other)) {
            if (random.nextInt(5) > 0) {
                connection.read();
            }
            send(connection, reply, random);
        }
        switch (random.nextInt(4)) {
            case 0 -> connection.reset();
            case 1 -> {} // closes
            default -> connection.awaitClose();
        }
    }

    /** What is said after each command, with a few changes somewhere. */
    private static List<byte[]> brokenReplies(Random random, Capture capture, Capture other) {
        List<byte[]> replies = new ArrayList<>();
        var reply = new ByteArrayOutputStream();
        for (Capture.Turn turn : capture.commands()) {
            if (!turn.fromClient()) {
                reply.writeBytes(turn.packet().bytes());
            } else if (reply.size() > 0) {
                replies.add(reply.toByteArray());
                reply.reset();
            }
        }
        replies.add(reply.toByteArray());
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(replies.size());
            replies.set(
                    at, Mutation.random(random).applyTo(replies.get(at), someOf(other, random)));
        }
        return replies;
    }

    private static byte[] someOf(Capture capture, Random random) {
        List<Capture.Turn> turns = capture.turns();
        return turns.get(random.nextInt(turns.size())).packet().bytes();
    }

    @Override
    public void close() {
        server.close();
    }
}
