package dev.homeport.testkit.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A load balancer in front of several routers: the first connection goes to the first port, the
 * second to the second, and so around.
 */
public final class Alternation implements AutoCloseable {
    private final ServerSocket accepting;
    private final int[] ports;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Alternation(int... ports) throws IOException {
        this.accepting = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        this.ports = ports.clone();
        threads.execute(this::accept);
    }

    /** Listens on a free loopback port. */
    public static Alternation between(int... ports) {
        try {
            return new Alternation(ports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return accepting.getLocalPort();
    }

    private void accept() {
        try {
            for (int i = 0; ; i++) {
                Socket client = accepting.accept();
                Socket router =
                        new Socket(InetAddress.getLoopbackAddress(), ports[i % ports.length]);
                threads.execute(() -> pump(client, router));
                threads.execute(() -> pump(router, client));
            }
        } catch (IOException e) {
            threads.shutdown(); // closed
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of the two has gone, so both are closed.
            return;
        }
    }

    @Override
    public void close() {
        try {
            accepting.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
