package dev.homeport.topology.fields;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * What tells a file from what it was, without reading it. To be taken before the file is read: what
 * is written meanwhile then shows the next time.
 *
 * @param key which file goes by that name (the inode); empty where file systems have no such thing
 */
public record FileStamp(FileTime modified, long bytes, Optional<Object> key) {
    /**
     * That of the file that a name stands for at the moment.
     *
     * @throws IOException if there is none, or it cannot be looked at
     */
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(
                now.lastModifiedTime(), now.size(), Optional.ofNullable(now.fileKey()));
    }
}
