package dev.homeport.conformance.program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packages that the Node programs need, as their lock file has them. Installed once for that
 * lock file.
 *
 * @param source folder with {@code package.json} and {@code package-lock.json}
 * @param target where they are installed
 */
record NodePackages(Path source, Path target) {
    private static final String LOCK = "package-lock.json";

    /** Written last: a folder without it is half installed. */
    private static final String INSTALLED = "installed";

    Path modules() {
        return target.resolve("node_modules");
    }

    /** Installs them where they are not; returns what went wrong. */
    Optional<String> install(Path npm, Duration patience) {
        try {
            String lock = Files.readString(source.resolve(LOCK));
            Path installed = target.resolve(INSTALLED);
            if (Files.exists(installed) && Files.readString(installed).equals(lock)) {
                return Optional.empty();
            }
            Files.createDirectories(target);
            for (String file : List.of("package.json", LOCK)) {
                Files.copy(
                        source.resolve(file),
                        target.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            Execution npmCi = ci(npm, patience);
            if (npmCi.isGood()) {
                Files.writeString(installed, lock);
            }
            return npmCi.isGood() ? Optional.empty() : Optional.of(npmCi.complaint());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot install Node's packages in " + target, e);
        }
    }

    private Execution ci(Path npm, Duration patience) {
        return Execution.of(
                List.of(npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
                Map.of(),
                target,
                patience);
    }
}
