package dev.homeport.conformance.fleet;

import dev.homeport.testkit.mariadb.Account;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
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
            List.of(
                    "-Xmx512m",
                    "-Dio.netty.leakDetection.level=paranoid",
                    // Finds as many leaks, and does not write down each byte that is looked at: the
                    // guard reads megabytes of SQL.
                    "-Dio.netty.leakDetection.acquireAndReleaseOnly=true");
    private static final String EVERYTHING =
            """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d %-5level [%thread] %logger: %msg %kvp%n%ex</pattern></encoder>
              </appender>
              <root level="TRACE"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private final ChildProcess process;
    private final Map<Door, Integer> ports;
    private final URI admin;
    private final String token;

    private RouterProcess(ChildProcess process, Map<Door, Integer> ports, URI admin, String token) {
        this.process = process;
        this.ports = Map.copyOf(ports);
        this.admin = admin;
        this.token = token;
    }

    /**
     * Starts it without waiting; {@link #awaitReady} must follow.
     *
     * @param version what it greets with, where not what it does by default
     * @param identity the router's own certificate
     * @param guardPassword of the account that it guards with
     */
    static RouterProcess launch(
            Path directory,
            String zooKeeper,
            Set<Door> doors,
            Optional<String> version,
            PemFiles identity,
            Path guardPassword,
            Verbosity verbosity) {
        PrivateDirectories.create(directory);
        Map<Door, Integer> ports = new LinkedHashMap<>();
        doors.forEach(door -> ports.put(door, FreePorts.next()));
        int admin = FreePorts.next();
        Path config = directory.resolve("router.yaml");
        List<String> listeners = new ArrayList<>();
        ports.forEach((door, port) -> listeners.add(listener(door, port, version, identity)));
        String token = Account.withRandomPassword("token").password();
        PrivateDirectories.write(
                tokens(directory),
                "tokens: [ { name: test, role: admin, sha256: \"%s\" } ]\n"
                        .formatted(sha256(token)));
        PrivateDirectories.write(
                config, config(directory, zooKeeper, listeners, admin, guardPassword));
        ChildProcess process =
                ChildProcess.start(
                        "router",
                        JavaCommand.withOwnClassPath(
                                MAIN,
                                jvm(verbosity, directory),
                                List.of("--config", config.toString())),
                        directory.resolve("router.log"));
        return new RouterProcess(
                process, ports, URI.create("http://127.0.0.1:%d/".formatted(admin)), token);
    }

    private static Path tokens(Path directory) {
        return directory.resolve("tokens.yaml");
    }

    private static String sha256(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> jvm(Verbosity verbosity, Path directory) {
        if (verbosity == Verbosity.USUAL) {
            return JVM;
        }
        Path logging = directory.resolve("logback.xml");
        PrivateDirectories.write(logging, EVERYTHING);
        List<String> options = new ArrayList<>(JVM);
        options.add("-Dlogback.configurationFile=" + logging);
        return List.copyOf(options);
    }

    private static String config(
            Path directory,
            String zooKeeper,
            List<String> listeners,
            int admin,
            Path guardPassword) {
        return """
        id: r1
        zookeeper: { connect: "%s" }
        snapshotFile: %s
        listeners:
        %s
        routing: { keys: [ { key: user, separator: "+" }, { key: listener } ] }
        admin: { bind: 127.0.0.1, port: %d, tokensFile: %s }
        guard: { user: %s, passwordFile: %s }
        shutdown: { deadline: 5s }
        """
                .formatted(
                        zooKeeper,
                        directory.resolve("fleet.snapshot"),
                        String.join("\n", listeners),
                        admin,
                        tokens(directory),
                        TestDatabase.GUARD,
                        guardPassword);
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
                    HttpRequest.newBuilder(admin.resolve("health/ready"))
                            .timeout(Duration.ofSeconds(2))
                            .build();
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

    /** Where its REST interface is. */
    URI admin() {
        return admin;
    }

    /** Of an administrator there. */
    String token() {
        return token;
    }

    long pid() {
        return process.pid();
    }

    Path log() {
        return process.log();
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
