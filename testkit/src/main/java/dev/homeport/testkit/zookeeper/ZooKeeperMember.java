package dev.homeport.testkit.zookeeper;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One server of an ensemble. Safe for use by several threads. */
public final class ZooKeeperMember {
    private static final String HOST = "127.0.0.1";
    private static final int SOCKET_MILLIS = 1_000;
    private static final Pattern MODE = Pattern.compile("Mode: (leader|follower|standalone)");
    private static final List<String> SMALL_JVM =
            List.of(
                    "-Xmx128m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dzookeeper.admin.enableServer=false",
                    // Small, so that a disk that is full is felt at the next write.
                    "-Dzookeeper.preAllocSize=64",
                    "-Dlogback.configurationFile=dev/homeport/testkit/zookeeper-logback.xml");

    private final Path directory;
    private final int id;
    private final int port;
    private final List<String> peers;
    private final MemberSettings settings;
    private volatile ChildProcess process;

    ZooKeeperMember(Path directory, int id, int port, List<String> peers, MemberSettings settings) {
        this.directory = directory;
        this.id = id;
        this.port = port;
        this.peers = List.copyOf(peers);
        this.settings = settings;
    }

    /** Starts it on its data, without waiting. */
    public void start() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("member " + id + " runs");
        }
        PrivateDirectories.create(data());
        PrivateDirectories.write(data().resolve("myid"), id + "\n");
        Path file = directory.resolve("zoo.cfg");
        PrivateDirectories.write(file, String.join("\n", configuration()) + "\n");
        List<String> jvm = new ArrayList<>(SMALL_JVM);
        jvm.addAll(settings.jvm());
        process =
                ChildProcess.start(
                        "zookeeper " + id,
                        JavaCommand.withOwnClassPath(
                                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                                jvm,
                                List.of(file.toString())),
                        directory.resolve("zookeeper.log"));
    }

    private List<String> configuration() {
        List<String> lines = new ArrayList<>();
        lines.add("dataDir=" + data());
        String kind = settings.isEncrypted() ? "secureClientPort" : "clientPort";
        lines.add(kind + "=" + port);
        lines.add(kind + "Address=" + HOST);
        lines.add("tickTime=500");
        lines.add("initLimit=20");
        lines.add("syncLimit=6");
        lines.add("minSessionTimeout=1000");
        lines.add("maxSessionTimeout=60000");
        lines.add("maxClientCnxns=10000");
        lines.add("forceSync=no");
        lines.add("standaloneEnabled=true");
        lines.add("4lw.commands.whitelist=srvr");
        lines.addAll(settings.lines());
        lines.addAll(peers);
        return lines;
    }

    Path data() {
        return directory.resolve("data");
    }

    public int port() {
        return port;
    }

    /** Whether it serves; where clients speak TLS, whether it listens. */
    public boolean isServing() {
        return settings.isEncrypted() ? listens() : !mode().isEmpty();
    }

    /** {@code leader}, {@code follower}, {@code standalone}, or nothing while it does not serve. */
    public String mode() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), SOCKET_MILLIS);
            socket.setSoTimeout(SOCKET_MILLIS);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher mode = MODE.matcher(answer);
            return mode.find() ? mode.group(1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(HOST, port), SOCKET_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it with -9. Idempotent. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    /** Stops it in its tracks: its connections stay open, and it answers nobody. */
    public void suspend() {
        process.suspend();
    }

    /** Lets it go on. */
    public void resume() {
        process.resume();
    }

    /** From now on it can write no file any further, as if the disk were full. */
    public void fillDisk() {
        limitFiles("1");
    }

    /** There is room again. */
    public void emptyDisk() {
        limitFiles("unlimited");
    }

    private void limitFiles(String soft) {
        try {
            Process prlimit =
                    new ProcessBuilder(
                                    Commands.require("prlimit", "util-linux").toString(),
                                    "--pid",
                                    Long.toString(process.pid()),
                                    "--fsize=" + soft + ":")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!prlimit.waitFor(1, TimeUnit.MINUTES) || prlimit.exitValue() != 0) {
                throw new ServerException("prlimit failed for member " + id);
            }
        } catch (IOException e) {
            throw new ServerException("prlimit failed for member " + id, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }
}
