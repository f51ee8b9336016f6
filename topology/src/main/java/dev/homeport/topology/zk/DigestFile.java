package dev.homeport.topology.zk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code user:password}. No message ever contains it. */
final class DigestFile {
    private static final Logger log = LoggerFactory.getLogger(DigestFile.class);

    private DigestFile() {}

    static byte[] read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8).strip();
        int colon = text.indexOf(':');
        if (colon < 1 || colon == text.length() - 1 || text.lines().count() != 1) {
            throw new IOException(file + " must have one line of the form user:password");
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ)) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .log("a password file should be readable by its owner only (mode 0600)");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
