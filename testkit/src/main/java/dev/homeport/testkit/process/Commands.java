package dev.homeport.testkit.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
public final class Commands {
    // What a login shell of root has and a service may lack.
    private static final String SYSTEM_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec";

    private Commands() {}

    /** Looks for a program in PATH, then where systems keep theirs. */
    public static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":" + SYSTEM_PATH;
        return Stream.of(path.split(":"))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Looks for a program, or says which package has it.
     *
     * @throws ServerException if it is not there
     */
    public static Path require(String name, String debianPackage) {
        return find(name)
                .orElseThrow(
                        () ->
                                new ServerException(
                                        "the program \"%s\" is missing: install %s"
                                                .formatted(name, debianPackage)));
    }
}
