package dev.homeport.testkit.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The servers that {@code build-tools/get-servers.sh} fetched, and where it keeps them. */
public final class ServerCache {
    /** Environment variable with the folder of what the build fetches beside Maven's artefacts. */
    public static final String VARIABLE = "HOMEPORT_CACHE";

    private ServerCache() {}

    /** The folder of that server, such as {@code mysql-sid}; it is complete where it is there. */
    public static Optional<Path> folder(String name) {
        return Optional.of(cache().resolve(name)).filter(Files::isDirectory);
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .filter(value -> !value.isBlank())
                .map(Path::of)
                .orElseGet(() -> home().resolve(".cache").resolve("homeport"));
    }

    /** As a shell sees it: Java's own notion comes from the user data base. */
    private static Path home() {
        return Path.of(
                Optional.ofNullable(System.getenv("HOME"))
                        .orElseGet(() -> System.getProperty("user.home")));
    }
}
