package dev.homeport.testkit.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders and files that only their owner can read. */
public final class PrivateDirectories {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateDirectories() {}

    /**
     * A folder below the machine's temporary one that this user's JVMs share.
     *
     * @throws ServerException if somebody else made it: what lies in it could not be trusted
     */
    public static Path ofThisUser(String name) {
        String user = System.getProperty("user.name");
        Path shared = Path.of(System.getProperty("java.io.tmpdir"), "homeport-" + user);
        create(shared);
        try {
            String owner = Files.getOwner(shared, LinkOption.NOFOLLOW_LINKS).getName();
            if (!owner.equals(user) || !Files.isDirectory(shared, LinkOption.NOFOLLOW_LINKS)) {
                throw new ServerException(
                        shared + " belongs to " + owner + ", not to " + user + ": remove it");
            }
        } catch (IOException e) {
            throw new ServerException("cannot look at " + shared, e);
        }
        return create(shared.resolve(name));
    }

    /** Makes the folder, and those above it, where they are missing. Idempotent. */
    public static Path create(Path directory) {
        try {
            if (!Files.exists(directory)) {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(directory, OWNER_ONLY_DIRECTORY);
            }
            return directory;
        } catch (FileAlreadyExistsException e) {
            return directory; // somebody else was faster
        } catch (IOException e) {
            throw new ServerException("cannot make the folder " + directory, e);
        }
    }

    /** Writes a file of mode 0600 in one step: readers see the old content or the new. */
    public static void write(Path file, String content) {
        Path directory = file.toAbsolutePath().getParent();
        Path temporary = directory.resolve(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, OWNER_ONLY_FILE);
            Files.writeString(temporary, content);
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ServerException("cannot write " + file, e);
        }
    }
}
