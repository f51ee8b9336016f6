package dev.homeport.topology.fields;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads secrets, which stand in files of their own: never in configuration files or argv. */
public final class SecretFile {
    private static final int MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> FORBIDDEN =
            EnumSet.of(
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.GROUP_WRITE);

    private SecretFile() {}

    /**
     * The first line of a file, without its line end. The file must not be readable for others than
     * its owner and group.
     *
     * @param path where the file's name stands in the configuration, for the problem
     * @return empty if there is a problem, which is then noted
     */
    public static Optional<Secret> read(Path file, Problems problems, String path) {
        try {
            if (!isPrivate(file, problems, path)) {
                return Optional.empty();
            }
            String line = firstLine(file);
            if (line.isEmpty()) {
                problems.add(path, "the first line of " + file + " is empty");
                return Optional.empty();
            }
            return Optional.of(new Secret(line));
        } catch (NoSuchFileException e) {
            problems.add(path, file + " does not exist");
        } catch (IOException e) {
            // Only the kind of the failure: a message could quote what was read.
            problems.add(path, file + " cannot be read: " + e.getClass().getSimpleName());
        }
        return Optional.empty();
    }

    /**
     * Notes a problem if others than its owner and group may read the file, or others than its
     * owner may write it.
     *
     * @param path where the file's name stands in the configuration, for the problem
     */
    public static void requirePrivate(Path file, Problems problems, String path) {
        try {
            isPrivate(file, problems, path);
        } catch (NoSuchFileException e) {
            problems.add(path, file + " does not exist");
        } catch (IOException e) {
            problems.add(path, file + " cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static boolean isPrivate(Path file, Problems problems, String path) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return true;
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (mode.stream().noneMatch(FORBIDDEN::contains)) {
            return true;
        }
        problems.add(
                path,
                "%s must not be open to others: its mode is %s; run chmod 600 on it"
                        .formatted(file, PosixFilePermissions.toString(mode)));
        return false;
    }

    private static String firstLine(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES);
            return new String(content, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
    }
}
