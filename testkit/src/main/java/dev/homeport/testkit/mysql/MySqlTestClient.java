package dev.homeport.testkit.mysql;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A MySQL client that shows every packet and sends any byte. It knows mysql_native_password and one
 * switch to it. One thread at a time; every read fails after 20 seconds.
 */
public final class MySqlTestClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PacketSocket socket;
    private final RawPacket first;
    private long flags;

    private MySqlTestClient(PacketSocket socket, RawPacket first) {
        this.socket = socket;
        this.first = first;
    }

    /** Connects to a loopback port and reads the server's first packet. */
    public static MySqlTestClient connect(int port) throws IOException {
        PacketSocket packets = new PacketSocket(open(port), PATIENCE);
        try {
            return new MySqlTestClient(packets, packets.read());
        } catch (IOException e) {
            packets.close();
            throw e;
        }
    }

    private static Socket open(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
        return socket;
    }

    /**
     * Connects and logs in.
     *
     * @throws IllegalStateException if the server says no, with what it says
     */
    public static MySqlTestClient login(int port, Login login) throws IOException {
        MySqlTestClient client = connect(port);
        RawPacket answer = client.login(login);
        if (!answer.isOk()) {
            client.close();
            throw new IllegalStateException(
                    answer.isErr() ? answer.error().toString() : answer.toString());
        }
        return client;
    }

    /** What the server sent first: a greeting, or an ERR. */
    public RawPacket first() {
        return first;
    }

    public Greeting greeting() {
        return Greeting.parse(first);
    }

    /** Answers the greeting, follows one switch, and returns the packet that ends the login. */
    public RawPacket login(Login login) throws IOException {
        sendLogin(login);
        RawPacket answer = read();
        return answer.header() == 0xfe ? answerSwitch(answer, login) : answer;
    }

    /** Sends the HandshakeResponse41 and reads nothing. */
    public void sendLogin(Login login) throws IOException {
        flags = login.negotiated(greeting());
        send(first.sequence() + 1, login.payload(greeting()));
    }

    /** Answers an AuthSwitchRequest for mysql_native_password; returns what comes next. */
    public RawPacket answerSwitch(RawPacket request, Login login) throws IOException {
        PacketReader reader = request.reader();
        reader.int1();
        String plugin = reader.nulText();
        if (!plugin.equals(Login.NATIVE_PASSWORD)) {
            throw new IllegalStateException("the server asks for " + plugin);
        }
        send(request.sequence() + 1, login.nativeAnswer(reader.nulText()));
        return read();
    }

    /** Runs a statement and reads its first result; see {@link #readResult} for more. */
    public QueryResult query(String sql) throws IOException {
        command(Capabilities.COM_QUERY, sql);
        return readResult();
    }

    /** Sends a command with a text argument and reads nothing. */
    public void command(int command, String argument) throws IOException {
        send(0, new PacketWriter().int1(command).text(argument).payload());
    }

    /** Sends one packet with any sequence id. */
    public void send(int sequence, byte... payload) throws IOException {
        socket.write(sequence, payload);
    }

    /** Sends bytes that need not be a packet. */
    public void sendRaw(byte... bytes) throws IOException {
        socket.writeRaw(bytes);
    }

    /** The next packet, whatever it is. */
    public RawPacket read() throws IOException {
        return socket.read();
    }

    /** Reads one result of a text command: OK, ERR or a whole result set. */
    public QueryResult readResult() throws IOException {
        RawPacket head = read();
        if (head.isErr()) {
            return head.error();
        }
        return head.isOk() ? done(head) : rows(head);
    }

    private static QueryResult.Done done(RawPacket packet) {
        PacketReader reader = packet.reader();
        reader.int1();
        return new QueryResult.Done(reader.lenenc(), reader.lenenc(), reader.int2());
    }

    private QueryResult rows(RawPacket head) throws IOException {
        int count = (int) head.reader().lenenc();
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(columnName(read()));
        }
        if (!deprecatesEof()) {
            read();
        }
        List<List<String>> rows = new ArrayList<>();
        while (true) {
            RawPacket packet = read();
            if (packet.isErr()) {
                return packet.error();
            }
            if (isEndOfRows(packet)) {
                return new QueryResult.Rows(columns, rows, statusAtEnd(packet));
            }
            rows.add(row(packet, count));
        }
    }

    /** The fifth text of a column definition (MySQL source docs, Protocol::ColumnDefinition41). */
    private static String columnName(RawPacket packet) {
        PacketReader reader = packet.reader();
        for (int i = 0; i < 4; i++) {
            reader.lenencText();
        }
        return reader.lenencText();
    }

    private boolean isEndOfRows(RawPacket packet) {
        int limit = deprecatesEof() ? 0xff_ffff : 9;
        return packet.header() == 0xfe && packet.length() < limit;
    }

    private int statusAtEnd(RawPacket packet) {
        PacketReader reader = packet.reader();
        reader.int1();
        if (deprecatesEof()) {
            reader.lenenc();
            reader.lenenc();
        } else {
            reader.int2();
        }
        return reader.int2();
    }

    private static List<String> row(RawPacket packet, int columns) {
        PacketReader reader = packet.reader();
        List<String> row = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            row.add(reader.lenencText());
        }
        return row;
    }

    private boolean deprecatesEof() {
        return (flags & Capabilities.CLIENT_DEPRECATE_EOF) != 0;
    }

    /** Waits until the server closes or sends something; whether it closed. */
    public boolean isClosedByServer() throws IOException {
        try {
            return socket.isAtEnd();
        } catch (SocketException e) {
            return true; // reset instead of an orderly end
        }
    }

    /** Ends the connection with a reset, without COM_QUIT. */
    public void reset() throws IOException {
        socket.reset();
    }

    /** Says COM_QUIT and closes. */
    public void quit() throws IOException {
        send(0, (byte) Capabilities.COM_QUIT);
        close();
    }

    /** Closes without COM_QUIT. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
