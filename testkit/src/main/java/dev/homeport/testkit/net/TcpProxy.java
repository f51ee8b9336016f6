package dev.homeport.testkit.net;

import dev.homeport.testkit.process.FreePorts;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A network between a client and one server on this machine, with the faults that networks have: a
 * cut, a delay, a black hole. Safe for use by several threads.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;
    private static final Duration POLL = Duration.ofMillis(5);

    /** As long as those try who are refused. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ServerSocket accepting;
    private final int target;
    private final Translation translation;
    private final Duration patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final LongAdder connections = new LongAdder();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile State state = State.OPEN;
    private volatile Duration delay = Duration.ZERO;

    private enum State {
        OPEN,
        /** Connections are closed, and new ones as soon as they come. */
        CUT,
        /** Nothing arrives: connections are accepted, and the server does not hear of new ones. */
        BLACK_HOLE
    }

    /**
     * What becomes of the bytes of each connection on their way, in pieces as they come, of at most
     * 16 KiB; a piece may become none.
     *
     * @param requests makes what changes those of one client
     * @param answers makes what changes those for one client
     */
    public record Translation(
            Supplier<UnaryOperator<byte[]>> requests, Supplier<UnaryOperator<byte[]>> answers) {
        public static final Translation NONE =
                new Translation(UnaryOperator::identity, UnaryOperator::identity);

        /** Of the first piece that a client sends, and of nothing else. */
        public static Translation ofGreeting(UnaryOperator<byte[]> greeting) {
            return new Translation(() -> onlyFirst(greeting), UnaryOperator::identity);
        }

        /** Of what clients are answered. */
        public static Translation ofAnswers(Supplier<UnaryOperator<byte[]>> answers) {
            return new Translation(UnaryOperator::identity, answers);
        }

        private static UnaryOperator<byte[]> onlyFirst(UnaryOperator<byte[]> change) {
            var wasFirst = new AtomicBoolean();
            return bytes -> wasFirst.getAndSet(true) ? bytes : change.apply(bytes);
        }
    }

    /** Bytes on their way; none is the end. */
    private static final class Chunk {
        private final byte[] bytes;
        private final long dueNanos;

        Chunk(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }

        static Chunk end() {
            return new Chunk(new byte[0], System.nanoTime());
        }
    }

    private TcpProxy(
            InetAddress address, int port, int target, Translation translation, Duration patience)
            throws IOException {
        this.target = target;
        this.translation = translation;
        this.patience = patience;
        this.accepting = new ServerSocket(port, 100, address);
        threads.execute(this::accept);
    }

    /** Listens on a free loopback port, for a server on that one. */
    public static TcpProxy to(int port) {
        return to(port, Translation.NONE);
    }

    /** The same, and the bytes are changed on their way. */
    public static TcpProxy to(int port, Translation translation) {
        return listening(
                InetAddress.getLoopbackAddress(),
                FreePorts.next(),
                port,
                translation,
                Duration.ZERO);
    }

    /**
     * The same for clients that try again where they are refused, and give up where they are hung
     * up on: who comes before the server listens waits for it, for 5 s at most.
     */
    public static TcpProxy patientlyTo(int port) {
        return listening(
                InetAddress.getLoopbackAddress(),
                FreePorts.next(),
                port,
                Translation.NONE,
                PATIENCE);
    }

    /**
     * Listens on the server's own port of another loopback address, for those whom a name leads
     * there that leads others to the server.
     */
    public static TcpProxy at(InetAddress address, int port) {
        return listening(address, port, port, Translation.NONE, Duration.ZERO);
    }

    private static TcpProxy listening(
            InetAddress address, int port, int target, Translation translation, Duration patience) {
        try {
            return new TcpProxy(address, port, target, translation, patience);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return accepting.getLocalPort();
    }

    /** How many connections were made so far, also those that were refused. */
    public long connections() {
        return connections.sum();
    }

    /** Closes all connections, and all that come. */
    public void cut() {
        state = State.CUT;
        open.forEach(TcpProxy::close);
    }

    /** Lets nothing through any more, and closes nothing. */
    public void blackHole() {
        state = State.BLACK_HOLE;
    }

    /** Everything takes that long in each direction, what comes next on open connections too. */
    public void delay(Duration each) {
        delay = each;
    }

    /** A good network again. What a black hole has held arrives now, as TCP repeats it. */
    public void heal() {
        delay = Duration.ZERO;
        state = State.OPEN;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = accepting.accept();
                connections.increment();
                if (state == State.CUT) {
                    close(client);
                } else {
                    threads.execute(() -> connect(client));
                }
            }
        } catch (IOException e) {
            threads.shutdown(); // closed
        }
    }

    private void connect(Socket client) {
        open.add(client);
        if (state == State.BLACK_HOLE) {
            // The server never hears of it, and once there is a way it is tried anew.
            awaitWayThrough(client);
            open.remove(client);
            close(client);
            return;
        }
        try {
            Socket server = reach(client);
            open.add(server);
            if (state == State.CUT) {
                end(client, server);
                return;
            }
            threads.execute(() -> carry(client, server, translation.requests().get()));
            threads.execute(() -> carry(server, client, translation.answers().get()));
        } catch (IOException e) {
            open.remove(client);
            close(client);
        }
    }

    private Socket reach(Socket client) throws IOException {
        long start = System.nanoTime();
        while (true) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (ConnectException e) {
                if (client.isClosed() || System.nanoTime() - start >= patience.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private void carry(Socket from, Socket to, UnaryOperator<byte[]> change) {
        BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
        threads.execute(() -> deliver(way, from, to));
        byte[] buffer = new byte[CHUNK];
        try {
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                byte[] bytes = change.apply(Arrays.copyOf(buffer, n));
                if (bytes.length > 0) {
                    way.add(new Chunk(bytes, System.nanoTime() + delay.toNanos()));
                }
            }
        } catch (IOException e) {
            // As an end: that one has gone does not arrive in a black hole either.
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
        way.add(Chunk.end());
    }

    private void deliver(BlockingQueue<Chunk> way, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Chunk next = way.take(); next.bytes.length > 0; next = way.take()) {
                LockSupport.parkNanos(next.dueNanos - System.nanoTime());
                awaitWayThrough(to);
                out.write(next.bytes);
            }
        } catch (IOException e) {
            // The other one has gone.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        awaitWayThrough(to);
        end(from, to);
    }

    private void awaitWayThrough(Socket socket) {
        while (state == State.BLACK_HOLE && !socket.isClosed()) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void end(Socket one, Socket other) {
        open.remove(one);
        open.remove(other);
        close(one);
        close(other);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Throws what a translation threw. */
    @Override
    public void close() {
        cut();
        try {
            accepting.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
