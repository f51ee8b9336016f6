package dev.homeport.router.admin;

import dev.homeport.router.tls.ServerCertificate.Reload;
import dev.homeport.topology.fields.ConfigException;
import dev.homeport.topology.fields.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a file says, read again when it changes. A file that cannot be used, or is gone, changes
 * nothing: what it said last stays in force. Thread-safe.
 */
final class ReloadedFile<T> {
    private static final Logger log = LoggerFactory.getLogger(ReloadedFile.class);

    private final Path file;
    private final Reader<T> reader;

    private Optional<FileStamp> read;
    private volatile T value;
    private volatile Optional<String> problem = Optional.empty();

    /** Reads a file whole. */
    interface Reader<T> {
        T read(Path file) throws ConfigException;
    }

    private ReloadedFile(Path file, Reader<T> reader) throws ConfigException {
        this.file = file;
        this.reader = reader;
        this.read = stamp(file);
        this.value = reader.read(file);
    }

    /**
     * Reads the file.
     *
     * @throws ConfigException if it cannot be used
     */
    static <T> ReloadedFile<T> open(Path file, Reader<T> reader) throws ConfigException {
        return new ReloadedFile<>(file, reader);
    }

    T value() {
        return value;
    }

    /** Whether the file as it is now is not in use. */
    boolean isStale() {
        return problem.isPresent();
    }

    /**
     * Reads the file again if it has changed, and as long as it cannot be used: what is wrong may
     * be its mode. Blocks.
     */
    synchronized Reload reloadIfChanged() {
        Optional<FileStamp> now = stamp(file);
        if (now.isPresent() && now.equals(read)) {
            problem = Optional.empty();
            return Reload.NOTHING_NEW;
        }
        try {
            value = reader.read(file);
            read = now;
            problem = Optional.empty();
            log.atInfo().addKeyValue("file", file).log("file read again");
            return Reload.DONE;
        } catch (ConfigException e) {
            return failed(e.getMessage());
        }
    }

    private Reload failed(String why) {
        if (problem.equals(Optional.of(why))) {
            return Reload.NOTHING_NEW;
        }
        problem = Optional.of(why);
        log.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", why)
                .log("file cannot be read again, what it said before stays in force");
        return Reload.FAILED;
    }

    private static Optional<FileStamp> stamp(Path file) {
        try {
            return Optional.of(FileStamp.of(file));
        } catch (IOException e) {
            return Optional.empty(); // reading it says why
        }
    }
}
