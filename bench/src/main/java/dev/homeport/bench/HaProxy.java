package dev.homeport.bench;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HAProxy in TCP mode in front of one instance, with one thread like the router's one loop. */
final class HaProxy implements AutoCloseable {
    private final ChildProcess process;
    private final int port;

    private HaProxy(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static HaProxy start(Path directory, int backendPort) throws IOException {
        int port = FreePorts.next();
        Path config =
                Files.writeString(
                        directory.resolve("haproxy.cfg"),
                        """
                        global
                          nbthread 1
                          maxconn 4096
                        defaults
                          mode tcp
                          timeout connect 5s
                          timeout client 1h
                          timeout server 1h
                        listen mysql
                          bind 127.0.0.1:%d
                          server primary 127.0.0.1:%d
                        """
                                .formatted(port, backendPort));
        var process =
                ChildProcess.start(
                        "haproxy",
                        List.of("haproxy", "-db", "-f", config.toString()),
                        directory.resolve("haproxy.log"));
        awaitOpen(process, port);
        return new HaProxy(process, port);
    }

    private static void awaitOpen(ChildProcess process, int port) throws IOException {
        while (process.isAlive()) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        throw new IOException("haproxy did not start: " + process.complaint());
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.close();
    }
}
