package dev.homeport.testkit.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A program that runs for as long as this JVM at most: the kernel kills it when this JVM ends, also
 * when that was killed with -9. It has a session of its own, so that Ctrl-C at the terminal reaches
 * this JVM only, which can then stop its children in order.
 *
 * <p>Linux only. Safe for use by several threads.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);

    /**
     * The kernel keeps the promise from the moment setpriv asked for it. Whoever lost the parent
     * before that has another one now.
     */
    private static final String ONLY_WITH_ITS_PARENT = "test \"$PPID\" = \"$0\" && exec \"$@\"";

    private static final Pattern COMPLAINT = Pattern.compile("(?i)error|exception|fatal|cannot");
    private static final long MOST_OUTPUT_READ = 1 << 20;

    private final String name;
    private final List<String> command;
    private final Path log;
    private final long logStart;
    private final Process process;
    private volatile boolean suspended;

    private ChildProcess(
            String name, List<String> command, Path log, long logStart, Process process) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.logStart = logStart;
        this.process = process;
    }

    /**
     * Starts a program.
     *
     * @param name for messages
     * @param command program and arguments. Everybody on the machine can read them: no secrets
     * @param log where its output goes; appended to, mode 0600
     * @throws ServerException if it cannot be started
     */
    public static ChildProcess start(String name, List<String> command, Path log) {
        List<String> guarded = new ArrayList<>();
        guarded.add(Commands.require("setsid", "util-linux").toString());
        guarded.add(Commands.require("setpriv", "util-linux").toString());
        guarded.addAll(List.of("--pdeathsig", "KILL", "--"));
        guarded.addAll(List.of("/bin/sh", "-c", ONLY_WITH_ITS_PARENT));
        guarded.add(Long.toString(ProcessHandle.current().pid()));
        guarded.addAll(command);
        try {
            long logStart = createLog(log);
            Process process = Spawner.start(guarded, log);
            process.getOutputStream().close();
            return new ChildProcess(name, command, log, logStart, process);
        } catch (IOException e) {
            throw new ServerException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Makes the file where there is none; returns how much is in it. */
    private static long createLog(Path log) throws IOException {
        PrivateDirectories.create(log.toAbsolutePath().getParent());
        if (!Files.exists(log)) {
            Files.createFile(
                    log,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return Files.size(log);
    }

    /** The program's own process id: there is no shell between. */
    public long pid() {
        return process.pid();
    }

    public String name() {
        return name;
    }

    public List<String> command() {
        return command;
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Calls back with the exit status once it has ended; at once where it has ended already. */
    public void onExit(Consumer<Integer> callback) {
        process.onExit().thenAccept(ended -> callback.accept(ended.exitValue()));
    }

    /** Asks it to end (SIGTERM), and kills it after 30 seconds. Idempotent. */
    public void stop() {
        stop(STOP_PATIENCE);
    }

    /**
     * Asks it to end (SIGTERM), and kills it when it takes longer than the given time. Idempotent.
     *
     * @return whether it ended by itself
     */
    public boolean stop(Duration patience) {
        if (suspended && isAlive()) {
            resume(); // it could not hear
        }
        process.destroy();
        if (hasEndedWithin(patience)) {
            return true;
        }
        kill();
        return false;
    }

    /** Kills it (SIGKILL) and waits until it is gone. Idempotent. */
    public void kill() {
        process.destroyForcibly();
        if (!hasEndedWithin(STOP_PATIENCE)) {
            throw new ServerException(name + " (pid " + pid() + ") does not die");
        }
    }

    /** Stops it in its tracks (SIGSTOP): its connections stay open, and nobody answers. */
    public void suspend() {
        suspended = true;
        signal("STOP");
    }

    /** Lets it go on after {@link #suspend}. */
    public void resume() {
        signal("CONT");
        suspended = false;
    }

    /** What it complained of first, in one line; its last line where it did not complain. */
    public String complaint() {
        List<String> lines = output();
        return lines.stream()
                .filter(line -> COMPLAINT.matcher(line).find())
                .findFirst()
                .or(() -> lines.reversed().stream().filter(line -> !line.isBlank()).findFirst())
                .orElse("it says nothing");
    }

    /** The lines since it was started: the log may be older. */
    private List<String> output() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(logStart);
            byte[] bytes = new byte[(int) Math.min(file.length() - logStart, MOST_OUTPUT_READ)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            return List.of("(cannot read " + log + ": " + e.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        stop();
    }

    private void signal(String signal) {
        try {
            Process kill =
                    new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (kill.waitFor() != 0) {
                throw new ServerException("cannot send SIG" + signal + " to " + name);
            }
        } catch (IOException e) {
            throw new ServerException("cannot send SIG" + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private boolean hasEndedWithin(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted while waiting for the end of " + name, e);
        }
    }
}
