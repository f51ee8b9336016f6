package dev.homeport.testkit.mysql;

import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that does to each client what its script says. Lives in this JVM, on a loopback port,
 * with a virtual thread per connection. Safe for use by several threads.
 */
public final class FakeMySqlServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int BACKLOG = 1_000;

    private final ServerSocket socket;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<PacketSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private volatile FakeScript script;

    private FakeMySqlServer(ServerSocket socket, FakeScript script) {
        this.socket = socket;
        this.script = script;
    }

    /** Starts one on a free port. */
    public static FakeMySqlServer start(FakeScript script) {
        try {
            ServerSocket socket =
                    new ServerSocket(FreePorts.next(), BACKLOG, InetAddress.getByName("127.0.0.1"));
            FakeMySqlServer server = new FakeMySqlServer(socket, script);
            Thread.ofVirtual().name("fake-mysql-accept").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new ServerException("cannot start a fake server", e);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** How many connections there were since the start. */
    public long accepted() {
        return accepted.get();
    }

    /** How many connections are open at this moment, as far as the scripts have noticed. */
    public int open() {
        return open.size();
    }

    /** Treats later connections in another way. */
    public void play(FakeScript newScript) {
        script = newScript;
    }

    /** Closes the port and all connections. */
    @Override
    public void close() {
        closed.countDown();
        try {
            socket.close();
            for (PacketSocket one : open) {
                one.close();
            }
        } catch (IOException e) {
            throw new ServerException("cannot close the fake server", e);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                long id = accepted.incrementAndGet();
                Thread.ofVirtual().name("fake-mysql-" + id).start(() -> serve(client, id));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client, long id) {
        try (PacketSocket packets = new PacketSocket(client, PATIENCE)) {
            open.add(packets);
            try {
                script.play(new FakeConnection(packets, id, closed));
            } finally {
                open.remove(packets);
            }
        } catch (IOException e) {
            // The client went away in mid-script: hostile tests do that.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
