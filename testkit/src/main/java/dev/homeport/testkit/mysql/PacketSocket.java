package dev.homeport.testkit.mysql;

import dev.homeport.testkit.tls.ClientTls;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** Packets over a socket: 3 bytes of length, 1 of sequence, the payload. One thread at a time. */
final class PacketSocket implements AutoCloseable {
    private final Socket socket;
    // Another pair once there is TLS.
    private DataInputStream in;
    private OutputStream out;

    PacketSocket(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        in = buffered(socket);
        out = socket.getOutputStream();
    }

    private static DataInputStream buffered(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Goes on over TLS, once the handshake has succeeded. */
    SSLSession startTls(ClientTls tls) throws IOException {
        SSLSocket secure =
                (SSLSocket)
                        tls.context()
                                .getSocketFactory()
                                .createSocket(socket, "127.0.0.1", socket.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        tls.serverName()
                .ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        in = buffered(secure);
        out = secure.getOutputStream();
        return secure.getSession();
    }

    /** The next packet; waits for it as long as the patience lasts. */
    RawPacket read() throws IOException {
        byte[] header = new byte[4];
        in.readFully(header);
        PacketReader reader = new PacketReader(header);
        byte[] payload = new byte[reader.int3()];
        in.readFully(payload);
        return new RawPacket(reader.int1(), payload);
    }

    /** All bytes up to the end of the connection. */
    byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    void write(int sequence, byte[] payload) throws IOException {
        writeRaw(packet(sequence, payload));
    }

    static byte[] packet(int sequence, byte[] payload) {
        return new PacketWriter().int3(payload.length).int1(sequence).bytes(payload).payload();
    }

    void writeRaw(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Whether the other side has closed, with nothing left to read. Waits for one or the other. */
    boolean isAtEnd() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            return true;
        }
        in.reset();
        return false;
    }

    /** Ends the connection with a reset (RST) instead of an orderly close. */
    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
