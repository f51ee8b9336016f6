package dev.homeport.testkit.mysql;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;

/** One client as the fake server sees it. Used by the one thread that plays its script. */
public final class FakeConnection {
    private static final String VERSION = "10.11.6-MariaDB-fake";
    private static final String SCRAMBLE = "abcdefghijklmnopqrst";
    private static final int COLLATION = 45;
    private static final String SWITCH_SCRAMBLE = "ABCDEFGHIJKLMNOPQRST";

    private final PacketSocket socket;
    private final long id;
    private final CountDownLatch serverClosed;

    FakeConnection(PacketSocket socket, long id, CountDownLatch serverClosed) {
        this.socket = socket;
        this.id = id;
        this.serverClosed = serverClosed;
    }

    /** What MariaDB would call the connection id. */
    public long id() {
        return id;
    }

    /** Sends a proper greeting with the usual capabilities. */
    public void greet() throws IOException {
        Greeting greeting =
                new Greeting(
                        VERSION,
                        id,
                        SCRAMBLE,
                        // Bit 0 off: that is how MariaDB says that it is MariaDB
                        (Capabilities.USUAL
                                        | Capabilities.CLIENT_CONNECT_WITH_DB
                                        | Capabilities.CLIENT_SESSION_TRACK)
                                & ~Capabilities.CLIENT_LONG_PASSWORD,
                        COLLATION,
                        Capabilities.SERVER_STATUS_AUTOCOMMIT,
                        Login.NATIVE_PASSWORD);
        send(0, greeting.payload());
    }

    /** Greets, asks for another answer by a switch, and lets anybody in. */
    public void acceptLogin() throws IOException {
        greet();
        RawPacket response = read();
        byte[] request =
                new PacketWriter()
                        .int1(0xfe)
                        .nulText(Login.NATIVE_PASSWORD)
                        .nulText(SWITCH_SCRAMBLE)
                        .payload();
        send(response.sequence() + 1, request);
        ok(read().sequence() + 1);
    }

    /** Sends an OK packet. */
    public void ok(int sequence) throws IOException {
        byte[] payload =
                new PacketWriter()
                        .int1(0)
                        .lenenc(0)
                        .lenenc(0)
                        .int2(Capabilities.SERVER_STATUS_AUTOCOMMIT)
                        .int2(0)
                        .payload();
        send(sequence, payload);
    }

    /** Sends an ERR packet; without SQLSTATE if that is empty, as before the login. */
    public void err(int sequence, int code, String sqlState, String message) throws IOException {
        PacketWriter writer = new PacketWriter().int1(0xff).int2(code);
        if (!sqlState.isEmpty()) {
            writer.text("#" + sqlState);
        }
        send(sequence, writer.text(message).payload());
    }

    /** Sends a result set of one row and one column, in the form without EOF packets. */
    public void row(int sequence, String column, String value) throws IOException {
        PacketWriter definition = new PacketWriter().lenencText("def");
        definition.lenencText("").lenencText("").lenencText("").lenencText(column).lenencText("");
        definition.lenenc(12).int2(COLLATION).int4(255).int1(0xfd).int2(0).int1(0).int2(0);
        send(sequence, new PacketWriter().lenenc(1).payload());
        send(sequence + 1, definition.payload());
        send(sequence + 2, new PacketWriter().lenencText(value).payload());
        byte[] end = new PacketWriter().int1(0xfe).lenenc(0).lenenc(0).int2(2).int2(0).payload();
        send(sequence + 3, end);
    }

    /** The client's next packet. */
    public RawPacket read() throws IOException {
        return socket.read();
    }

    public void send(int sequence, byte... payload) throws IOException {
        socket.write(sequence, payload);
    }

    /** Sends bytes that need not be a packet. */
    public void sendRaw(byte... bytes) throws IOException {
        socket.writeRaw(bytes);
    }

    /** Says nothing and reads nothing until the fake server is closed. */
    public void hang() throws InterruptedException {
        serverClosed.await();
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
        socket.reset();
    }

    /** Waits until the client closes, whatever it sends before. */
    public void awaitClose() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException | SocketException e) {
            // closed, which is what was waited for
        }
    }
}
