package dev.homeport.topology.zk;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number that a router had last, on disk beside the picture of the fleet: one line with the
 * router's id and the number. What is in it is a wish, so that a damaged file costs nothing.
 */
final class RouterNumberFile {
    private static final Logger log = LoggerFactory.getLogger(RouterNumberFile.class);
    private static final String SUFFIX = ".number";

    private final Path file;
    private final Path temporary;

    private RouterNumberFile(Path file) {
        this.file = file;
        this.temporary = file.resolveSibling(file.getFileName() + ".tmp");
    }

    /** The file that belongs to that snapshot file. */
    static RouterNumberFile beside(Path snapshotFile) {
        Path absolute = snapshotFile.toAbsolutePath();
        return new RouterNumberFile(absolute.resolveSibling(absolute.getFileName() + SUFFIX));
    }

    /** The number in the file; empty where there is none for that router. */
    Optional<RouterNumber> read(RouterId router) {
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            boolean isOwn = words.length == 2 && words[0].equals(router.value());
            return isOwn
                    ? Optional.of(new RouterNumber(Integer.parseInt(words[1])))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("error", e.toString())
                    .log("the router's last number cannot be read");
            return Optional.empty();
        }
    }

    /** Replaces the file. If it cannot be written the old one stays, and the log says so. */
    void write(RouterId router, RouterNumber number) {
        try {
            Files.write(temporary, (router + " " + number + "\n").getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            log.atWarn()
                    .addKeyValue("error", e.toString())
                    .log("the router's number cannot be written to its file");
        }
    }
}
