package dev.homeport.testkit.server;

import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A fresh data folder of one installation, made once per machine and user: copying it is much
 * faster than making one.
 *
 * @param name tells it from those of other installations; letters, digits, dots, dashes
 * @param installer the command that makes one in the given folder, which is not there yet
 */
public record FolderTemplate(String name, Function<Path, List<String>> installer) {
    private static final String AUTO_CONFIG = "auto.cnf";

    /** One for that version, installed in that folder. */
    public static FolderTemplate of(
            String version, Path home, Function<Path, List<String>> installer) {
        String hash = Integer.toHexString(home.toString().hashCode());
        return new FolderTemplate(
                version.replaceAll("[^A-Za-z0-9.-]", "_") + "-" + hash, installer);
    }

    /** Fills a folder with a copy; what was in it is gone. */
    public void copyTo(Path target) {
        Path template = template();
        try (Stream<Path> files = Files.walk(template)) {
            deleteTree(target); // what an earlier attempt left
            PrivateDirectories.create(target);
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(template.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    PrivateDirectories.create(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        } catch (IOException e) {
            throw new ServerException("cannot fill the data folder " + target, e);
        }
    }

    private Path template() {
        Path templates = PrivateDirectories.ofThisUser("data-templates");
        Path template = templates.resolve(name);
        // Other JVMs may want it at the same moment, and threads of this one too.
        synchronized (FolderTemplate.class) {
            try (FileChannel lockFile =
                            FileChannel.open(
                                    templates.resolve("lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock lock = lockFile.lock()) {
                if (lock.isValid() && !Files.isDirectory(template)) {
                    make(template);
                }
                return template;
            } catch (IOException e) {
                throw new ServerException("cannot make " + template, e);
            }
        }
    }

    private void make(Path template) throws IOException {
        Path half = template.resolveSibling(name + ".new");
        deleteTree(half);
        run(installer.apply(half), template.resolveSibling(name + ".log"));
        // Each MySQL makes an id of its own where there is none: two with one cannot replicate.
        Files.deleteIfExists(half.resolve(AUTO_CONFIG));
        Files.move(half, template, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(List<String> command, Path log) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            if (process.waitFor() != 0) {
                throw new ServerException(
                        "making a data folder failed:\n"
                                + Files.readString(log, StandardCharsets.UTF_8));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ServerException("interrupted", e);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = new ArrayList<>(walk.toList());
        }
        for (Path file : files.reversed()) {
            Files.delete(file);
        }
    }
}
