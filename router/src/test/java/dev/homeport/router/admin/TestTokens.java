package dev.homeport.router.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** A tokens file in which each role's token is its name. */
final class TestTokens {
    private TestTokens() {}

    static Path write(Path file) throws IOException {
        StringBuilder yaml = new StringBuilder("tokens:\n");
        for (String role : new String[] {"peer", "viewer", "operator", "admin"}) {
            yaml.append(
                    "  - { name: the-%s, role: %s, sha256: \"%s\" }%n"
                            .formatted(role, role, sha256(role)));
        }
        Files.writeString(file, yaml);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Whether a text has the hash of one of them, by which somebody could guess at it. */
    static boolean isHashIn(String text) {
        return Stream.of("peer", "viewer", "operator", "admin")
                .anyMatch(token -> text.contains(sha256(token)));
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
