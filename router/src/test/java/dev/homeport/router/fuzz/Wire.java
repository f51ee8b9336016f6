package dev.homeport.router.fuzz;

import dev.homeport.testkit.tls.ClientTls;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLSocket;

/**
 * A client socket that sends bytes in pieces and keeps what it sent, so that a session that went
 * wrong can be shown.
 */
final class Wire implements AutoCloseable {
    private static final int MOST_KEPT_BYTES = 64 * 1024;
    private static final int CONNECT_MILLIS = 20_000;
    private static final int TLS_MILLIS = 15_000;

    private final Socket socket = new Socket();
    private InputStream in;
    private OutputStream out;
    private final Random random;
    private final byte[] buffer = new byte[8192];
    private final List<String> sent = new ArrayList<>();
    private int kept;

    Wire(InetSocketAddress address, Random random) throws IOException {
        this.random = random;
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, CONNECT_MILLIS);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends it all in a few pieces of random sizes. */
    void send(byte[] bytes) throws IOException {
        keep(bytes);
        int from = 0;
        while (from < bytes.length) {
            int left = bytes.length - from;
            int size = random.nextInt(4) == 0 ? 1 + random.nextInt(left) : left;
            out.write(bytes, from, size);
            from += size;
        }
    }

    /** Sends it byte by byte. */
    void trickle(byte[] bytes) throws IOException {
        keep(bytes);
        for (byte one : bytes) {
            out.write(one);
        }
    }

    /** Goes on over TLS: a client whose certificate nobody asks for. */
    void startTls(ClientTls tls) throws IOException {
        sent.add("(TLS)");
        socket.setSoTimeout(TLS_MILLIS);
        var layered =
                (SSLSocket)
                        tls.context()
                                .getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), false);
        layered.startHandshake();
        in = layered.getInputStream();
        out = layered.getOutputStream();
    }

    /** Sends bytes on the wire itself, whatever is spoken over it. */
    void sendUnencrypted(byte[] bytes) throws IOException {
        sent.add("(unencrypted)");
        keep(bytes);
        socket.getOutputStream().write(bytes);
    }

    private void keep(byte[] bytes) {
        if (kept < MOST_KEPT_BYTES) {
            sent.add(HexFormat.of().formatHex(bytes));
            kept += bytes.length;
        }
    }

    /** What was sent, a line for each call. */
    String sent() {
        return String.join("\n  ", sent);
    }

    /**
     * The next packet's sequence id and payload.
     *
     * @throws IOException also if it is too long for this purpose
     */
    Received packet(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        byte[] header = exactly(4);
        int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
        if (length > 1 << 20) {
            throw new IOException("a packet of " + length + " bytes");
        }
        return new Received(header[3] & 0xff, exactly(length));
    }

    /** A packet. */
    static final class Received {
        final int sequence;
        private final byte[] payload;

        Received(int sequence, byte[] payload) {
            this.sequence = sequence;
            this.payload = payload;
        }

        byte[] payload() {
            return payload.clone();
        }

        int header() {
            return payload.length == 0 ? -1 : payload[0] & 0xff;
        }
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        return bytes;
    }

    /** Reads what is there, and waits for something if nothing is; whether something was. */
    boolean readSome(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        try {
            if (in.read(buffer) < 0) {
                throw new EOFException();
            }
            while (in.available() > 0 && in.read(buffer) > 0) {
                // more of the same
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Reads to the end; whether it came in time. */
    boolean readToEnd(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                socket.setSoTimeout((int) left);
                if (socket.getInputStream().read(buffer) < 0) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // a reset is an end, too
        }
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    void reset() throws IOException {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
