package dev.homeport.conformance.fleet;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.FreePorts;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.tls.PemFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** A real router in a JVM of its own, with Netty's leak detection on. */
final class RouterProcess implements AutoCloseable {
    private static final String MAIN = "dev.homeport.router.RouterMain";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> JVM =
            List.of("-Xmx512m", "-Dio.netty.leakDetection.level=paranoid");

    private final ChildProcess process;
    private final Map<Door, Integer> ports;
    private final URI ready;

    private RouterProcess(ChildProcess process, Map<Door, Integer> ports, URI ready) {
        this.process = process;
        this.ports = Map.copyOf(ports);
        this.ready = ready;
    }

    /**
     * Starts it without waiting; {@link #awaitReady} must follow.
     *
     * @param version what it greets with, where not what it does by default
     * @param identity the router's own certificate
     */
    static RouterProcess launch(
            Path directory,
            String zooKeeper,
            Set<Door> doors,
            Optional<String> version,
            PemFiles identity) {
        PrivateDirectories.create(directory);
        Map<Door, Integer> ports = new LinkedHashMap<>();
        doors.forEach(door -> ports.put(door, FreePorts.next()));
        int admin = FreePorts.next();
        Path config = directory.resolve("router.yaml");
        List<String> listeners = new ArrayList<>();
        ports.forEach((door, port) -> listeners.add(listener(door, port, version, identity)));
        PrivateDirectories.write(config, config(directory, zooKeeper, listeners, admin));
        ChildProcess process =
                ChildProcess.start(
                        "router",
                        JavaCommand.withOwnClassPath(
                                MAIN, JVM, List.of("--config", config.toString())),
                        directory.resolve("router.log"));
        URI ready = URI.create("http://127.0.0.1:%d/health/ready".formatted(admin));
        return new RouterProcess(process, ports, ready);
    }

    private static String config(
            Path directory, String zooKeeper, List<String> listeners, int admin) {
        return """
        id: r1
        zookeeper: { connect: "%s" }
        snapshotFile: %s
        listeners:
        %s
        routing: { keys: [ { key: listener } ] }
        admin: { bind: 127.0.0.1, port: %d }
        shutdown: { deadline: 5s }
        """
                .formatted(
                        zooKeeper,
                        directory.resolve("fleet.snapshot"),
                        String.join("\n", listeners),
                        admin);
    }

    private static String listener(
            Door door, int port, Optional<String> version, PemFiles identity) {
        return """
          - name: %s
            bind: 127.0.0.1
            port: %d
            family: %s%s
            project: %s
            tls: { certificate: %s, key: %s }\
        """
                .formatted(
                        door.name(),
                        port,
                        door.server().family().name().toLowerCase(Locale.ROOT),
                        version.map("\n    serverVersion: \"%s\""::formatted).orElse(""),
                        door.project(),
                        identity.certificate(),
                        identity.key());
    }

    /**
     * Waits until it is ready.
     *
     * @throws ServerException if it is not in time; it is stopped then
     */
    void awaitReady() {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!isReady()) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                process.kill();
                throw new ServerException(
                        "the router is not ready: %s (more in %s)"
                                .formatted(process.complaint(), process.log()));
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private boolean isReady() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(2)).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    int port(Door door) {
        return ports.get(door);
    }

    /** What it logged that it should not have: errors, and leaked buffers. */
    List<String> complaints() {
        if (!process.isAlive()) {
            return List.of("the router has ended: " + process.complaint());
        }
        try {
            return Files.readAllLines(process.log()).stream()
                    .filter(line -> line.contains("LEAK") || line.contains(" ERROR "))
                    .toList();
        } catch (IOException e) {
            throw new ServerException("cannot read " + process.log(), e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
