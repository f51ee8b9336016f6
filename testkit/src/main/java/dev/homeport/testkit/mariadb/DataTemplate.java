package dev.homeport.testkit.mariadb;

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
import java.util.stream.Stream;

/**
 * A fresh data folder per version of MariaDB, made once per machine and user: copying it is much
 * faster than making one. It has the accounts that a new installation has, without passwords.
 */
final class DataTemplate {
    /** Redo log of 8 MB: a data folder has 26 MB then, else 114. */
    static final String REDO_LOG_SIZE = "8M";

    private DataTemplate() {}

    /** Fills a folder with a copy of the template; what was in it is gone. */
    static void copyTo(MariaDbInstallation installation, Path target) {
        Path template = template(installation);
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

    private static Path template(MariaDbInstallation installation) {
        Path templates = PrivateDirectories.ofThisUser("mariadb-templates");
        Path template = templates.resolve(nameOf(installation));
        // Other JVMs may want it at the same moment, and threads of this one too.
        synchronized (DataTemplate.class) {
            try (FileChannel lockFile =
                            FileChannel.open(
                                    templates.resolve("lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock lock = lockFile.lock()) {
                if (lock.isValid() && !Files.isDirectory(template)) {
                    make(installation, template);
                }
                return template;
            } catch (IOException e) {
                throw new ServerException("cannot make " + template, e);
            }
        }
    }

    private static String nameOf(MariaDbInstallation installation) {
        String home = Integer.toHexString(installation.home().toString().hashCode());
        return installation.version().replaceAll("[^A-Za-z0-9.-]", "_") + "-" + home;
    }

    private static void make(MariaDbInstallation installation, Path template) throws IOException {
        Path half = template.resolveSibling(template.getFileName() + ".new");
        deleteTree(half);
        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/sh", installation.installer().toString(), "--no-defaults"));
        command.add("--basedir=" + installation.home());
        command.add("--datadir=" + half);
        command.add("--auth-root-authentication-method=normal");
        command.add("--skip-test-db");
        command.add("--innodb-log-file-size=" + REDO_LOG_SIZE);
        command.add("--user=" + System.getProperty("user.name"));
        Path log = template.resolveSibling(template.getFileName() + ".log");
        run(command, log);
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
                        "mariadb-install-db failed:\n"
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
