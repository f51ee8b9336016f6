package dev.homeport.testkit.mysqlserver;

import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.ProgramVersion;
import dev.homeport.testkit.process.ServerCache;
import dev.homeport.testkit.process.ServerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the programs of one MySQL from 9 on are.
 *
 * @param home the base folder: {@code /usr}, or one that {@code build-tools/get-servers.sh} made
 * @param server {@code mysqld}, or a script that runs it with its own libraries
 * @param client {@code mysql}, likewise
 * @param version as the server tells it, such as {@code 9.7.4-2}
 */
public record MySqlInstallation(Path home, Path server, Path client, String version) {
    /** Environment variable with the base folder of the MySQL to use. */
    public static final String HOME_VARIABLE = "HOMEPORT_MYSQL_HOME";

    /** What a test says that is skipped because there is no MySQL. */
    public static final String MISSING =
            "SKIPPED: no MySQL from 9 on is here; build-tools/get-servers.sh gets one (Debian), or"
                    + " set "
                    + HOME_VARIABLE;

    private static final int OLDEST = 9;
    private static final List<String> FOLDERS = List.of("sbin", "bin", "libexec");

    /**
     * Finds a server that runs: the one that the environment names, else the one that {@code
     * get-servers.sh} fetched, else the machine's own. Empty where there is none from 9 on.
     *
     * @throws ServerException if there is one and it does not run
     */
    public static Optional<MySqlInstallation> find() {
        Optional<Path> named = Optional.ofNullable(System.getenv(HOME_VARIABLE)).map(Path::of);
        if (named.isPresent()) {
            return named.map(MySqlInstallation::at);
        }
        return ServerCache.folder("mysql-sid")
                .map(folder -> at(folder.resolve("usr")))
                .or(MySqlInstallation::own);
    }

    /**
     * The MySQL in that folder.
     *
     * @throws ServerException if it is incomplete, does not run, or is no MySQL from 9 on
     */
    public static MySqlInstallation at(Path home) {
        Path server = require(home, "mysqld");
        String version = ProgramVersion.of(server);
        if (!isNewEnough(version)) {
            throw new ServerException(
                    "%s is %s: a MySQL from %d on is needed".formatted(server, version, OLDEST));
        }
        return new MySqlInstallation(home, server, require(home, "mysql"), version);
    }

    /** Debian's {@code mysqld} is MariaDB's unless somebody installed another. */
    private static Optional<MySqlInstallation> own() {
        return Commands.find("mysqld")
                .filter(server -> isNewEnough(ProgramVersion.of(server)))
                .map(server -> at(server.getParent().getParent()));
    }

    private static boolean isNewEnough(String version) {
        return !version.contains("MariaDB")
                && Integer.parseInt(version.split("\\D", 2)[0]) >= OLDEST;
    }

    private static Path require(Path home, String program) {
        return FOLDERS.stream()
                .map(folder -> home.resolve(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new ServerException("no " + program + " below " + home));
    }
}
