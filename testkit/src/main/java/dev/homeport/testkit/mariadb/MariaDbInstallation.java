package dev.homeport.testkit.mariadb;

import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.ProgramVersion;
import dev.homeport.testkit.process.ServerCache;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the programs of one MariaDB are.
 *
 * @param home the base folder: {@code /usr}, or where a bundle was unpacked
 * @param server {@code mariadbd}
 * @param installer {@code mariadb-install-db}, a shell script that need not be executable
 * @param version as the server tells it, such as {@code 10.11.19-MariaDB-0+deb12u1}
 */
public record MariaDbInstallation(Path home, Path server, Path installer, String version) {
    /** Environment variable with the base folder of the MariaDB to use. */
    public static final String HOME_VARIABLE = "HOMEPORT_MARIADB_HOME";

    /** What a test says that is skipped because {@link #newest} is empty. */
    public static final String NEWEST_MISSING =
            "SKIPPED: no newer MariaDB is here; build-tools/get-servers.sh gets one (Debian)";

    /** Where the build unpacks the bundle, seen from the top folder of the project. */
    static final Path BUNDLE = Path.of("testkit", "target", "mariadb-bundle");

    private static final List<String> SERVER_FOLDERS = List.of("sbin", "bin", "libexec");
    private static final List<String> INSTALLER_FOLDERS = List.of("bin", "scripts");
    private static final int BUNDLE_DEPTH = 8;

    /**
     * Finds a server that runs: the one that the environment names, else the machine's own, else
     * the bundle.
     *
     * @throws ServerException if there is none, or the first that is found does not run
     */
    public static MariaDbInstallation find() {
        Optional<Path> named = Optional.ofNullable(System.getenv(HOME_VARIABLE)).map(Path::of);
        if (named.isPresent()) {
            return at(named.get());
        }
        return Commands.find("mariadbd")
                .map(server -> at(homeOf(server)))
                .or(() -> bundleHome().map(MariaDbInstallation::at))
                .orElseThrow(
                        () ->
                                new ServerException(
                                        "no mariadbd found: install mariadb-server-core (Debian)"
                                                + " or set "
                                                + HOME_VARIABLE
                                                + ". On Linux x86-64 the build fetches one with"
                                                + " -Dhomeport.mariadb.bundle; elsewhere there is"
                                                + " no bundle"));
    }

    /**
     * A newer MariaDB than Debian's stable one, for what only that has (parsec); empty where {@code
     * build-tools/get-servers.sh} has not fetched it.
     *
     * @throws ServerException if it is there and does not run
     */
    public static Optional<MariaDbInstallation> newest() {
        return ServerCache.folder("mariadb-sid").map(folder -> at(folder.resolve("usr")));
    }

    /**
     * The MariaDB in that folder.
     *
     * @throws ServerException if it is incomplete, for another machine, or lacks a library
     */
    public static MariaDbInstallation at(Path home) {
        Path server = require(home, SERVER_FOLDERS, "mariadbd");
        Path installer = require(home, INSTALLER_FOLDERS, "mariadb-install-db");
        return new MariaDbInstallation(home, server, installer, ProgramVersion.of(server));
    }

    /** The bundle that the build unpacked, if it did. */
    public static Optional<Path> bundleHome() {
        return Stream.of(Path.of(""), ownLocation())
                .map(Path::toAbsolutePath)
                .flatMap(start -> Stream.iterate(start, folder -> folder != null, Path::getParent))
                .map(folder -> folder.resolve(BUNDLE))
                .filter(Files::isDirectory)
                .findFirst()
                .flatMap(MariaDbInstallation::homeBelow);
    }

    private static Optional<Path> homeBelow(Path bundle) {
        try (Stream<Path> files = Files.walk(bundle, BUNDLE_DEPTH)) {
            return files.filter(file -> file.endsWith("mariadbd"))
                    .map(MariaDbInstallation::homeOf)
                    .findFirst();
        } catch (IOException e) {
            throw new ServerException("cannot look into " + bundle, e);
        }
    }

    private static Path ownLocation() {
        return Path.of(
                MariaDbInstallation.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath());
    }

    /** {@code /usr} of {@code /usr/sbin/mariadbd}. */
    private static Path homeOf(Path server) {
        try {
            return server.toRealPath().getParent().getParent();
        } catch (IOException e) {
            throw new ServerException("cannot look at " + server, e);
        }
    }

    private static Path require(Path home, List<String> folders, String program) {
        return folders.stream()
                .map(folder -> home.resolve(folder).resolve(program))
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new ServerException("no " + program + " below " + home));
    }
}
