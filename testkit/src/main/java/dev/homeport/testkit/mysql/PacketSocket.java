package dev.homeport.testkit.mysql;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;

/** Packets over a socket: 3 bytes of length, 1 of sequence, the payload. One thread at a time. */
final class PacketSocket implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    PacketSocket(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        InputStream buffered = new BufferedInputStream(socket.getInputStream());
        in = new DataInputStream(buffered);
        out = socket.getOutputStream();
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

    void write(int sequence, byte[] payload) throws IOException {
        byte[] packet =
                new PacketWriter().int3(payload.length).int1(sequence).bytes(payload).payload();
        writeRaw(packet);
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
