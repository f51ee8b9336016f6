package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.homeport.testkit.net.Alternation;
import dev.homeport.testkit.process.PrivateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients as people have them, each at its own project's home and nowhere else. */
@Timeout(120)
final class ClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> HOMES = Map.of("demo1", "c1", "demo2", "c2");
    private static final String SLEEP = "SELECT SLEEP(50) AS to_be_killed";

    @TempDir private static Path directory;
    private static RunningFleet fleet;

    @BeforeAll
    static void startFleet() {
        fleet = RunningFleet.start(directory, 0, 2);
    }

    @AfterAll
    static void stopFleet() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @ParameterizedTest(name = "{0} by {1} to {2}")
    @CsvSource({
        "mariadb, user, demo1",
        "mariadb, schema, demo2",
        "pdo, user, demo2",
        "pdo, schema, demo1",
        "pdo, server_host, demo1",
        "pdo, server_host, demo2",
        "mysql-connector, user, demo1",
        "mysql-connector, schema, demo2",
        "mariadb-connector, user, demo2",
        "mariadb-connector, schema, demo1"
    })
    void readsAndWritesItsProjectAtHome(String client, String key, String project)
            throws Exception {
        // Given
        String table = (client + "_" + key + "_" + project).replace('-', '_');
        List<String> statements =
                List.of(
                        "CREATE TABLE %s (text VARCHAR(100))".formatted(table),
                        "INSERT INTO %s VALUES ('from %s by %s')".formatted(table, client, key),
                        ("SELECT CONCAT_WS('|', @@port, DATABASE(),"
                                        + " (SELECT text FROM notes WHERE id = 1),"
                                        + " (SELECT text FROM %s))")
                                .formatted(table));

        // When
        String seen = run(client, key, project, statements);

        // Then
        String home = HOMES.get(project);
        String written = "from %s by %s".formatted(client, key);
        assertThat(seen.strip())
                .isEqualTo(
                        "%d|%s|This is %s.|%s"
                                .formatted(
                                        fleet.primaryOf(home).port(), project, project, written));
        assertThat(tables(home, table)).isEqualTo(List.of(List.of(project)));
        assertThat(tables(home.equals("c1") ? "c2" : "c1", table)).isEmpty();
    }

    private static List<List<String>> tables(String cluster, String table) {
        return fleet.primaryOf(cluster)
                .query(
                        "SELECT table_schema FROM information_schema.tables WHERE table_name = '%s'"
                                .formatted(table));
    }

    /** Runs the statements in one connection; returns what the last one answered. */
    private static String run(String client, String key, String project, List<String> statements)
            throws Exception {
        return switch (client) {
            case "mariadb" ->
                    Program.run(mariadb(key, project, String.join(";", statements)), Map.of());
            case "pdo" -> pdo(key, project, statements);
            case "mysql-connector" -> pooled("jdbc:mysql", key, project, statements);
            case "mariadb-connector" -> pooled("jdbc:mariadb", key, project, statements);
            default -> throw new IllegalArgumentException(client);
        };
    }

    private static String user(String key, String project) {
        return key.equals("user") ? "app+" + project : "app";
    }

    private static List<String> mariadb(String key, String project, String sql) {
        return mariadb(fleet.port("r1"), key, project, sql);
    }

    private static List<String> mariadb(int port, String key, String project, String sql) {
        Path options = directory.resolve("password.cnf");
        PrivateDirectories.write(options, "[client]\npassword = " + fleet.appPassword() + "\n");
        List<String> command = new ArrayList<>();
        command.add(Program.orSkip("mariadb", "mariadb-client"));
        command.add("--defaults-file=" + options);
        command.addAll(List.of("--host=127.0.0.1", "--port=" + port));
        command.addAll(List.of("--skip-ssl", "--batch", "--skip-column-names"));
        command.addAll(List.of("--local-infile=1", "--user=" + user(key, project)));
        command.addAll(List.of("--execute=" + sql, project));
        return command;
    }

    private static String pdo(String key, String project, List<String> statements)
            throws IOException {
        String php = Program.orSkip("php", "php-cli and php-mysql");
        Path script = directory.resolve("client.php");
        Files.writeString(
                script,
                """
                <?php
                $pdo = new PDO(getenv('DSN'), getenv('DB_USER'), getenv('DB_PASSWORD'),
                    [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_EMULATE_PREPARES => false]);
                $statements = explode(';', getenv('STATEMENTS'));
                $last = array_pop($statements);
                foreach ($statements as $statement) { $pdo->exec($statement); }
                $query = $pdo->prepare($last);
                $query->execute();
                echo $query->fetchColumn();
                """);
        boolean isByHost = key.equals("server_host");
        String host = isByHost ? project + ".db.example.com" : "127.0.0.1";
        // By host the login names no schema, so that nothing else can lead the way.
        String dsn = "mysql:host=%s;port=%d".formatted(host, fleet.port("r1"));
        Map<String, String> environment =
                Map.of(
                        "DSN",
                        isByHost ? dsn : dsn + ";dbname=" + project,
                        "DB_USER",
                        user(key, project),
                        "DB_PASSWORD",
                        fleet.appPassword(),
                        "STATEMENTS",
                        (isByHost ? "USE " + project + ";" : "") + String.join(";", statements));
        List<String> command = List.of(php, script.toString());
        return Program.run(isByHost ? resolving(host, command) : command, environment);
    }

    /** The same command where that name is this machine. */
    private static List<String> resolving(String host, List<String> command) throws IOException {
        String unshare = Program.orSkip("unshare", "util-linux");
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        if (!isRoot) {
            System.err.println("SKIPPED: only root can give a client another /etc/hosts");
        }
        assumeTrue(isRoot, "only root can give a client another /etc/hosts");
        Path hosts = directory.resolve("hosts");
        Files.writeString(
                hosts, Files.readString(Path.of("/etc/hosts")) + "\n127.0.0.1 " + host + "\n");
        List<String> all = new ArrayList<>();
        all.addAll(List.of(unshare, "--mount", "sh", "-c"));
        all.add("mount --bind \"$0\" /etc/hosts && exec \"$@\"");
        all.add(hosts.toString());
        all.addAll(command);
        return all;
    }

    private static String pooled(String scheme, String key, String project, List<String> statements)
            throws SQLException {
        try (HikariDataSource pool = pool(scheme, key, project);
                Connection connection = pool.getConnection()) {
            for (String statement : statements.subList(0, statements.size() - 1)) {
                try (Statement one = connection.createStatement()) {
                    one.execute(statement);
                }
            }
            try (PreparedStatement last = connection.prepareStatement(statements.getLast());
                    ResultSet row = last.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static HikariDataSource pool(String scheme, String key, String project) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                "%s://127.0.0.1:%d/%s?allowMultiQueries=true&useServerPrepStmts=true&sslMode=%s"
                        .formatted(
                                scheme,
                                fleet.port("r1"),
                                project,
                                scheme.equals("jdbc:mysql") ? "DISABLED" : "disable"));
        config.setUsername(user(key, project));
        config.setPassword(fleet.appPassword());
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql", "jdbc:mariadb"})
    void driversGetTheResultsOfSeveralStatementsInOne(String scheme) throws Exception {
        try (HikariDataSource pool = pool(scheme, "user", "demo1");
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            // When
            List<String> seen = new ArrayList<>();
            boolean isRows = statement.execute("SELECT 1; DO 0; SELECT 'a;b' UNION SELECT 'c'");
            while (isRows || statement.getUpdateCount() >= 0) {
                seen.add(isRows ? values(statement) : "done");
                isRows = statement.getMoreResults();
            }

            // Then
            assertThat(seen).containsExactly("1", "done", "a;b,c");
        }
    }

    private static String values(Statement statement) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return String.join(",", values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql", "jdbc:mariadb"})
    void driversPrepareOnceAndExecuteOften(String scheme) throws Exception {
        // Given
        String table = "prepared_" + scheme.substring(5);
        try (HikariDataSource pool = pool(scheme, "schema", "demo2");
                Connection connection = pool.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE %s (id INT PRIMARY KEY, body MEDIUMTEXT)".formatted(table));
            }
            connection.setAutoCommit(false);

            // When
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
                for (int i = 1; i <= 100; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "x".repeat(i));
                    insert.executeUpdate();
                }
            }
            connection.commit();

            // Then
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT body FROM " + table + " WHERE id = ?")) {
                for (int i : new int[] {1, 50, 100}) {
                    select.setInt(1, i);
                    try (ResultSet row = select.executeQuery()) {
                        assertThat(row.next()).isTrue();
                        assertThat(row.getString(1)).hasSize(i);
                    }
                }
            }
        }
    }

    @Test
    void theMariadbClientLoadsAFileOfItsOwn() throws Exception {
        // Given
        Path file = directory.resolve("rows.csv");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            rows.append(i).append(",row ").append(i).append('\n');
        }
        Files.writeString(file, rows);
        fleet.primaryOf("c1").execute("SET GLOBAL local_infile = ON");

        // When
        String seen =
                Program.run(
                        mariadb(
                                "user",
                                "demo1",
                                ("CREATE TABLE loaded (id INT PRIMARY KEY, text VARCHAR(20));"
                                                + " LOAD DATA LOCAL INFILE '%s' INTO TABLE loaded"
                                                + " FIELDS TERMINATED BY ',';"
                                                + " SELECT COUNT(*), SUM(id), MAX(text) FROM loaded")
                                        .formatted(file)),
                        Map.of());

        // Then
        assertThat(seen.strip()).isEqualTo("50000\t1249975000\trow 9999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql", "jdbc:mariadb"})
    void aDriverCancelsAStatementOverASecondConnection(String scheme) throws Exception {
        try (HikariDataSource pool = pool(scheme, "user", "demo1");
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            // Given
            CompletableFuture<Boolean> running =
                    CompletableFuture.supplyAsync(() -> execute(statement, SLEEP));
            awaitSleepers(1);

            // When
            statement.cancel();

            // Then: the connection is as good as before
            awaitSleepers(0);
            running.handle((result, failure) -> failure).get(20, TimeUnit.SECONDS);
            try (Statement next = connection.createStatement()) {
                assertThat(next.execute("SELECT 1")).isTrue();
            }
        }
    }

    private static boolean execute(Statement statement, String sql) {
        try {
            return statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void ctrlCInTheMariadbClientKillsItsStatement() throws Exception {
        assertCtrlCKills(fleet.port("r1"));
    }

    @Test
    void ctrlCInTheMariadbClientKillsItsStatementThroughAnotherRouter() throws Exception {
        await().atMost(PATIENCE)
                .until(() -> fleet.get("r2", "/v1/routers").at("/routers/1").isObject());
        try (Alternation balancer = Alternation.between(fleet.port("r1"), fleet.port("r2"))) {
            assertCtrlCKills(balancer.port());
        }
    }

    private static void assertCtrlCKills(int port) throws Exception {
        // Given
        Process client = Program.start(mariadb(port, "user", "demo1", SLEEP), Map.of());
        try {
            CompletableFuture<String> output = Program.output(client);
            awaitSleepers(1);

            // When
            Program.run(List.of("/bin/kill", "-INT", Long.toString(client.pid())), Map.of());

            // Then
            awaitSleepers(0);
            assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(output.get(5, TimeUnit.SECONDS)).contains("Ctrl-C -- query killed");
        } finally {
            client.destroyForcibly();
        }
    }

    private static void awaitSleepers(int count) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                fleet.primaryOf("c1")
                                                        .query(
                                                                "SELECT id FROM"
                                                                        + " information_schema.processlist"
                                                                        + " WHERE user = 'app' AND info"
                                                                        + " LIKE '%to_be_killed%'"))
                                        .hasSize(count));
    }

    @Test
    void nobodyEntersTheSchemaOfAnotherProject() throws Exception {
        try (Connection connection = fleet.jdbc("r1", "demo1");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("USE demo3"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("[homeport schema_of_another_project");
            assertThat(statement.execute("SELECT text FROM notes")).isTrue();
        }
    }
}
