package dev.homeport.conformance.program;

import dev.homeport.conformance.java.JdbcProgram;
import dev.homeport.conformance.java.R2dbcProgram;
import dev.homeport.conformance.matrix.Driver;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.process.JavaCommand;
import dev.homeport.testkit.process.ServerCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the programs, and makes ready what has to be: Node's packages and Go's binary, which stay
 * in {@code target}. Each is looked for once. For one thread.
 */
public final class Programs {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(30);
    private static final String GET_SERVERS = "build-tools/get-servers.sh gets it (Debian)";
    private static final Path GO_PATH = Path.of("/usr/share/gocode");
    private static final List<String> QUICK_JVM =
            List.of(
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlogback.configurationFile=dev/homeport/conformance/program-logback.xml");

    private final Path module;
    private final Map<Driver, Program> found = new EnumMap<>(Driver.class);

    private Programs(Path module) {
        this.module = module;
    }

    /** Those of the sources around the working directory. */
    public static Programs find() {
        Path here = Path.of("").toAbsolutePath();
        return Stream.of(here, here.resolve("conformance"))
                .filter(folder -> Files.isRegularFile(folder.resolve("programs/setup.sql")))
                .findFirst()
                .map(Programs::new)
                .orElseThrow(
                        () -> new IllegalStateException("no conformance/programs below " + here));
    }

    /** The folder with the programs. */
    Path folder() {
        return module.resolve("programs");
    }

    /** The program of that driver. */
    public Program of(Driver driver) {
        return found.computeIfAbsent(driver, this::look);
    }

    private Program look(Driver driver) {
        return switch (driver) {
            case MARIADB_CLIENT ->
                    commandLine("mariadb", Commands.find("mariadb"), "install mariadb-client");
            case NEWER_MARIADB_CLIENT ->
                    commandLine("mariadb", fetched("mariadb-sid", "mariadb"), GET_SERVERS);
            case MYSQL_CLIENT ->
                    commandLine(
                            "mysql",
                            MySqlInstallation.find().map(MySqlInstallation::client),
                            GET_SERVERS);
            case PDO -> php("pdo.php", "pdo_mysql");
            case MYSQLI -> php("mysqli.php", "mysqli");
            case CONNECTOR_J -> java(JdbcProgram.class, "mysql");
            case MARIADB_CONNECTOR_J -> java(JdbcProgram.class, "mariadb");
            case R2DBC_MYSQL -> java(R2dbcProgram.class, "mysql");
            case R2DBC_MARIADB -> java(R2dbcProgram.class, "mariadb");
            case NODE_MYSQL2 -> node("mysql2.js");
            case NODE_MARIADB -> node("mariadb.js");
            case PYMYSQL -> python();
            case GO -> go();
        };
    }

    private static Optional<Path> fetched(String server, String client) {
        return ServerCache.folder(server).map(folder -> folder.resolve("usr/bin").resolve(client));
    }

    private Program commandLine(String kind, Optional<Path> client, String remedy) {
        return client.<Program>map(
                        path ->
                                ready(
                                        "bash",
                                        script("shell/command-line.sh"),
                                        kind,
                                        path.toString()))
                .orElseGet(() -> new Program.Missing("the client is not here: " + remedy));
    }

    private Program php(String script, String extension) {
        Optional<Path> php = Commands.find("php");
        if (php.isEmpty() || !answer(List.of(php.get().toString(), "-m")).contains(extension)) {
            return new Program.Missing(
                    "no PHP with " + extension + " is here: install php-cli and php-mysql");
        }
        return ready(
                php.get().toString(),
                "-d",
                "display_errors=stderr",
                "-d",
                "memory_limit=-1",
                "-d",
                "mysqli.allow_local_infile=1",
                script("php/" + script));
    }

    private static Program java(Class<?> main, String driver) {
        return new Program.Ready(
                JavaCommand.withOwnClassPath(main.getName(), QUICK_JVM, List.of(driver)), Map.of());
    }

    private Program python() {
        // Debian's own first: what a version manager puts before it lacks Debian's packages.
        return Stream.of(Optional.of(Path.of("/usr/bin/python3")), Commands.find("python3"))
                .flatMap(Optional::stream)
                .filter(Files::isExecutable)
                .filter(python -> isGood(List.of(python.toString(), "-c", "import pymysql, nacl")))
                .findFirst()
                .<Program>map(
                        python -> ready(python.toString(), script("python/pymysql_program.py")))
                .orElseGet(
                        () ->
                                new Program.Missing(
                                        "no PyMySQL with ed25519 is here: install python3-pymysql and"
                                                + " python3-nacl"));
    }

    private Program node(String script) {
        Optional<Path> node = Commands.find("node");
        Optional<Path> npm = Commands.find("npm");
        if (node.isEmpty() || npm.isEmpty()) {
            return new Program.Missing("no Node is here: install nodejs and npm");
        }
        NodePackages packages = new NodePackages(folder().resolve("node"), target("node"));
        return packages.install(npm.get(), PATIENCE)
                .<Program>map(why -> new Program.Missing("npm ci failed: " + why))
                .orElseGet(
                        () ->
                                new Program.Ready(
                                        List.of(node.get().toString(), script("node/" + script)),
                                        Map.of("NODE_PATH", packages.modules().toString())));
    }

    private Program go() {
        Optional<Path> go = Commands.find("go");
        if (go.isEmpty()
                || !Files.isDirectory(GO_PATH.resolve("src/github.com/go-sql-driver/mysql"))) {
            return new Program.Missing(
                    "no Go with its driver is here: install golang-go and"
                            + " golang-github-go-sql-driver-mysql-dev");
        }
        String binary = target("go").resolve("program").toString();
        Execution build =
                Execution.of(
                        List.of(go.get().toString(), "build", "-o", binary, script("go/main.go")),
                        Map.of("GO111MODULE", "off", "GOPATH", GO_PATH.toString(), "GOFLAGS", ""),
                        module,
                        PATIENCE);
        return build.isGood()
                ? ready(binary)
                : new Program.Missing("the Go program does not build: " + build.complaint());
    }

    private Path target(String name) {
        return module.resolve("target").resolve(name);
    }

    private String script(String name) {
        return folder().resolve(name).toString();
    }

    private static Program.Ready ready(String... command) {
        return new Program.Ready(List.of(command), Map.of());
    }

    private boolean isGood(List<String> command) {
        return Execution.of(command, Map.of(), module, SHORT_PATIENCE).isGood();
    }

    private String answer(List<String> command) {
        return Execution.of(command, Map.of(), module, SHORT_PATIENCE).output();
    }
}
