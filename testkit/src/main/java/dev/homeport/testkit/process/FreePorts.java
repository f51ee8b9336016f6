package dev.homeport.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free loopback ports for child servers. They lie below the range from which the kernel takes ports
 * for outgoing connections: a client that retries on such a port can connect to itself.
 *
 * <p>A port is given out once per JVM, and other JVMs of the same user leave it alone for as long
 * as this one lives. Safe for use by several threads.
 */
public final class FreePorts {
    /** The lowest port given out. */
    public static final int MIN = 10_000;

    /** The highest port given out. */
    public static final int MAX = 32_767;

    private static final int ATTEMPTS = 1_000;
    private static final Map<Integer, FileLock> GIVEN = new HashMap<>();

    private FreePorts() {}

    /** A port on which nothing listens. */
    public static int next() {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = ThreadLocalRandom.current().nextInt(MIN, MAX + 1);
            if (claim(port)) {
                return port;
            }
        }
        throw new ServerException("no free port between " + MIN + " and " + MAX);
    }

    /** Several different ports. */
    public static List<Integer> next(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(next());
        }
        return List.copyOf(ports);
    }

    /**
     * Takes a certain port, which may lie anywhere.
     *
     * @return whether it is free and nobody else was given it
     */
    public static boolean claim(int port) {
        synchronized (GIVEN) {
            if (GIVEN.containsKey(port) || !isFree(port)) {
                return false;
            }
            Optional<FileLock> lock = lock(port);
            lock.ifPresent(held -> GIVEN.put(port, held));
            return lock.isPresent();
        }
    }

    /** Gives a port back. Idempotent. */
    public static void release(int port) {
        synchronized (GIVEN) {
            FileLock lock = GIVEN.remove(port);
            if (lock != null) {
                try {
                    lock.acquiredBy().close();
                } catch (IOException e) {
                    throw new ServerException("cannot give port " + port + " back", e);
                }
            }
        }
    }

    /** Whether a server could listen on that loopback port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<FileLock> lock(int port) {
        Path file = PrivateDirectories.ofThisUser("ports").resolve(Integer.toString(port));
        try {
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
            if (lock.isEmpty()) {
                channel.close();
            }
            return lock;
        } catch (IOException e) {
            throw new ServerException("cannot reserve port " + port + " with " + file, e);
        }
    }
}
