package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.testkit.process.JavaCommand;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The routers and agents that the build packed: what the launcher runs, the sandbox runs. */
final class DaemonPrograms {
    /** System property with the top folder of Homeport; the launcher sets it. */
    private static final String HOME_PROPERTY = "homeport.home";

    private static final Path LOGGING = Path.of("conf", "logback.xml");

    private final Path home;

    private DaemonPrograms(Path home) {
        this.home = home;
    }

    /** Those of the running Homeport; where no launcher says which, those of the sources around. */
    static DaemonPrograms find() {
        return Optional.ofNullable(System.getProperty(HOME_PROPERTY))
                .map(Path::of)
                .or(DaemonPrograms::around)
                .map(DaemonPrograms::new)
                .orElseThrow(
                        () -> new SandboxException("not below Homeport's folder: no " + LOGGING));
    }

    private static Optional<Path> around() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.iterate(here, folder -> folder != null, Path::getParent)
                .filter(folder -> Files.isRegularFile(folder.resolve(LOGGING)))
                .findFirst();
    }

    /**
     * The command line of a daemon.
     *
     * @throws SandboxException if it is not built
     */
    List<String> command(String module, String mainClass, List<String> jvmOptions, Path config) {
        Path target = home.resolve(module).resolve("target");
        List<String> options = new ArrayList<>(jvmOptions);
        options.add("-Dlogback.configurationFile=" + home.resolve(LOGGING));
        return JavaCommand.with(
                jar(target, module) + ":" + target.resolve("lib") + "/*",
                mainClass,
                options,
                List.of("--config", config.toString()));
    }

    private static Path jar(Path target, String module) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, module + "-*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        } catch (IOException e) {
            // No such folder: nothing was ever built there.
        }
        throw new SandboxException("no %s-*.jar in %s: run mvn package".formatted(module, target));
    }
}
