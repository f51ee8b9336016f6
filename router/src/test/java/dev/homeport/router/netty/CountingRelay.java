package dev.homeport.router.netty;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** A port that passes everything on to another one, and counts what comes back. */
final class CountingRelay implements AutoCloseable {
    private static final int BACKLOG = 50;

    private final ServerSocket listening;
    private final int target;
    private final AtomicLong bytesBack = new AtomicLong();

    CountingRelay(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How much has come from the target. */
    long bytesBack() {
        return bytesBack.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pass(client, server, new AtomicLong()));
                Thread.ofVirtual().start(() -> pass(server, client, bytesBack));
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void pass(Socket from, Socket to, AtomicLong count) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                count.addAndGet(n);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            // One side has gone, and so has the other now.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
