package dev.homeport.testkit.mysql;

import dev.homeport.testkit.mysql.auth.AuthPlugin;
import dev.homeport.testkit.tls.ClientTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A MySQL client that shows every packet and sends any byte. It speaks TLS, knows the auth plugins
 * of {@link AuthPlugin}, and follows every switch between them. One thread at a time; every read
 * fails after 20 seconds.
 */
public final class MySqlTestClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final PrefixingSocket wire;
    private final PacketSocket socket;
    private final RawPacket first;
    private final List<RawPacket> authPackets = new ArrayList<>();
    private AuthPlugin plugin = AuthPlugin.of(AuthPlugin.NATIVE_PASSWORD, "", false);
    private Optional<SSLSession> tlsSession = Optional.empty();
    private int lastSequence;
    private long flags;

    private MySqlTestClient(PrefixingSocket wire, PacketSocket socket, RawPacket first) {
        this.wire = wire;
        this.socket = socket;
        this.first = first;
        this.lastSequence = first.sequence();
    }

    /** Connects to a loopback port and reads the server's first packet. */
    public static MySqlTestClient connect(int port) throws IOException {
        return connect(port, new byte[0]);
    }

    /** Connects to a loopback port, sends those bytes, and reads the server's first packet. */
    public static MySqlTestClient connect(int port, byte... header) throws IOException {
        PrefixingSocket wire = new PrefixingSocket();
        wire.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
        PacketSocket packets = new PacketSocket(wire, PATIENCE);
        try {
            if (header.length > 0) {
                packets.writeRaw(header);
            }
            return new MySqlTestClient(wire, packets, packets.read());
        } catch (IOException e) {
            packets.close();
            throw e;
        }
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

    /** The port of this end of the connection. */
    public int localPort() {
        return wire.getLocalPort();
    }

    /** What the server sent first: a greeting, or an ERR. */
    public RawPacket first() {
        return first;
    }

    public Greeting greeting() {
        return Greeting.parse(first);
    }

    /** Answers the greeting, follows every switch, and returns the packet that ends the login. */
    public RawPacket login(Login login) throws IOException {
        sendLogin(login);
        return finishLogin(login);
    }

    /**
     * Sends the HandshakeResponse41, after a TLS handshake where the login has one, and reads
     * nothing more; {@link #finishLogin} goes on.
     */
    public void sendLogin(Login login) throws IOException {
        if (login.tls().isPresent()) {
            startTls(login);
        }
        flags = login.negotiated(greeting());
        plugin = login.firstPlugin(greeting());
        byte[] answer = plugin.start(Login.scramble(greeting()));
        send(lastSequence + 1, login.payload(greeting(), answer));
    }

    /**
     * Sends the SSLRequest and shakes hands; what the client sends later is encrypted.
     *
     * @throws IllegalStateException if the server does not offer TLS
     */
    public void startTls(Login login) throws IOException {
        if ((greeting().capabilities() & Capabilities.CLIENT_SSL) == 0) {
            throw new IllegalStateException("the server offers no TLS");
        }
        ClientTls tls = login.tls().orElseThrow();
        byte[] request = login.sslRequest(greeting());
        lastSequence++;
        if (tls.inOneWrite()) {
            wire.prefixNextWrite(PacketSocket.packet(lastSequence, request));
        } else {
            send(lastSequence, request);
        }
        tlsSession = Optional.of(socket.startTls(tls));
    }

    /** The TLS session, once there is one. */
    public Optional<SSLSession> tlsSession() {
        return tlsSession;
    }

    /** Does what the server's auth plugins ask for; returns the packet that ends it, OK or ERR. */
    public RawPacket finishLogin(Login login) throws IOException {
        RawPacket packet = read();
        while (!packet.isOk() && !packet.isErr()) {
            authPackets.add(packet);
            Optional<byte[]> answer =
                    packet.isSwitch() ? answerTo(packet, login) : plugin.more(moreData(packet));
            if (answer.isPresent()) {
                send(packet.sequence() + 1, answer.get());
            }
            packet = read();
        }
        return packet;
    }

    /** Answers an AuthSwitchRequest and finishes the login. */
    public RawPacket answerSwitch(RawPacket request, Login login) throws IOException {
        send(request.sequence() + 1, answerTo(request, login).orElseThrow());
        return finishLogin(login);
    }

    private Optional<byte[]> answerTo(RawPacket request, Login login) {
        PacketReader reader = request.reader();
        reader.int1();
        plugin = login.plugin(reader.nulText());
        return Optional.of(plugin.start(reader.bytes(reader.remaining())));
    }

    /** AuthMoreData has a byte 1 before the data; some plugins of MariaDB leave it out. */
    private static byte[] moreData(RawPacket packet) {
        byte[] payload = packet.payload();
        return packet.header() == 1 ? Arrays.copyOfRange(payload, 1, payload.length) : payload;
    }

    /**
     * What the server sent during the last login beside the greeting and the end: every
     * AuthSwitchRequest and AuthMoreData.
     */
    public List<RawPacket> authPackets() {
        return List.copyOf(authPackets);
    }

    /**
     * Becomes somebody else on this connection (COM_CHANGE_USER); flags and TLS stay as they are.
     * Returns the packet that ends it.
     */
    public RawPacket changeUser(Login login) throws IOException {
        authPackets.clear();
        plugin = login.firstPlugin(greeting());
        byte[] answer = plugin.start(Login.scramble(greeting()));
        send(0, login.changeUserPayload(greeting(), flags, answer));
        return finishLogin(login);
    }

    /** Runs a statement and reads its first result; see {@link #readResult} for more. */
    public QueryResult query(String sql) throws IOException {
        PacketWriter writer = new PacketWriter().int1(Capabilities.COM_QUERY);
        if ((flags & Capabilities.CLIENT_QUERY_ATTRIBUTES) != 0) {
            writer.lenenc(0).lenenc(1); // no attributes, in one set
        }
        send(0, writer.text(sql).payload());
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

    /** Everything that the server still sends, which need not be packets, once it has closed. */
    public byte[] readToEnd() throws IOException {
        return socket.readToEnd();
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
        } catch (SocketException | SSLException e) {
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
