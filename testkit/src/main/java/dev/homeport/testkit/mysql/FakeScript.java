package dev.homeport.testkit.mysql;

import java.io.IOException;

/** How a fake server treats one connection. The connection is closed at the end of it. */
@FunctionalInterface
public interface FakeScript {
    /** Plays the whole connection; an {@link IOException} ends it. */
    void play(FakeConnection connection) throws IOException, InterruptedException;

    /** Lets anybody in and answers every command with OK until COM_QUIT. */
    static FakeScript welcoming() {
        return connection -> {
            connection.acceptLogin();
            while (connection.read().header() != Capabilities.COM_QUIT) {
                connection.ok(1);
            }
        };
    }

    /** Says no instead of a greeting, such as 1040 (too many connections) or 1129 (blocked). */
    static FakeScript refusing(int code, String message) {
        return connection -> {
            connection.err(0, code, "", message);
            connection.awaitClose();
        };
    }

    /** Says no after the login packet. */
    static FakeScript denying(int code, String sqlState, String message) {
        return connection -> {
            connection.greet();
            int sequence = connection.read().sequence() + 1;
            connection.err(sequence, code, sqlState, message);
            connection.awaitClose();
        };
    }

    /** Accepts the connection and never says a word. */
    static FakeScript hangingAfterAccept() {
        return FakeConnection::hang;
    }

    /** Greets and never says another word. */
    static FakeScript hangingAfterGreeting() {
        return connection -> {
            connection.greet();
            connection.hang();
        };
    }

    /** Lets anybody in and never answers a command. */
    static FakeScript hangingInCommand() {
        return connection -> {
            connection.acceptLogin();
            connection.read();
            connection.hang();
        };
    }

    /** Lets anybody in and resets the connection when the first command comes. */
    static FakeScript dyingInCommand() {
        return connection -> {
            connection.acceptLogin();
            connection.read();
            connection.reset();
        };
    }

    /** Lets anybody in and closes after the beginning of a long packet as the answer. */
    static FakeScript dyingInReply() {
        return connection -> {
            connection.acceptLogin();
            connection.read();
            connection.sendRaw((byte) 0xff, (byte) 0xff, (byte) 0, (byte) 1, (byte) 1);
        };
    }

    /** Sends bytes that are no greeting. */
    static FakeScript babbling(byte... bytes) {
        return connection -> {
            connection.sendRaw(bytes);
            connection.awaitClose();
        };
    }
}
