package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One real standalone ZooKeeper in a JVM of its own, on a loopback port. Its data outlive it. Safe
 * for use by several threads.
 */
public final class ZooKeeperServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration START_PATIENCE = Duration.ofMinutes(3);
    private static final int SOCKET_MILLIS = 2_000;
    private static final String SMALL_HEAP = "256m";
    private static final List<String> SMALL_JVM =
            List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlogback.configurationFile=dev/homeport/testkit/zookeeper-logback.xml");

    private final Path directory;
    private final int port;
    private final String heap;
    private volatile ChildProcess process;

    private ZooKeeperServer(Path directory, int port, String heap) {
        this.directory = directory;
        this.port = port;
        this.heap = heap;
        this.process = spawn();
    }

    /** Starts one on a free port and waits until it answers. */
    public static ZooKeeperServer start(Path directory) {
        return start(directory, FreePorts.next());
    }

    /**
     * Starts one and waits until it answers.
     *
     * @throws ServerException if it does not; nothing is left running then
     */
    public static ZooKeeperServer start(Path directory, int port) {
        ZooKeeperServer server = launch(directory, port);
        server.awaitReady();
        return server;
    }

    /**
     * Starts one for a large fleet on a free port and waits until it answers.
     *
     * @param heap as {@code -Xmx} takes it
     */
    public static ZooKeeperServer startWithHeap(Path directory, String heap) {
        PrivateDirectories.create(directory);
        var server = new ZooKeeperServer(directory.toAbsolutePath(), FreePorts.next(), heap);
        server.awaitReady();
        return server;
    }

    /** Starts one without waiting; {@link #awaitReady} must follow. */
    public static ZooKeeperServer launch(Path directory, int port) {
        PrivateDirectories.create(directory);
        return new ZooKeeperServer(directory.toAbsolutePath(), port, SMALL_HEAP);
    }

    private List<String> jvmOptions() {
        List<String> options = new ArrayList<>(SMALL_JVM);
        options.add("-Xmx" + heap);
        return options;
    }

    private ChildProcess spawn() {
        return ChildProcess.start(
                "zookeeper",
                JavaCommand.withOwnClassPath(
                        ZooKeeperMain.class.getName(),
                        jvmOptions(),
                        List.of(directory.toString(), Integer.toString(port))),
                directory.resolve("zookeeper.log"));
    }

    /**
     * Waits until it answers.
     *
     * @throws ServerException if it does not; it is stopped then
     */
    public void awaitReady() {
        Instant deadline = Instant.now().plus(START_PATIENCE);
        while (!isServing()) {
            boolean isLate = Instant.now().isAfter(deadline);
            if (!process.isAlive() || isLate) {
                process.kill();
                throw new ServerException(
                        "ZooKeeper did not come up on port %d: %s (more in %s)"
                                .formatted(port, process.complaint(), process.log()));
            }
            pause();
        }
    }

    /** Whether it answers the question for its state. */
    public boolean isServing() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), SOCKET_MILLIS);
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.US_ASCII).contains("Mode: standalone");
        } catch (IOException e) {
            return false;
        }
    }

    /** Clean shutdown. Idempotent. */
    public void stop() {
        process.stop();
    }

    /** Kills it with -9. Idempotent. */
    public void kill() {
        process.kill();
    }

    /** Starts it again on the same port and data, after {@link #stop} or {@link #kill}. */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("ZooKeeper runs");
        }
        process = spawn();
        awaitReady();
    }

    @Override
    public void close() {
        stop();
    }

    /** {@code host:port}, without a chroot. */
    public String connect() {
        return HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** The child itself, to suspend it or to hear of its end. A restart makes another one. */
    public ChildProcess process() {
        return process;
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }
}
