package dev.homeport.sandbox.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.homeport.testkit.process.PrivateDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directory of one sandbox, mode 0700, locked for as long as this is open. One folder per part,
 * {@code state.json} with the plan, {@code sandbox.json} for scripts while it runs.
 */
public final class SandboxDirectory implements AutoCloseable {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lockFile;

    private SandboxDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the directory where there is none, and locks it.
     *
     * @throws SandboxException if a sandbox runs there, or it holds something else
     */
    public static SandboxDirectory open(Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new SandboxException(path + " is no directory");
        }
        PrivateDirectories.create(path);
        requireOurs(path);
        return new SandboxDirectory(path, lock(path));
    }

    private static void requireOurs(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("lost+found")) // a disk of its own
                            .toList();
            if (!names.isEmpty() && !names.contains(LOCK)) {
                throw new SandboxException(
                        path + " is not empty and holds no sandbox: take another --data");
            }
        } catch (IOException e) {
            throw new SandboxException("cannot look into " + path + ": " + e.getMessage(), e);
        }
    }

    private static FileChannel lock(Path path) {
        try {
            FileChannel file =
                    FileChannel.open(
                            path.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            if (!tryLock(file)) {
                String owner = Files.readString(path.resolve(LOCK)).strip();
                file.close();
                throw new SandboxException(
                        "a sandbox runs in %s already (pid %s)".formatted(path, owner));
            }
            String pid = ProcessHandle.current().pid() + "\n";
            file.truncate(0);
            file.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            return file;
        } catch (IOException e) {
            throw new SandboxException("cannot lock " + path + ": " + e.getMessage(), e);
        }
    }

    private static boolean tryLock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very JVM has it
        }
    }

    public Path path() {
        return path;
    }

    /** Everything of one part. */
    public Path of(String part) {
        return path.resolve(part);
    }

    /** A file with one secret in it. */
    public Path secret(String name) {
        return path.resolve("secrets").resolve(name);
    }

    /** What scripts read while it runs. */
    public Path description() {
        return path.resolve("sandbox.json");
    }

    /** For {@code mariadb --defaults-extra-file}. */
    public Path clientOptions() {
        return path.resolve("app.cnf");
    }

    /**
     * The plan of the last run.
     *
     * @throws SandboxException if there are data without one: nobody could log in to them
     */
    public Optional<SandboxPlan> readPlan() {
        Path file = state();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), SandboxPlan.class));
        } catch (IOException e) {
            throw new SandboxException(
                    "cannot read %s: %s".formatted(file, firstLine(e.getMessage())), e);
        }
    }

    public void write(SandboxPlan plan) {
        try {
            PrivateDirectories.write(state(), JSON.writeValueAsString(plan) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path state() {
        return path.resolve("state.json");
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    /** Unlocks it. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new SandboxException("cannot unlock " + path, e);
        }
    }
}
