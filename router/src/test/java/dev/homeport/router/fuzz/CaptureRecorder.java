package dev.homeport.router.fuzz;

import dev.homeport.router.netty.RouterFixture;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.PacketWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Records the captures anew: real drivers at work on a real server through a router and a {@link
 * WireTap}. {@code CaptureRecorder FOLDER}; the folder is {@code src/test/resources/captures}.
 */
final class CaptureRecorder {
    private final Path folder;
    private final FuzzDatabase database;
    private final WireTap tap;
    private final List<String> recorded = new ArrayList<>();

    private CaptureRecorder(Path folder, FuzzDatabase database, WireTap tap) {
        this.folder = folder;
        this.database = database;
        this.tap = tap;
    }

    /** Something that a driver does. */
    private interface Work {
        void run() throws SQLException, IOException, InterruptedException;
    }

    private interface ConnectionWork {
        void run(Connection connection) throws SQLException, IOException;
    }

    private interface ClientWork {
        void run(MySqlTestClient client) throws IOException;
    }

    /** Records all. */
    public static void main(String[] args) throws Exception {
        Path scratch = Files.createTempDirectory("homeport-captures");
        try (FuzzDatabase database = FuzzDatabase.start(scratch.resolve("c1-1"));
                RouterFixture router = RouterFixture.start(database.fleet(0, port -> 1).build());
                WireTap tap = WireTap.start(router.port())) {
            new CaptureRecorder(Path.of(args[0]), database, tap).all(scratch);
        }
    }

    private void all(Path scratch) throws SQLException, IOException, InterruptedException {
        Files.createDirectories(folder);
        jdbc("mysql-text", "mysql", "allowMultiQueries=true", CaptureRecorder::text);
        jdbc(
                "mysql-prepared",
                "mysql",
                "useServerPrepStmts=true&useCursorFetch=true&defaultFetchSize=2",
                CaptureRecorder::prepared);
        jdbc("mariadb-text", "mariadb", "allowMultiQueries=true", CaptureRecorder::text);
        jdbc("mariadb-prepared", "mariadb", "useServerPrepStmts=true", CaptureRecorder::prepared);
        jdbc("mariadb-infile", "mariadb", "allowLocalInfile=true", this::localInfile);
        jdbc("mysql-infile", "mysql", "allowLoadLocalInfile=true", this::localInfile);
        client("raw-rare", CaptureRecorder::rareCommands, Capabilities.CLIENT_DEPRECATE_EOF);
        client("raw-kill", CaptureRecorder::kill, 0);
        client("raw-refused", CaptureRecorder::refused, 0);
        client("raw-change-user", CaptureRecorder::changeUser, 0);
        client("raw-pipelined", CaptureRecorder::pipelined, 0);
        record("mariadb-client", () -> program(scratch, "mariadb"));
        record("php-mysqlnd", () -> php(scratch));
        Files.write(folder.resolve("index"), recorded);
    }

    private void record(String name, Work work)
            throws SQLException, IOException, InterruptedException {
        tap.next();
        work.run();
        List<String> lines = new ArrayList<>(List.of("# " + name + ", by CaptureRecorder"));
        lines.addAll(tap.takeFirst());
        Files.write(folder.resolve(name), lines);
        recorded.add(name);
    }

    private void jdbc(String name, String scheme, String options, ConnectionWork work)
            throws SQLException, IOException, InterruptedException {
        var properties = new Properties();
        properties.setProperty("user", "app+p1");
        properties.setProperty("password", database.app().password());
        String url =
                "jdbc:%s://127.0.0.1:%d/p1?sslMode=DISABLED&%s"
                        .formatted(scheme, tap.port(), options);
        record(
                name,
                () -> {
                    try (Connection connection = DriverManager.getConnection(url, properties)) {
                        work.run(connection);
                    }
                });
    }

    private void client(String name, ClientWork work, long without)
            throws SQLException, IOException, InterruptedException {
        Login login =
                Login.as("app+p1", database.app().password())
                        .with(Capabilities.CLIENT_CONNECT_WITH_DB)
                        .without(without)
                        .withSchema("p1");
        record(
                name,
                () -> {
                    try (MySqlTestClient client = MySqlTestClient.login(tap.port(), login)) {
                        work.run(client);
                    }
                });
    }

    // ----------------------------------------------------------------------------------- what they
    // do

    private static void text(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v TEXT)");
            statement.executeUpdate("INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, '')");
            statement.execute("SELECT * FROM t ORDER BY id; UPDATE t SET v = 'x'; SELECT 1, 2");
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // read to the last
            }
            connection.setAutoCommit(false);
            statement.executeUpdate("DELETE FROM t WHERE id = 1");
            connection.rollback();
            connection.setAutoCommit(true);
            statement.execute("USE p1");
            statement.execute("SELECT REPEAT('x', 3000)");
            statement.execute("SELECT no_such_column FROM t");
        } catch (SQLException e) {
            if (e.getErrorCode() != 1054) {
                throw e;
            }
        }
        connection.isValid(5);
    }

    private static void prepared(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v LONGBLOB)");
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
            insert.setInt(1, 1);
            insert.setBinaryStream(2, new ByteArrayInputStream(new byte[700]), 700);
            insert.executeUpdate();
            for (int i = 2; i < 8; i++) {
                insert.setInt(1, i);
                insert.setBytes(2, new byte[i]);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, v FROM t WHERE id > ? ORDER BY id")) {
            select.setInt(1, 0);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    rows.getBytes(2);
                }
            }
        }
    }

    private void localInfile(Connection connection) throws SQLException, IOException {
        Path file = Files.createTempFile("homeport", ".txt");
        Files.writeString(file, "1\tone\n2\ttwo\n3\tthree\n");
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v TEXT)");
            statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE t");
            statement.execute("SELECT COUNT(*) FROM t");
        } finally {
            Files.delete(file);
        }
    }

    private static void send(MySqlTestClient client, int command, byte... argument)
            throws IOException {
        client.send(0, new PacketWriter().int1(command).bytes(argument).payload());
    }

    private static void rareCommands(MySqlTestClient client) throws IOException {
        for (int command : new int[] {0x0e, 0x09, 0x1f, 0x0e}) { // ping, statistics, reset
            send(client, command);
            client.read();
        }
        send(client, 0x1b, (byte) 1, (byte) 0); // set option
        client.read();
        client.query("CREATE TEMPORARY TABLE t (id INT PRIMARY KEY, v TEXT)");
        client.command(0x04, "t\0%"); // field list
        for (int i = 0; i < 3; i++) {
            client.read();
        }
        client.command(Capabilities.COM_INIT_DB, "p1");
        client.read();
        client.query("SELECT * FROM t");
    }

    private static void kill(MySqlTestClient client) throws IOException {
        client.query("KILL QUERY 999999");
        send(client, 0x0c, (byte) 0xff, (byte) 0xff, (byte) 0, (byte) 0);
        client.read();
        client.query("/* who */ KILL CONNECTION_ID()");
        client.query("SELECT 1; KILL 7");
    }

    private static void refused(MySqlTestClient client) throws IOException {
        for (int command : new int[] {0x08, 0x0d, 0x12, 0x13, 0x15, 0x1e, 0x20}) {
            send(client, command, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
            client.read();
        }
        client.query("USE p2");
        client.query("SELECT 1");
    }

    private static void changeUser(MySqlTestClient client) throws IOException {
        byte[] payload =
                new PacketWriter()
                        .int1(0x11)
                        .nulText("app+p1")
                        .int1(0)
                        .nulText("p1")
                        .int2(45)
                        .nulText("mysql_native_password")
                        .payload();
        client.send(0, payload);
        client.read();
    }

    private static void pipelined(MySqlTestClient client) throws IOException {
        for (int i = 0; i < 10; i++) {
            client.command(Capabilities.COM_QUERY, "SELECT " + i + ", REPEAT('y', 100)");
        }
        client.command(Capabilities.COM_QUERY, "KILL QUERY 999999");
        for (int i = 0; i < 11; i++) {
            client.readResult();
        }
    }

    private static void program(Path scratch, String name, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(scratch.resolve(name + ".log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(name + ": " + Files.readString(scratch.resolve(name + ".log")));
        }
    }

    private void program(Path scratch, String name) throws IOException, InterruptedException {
        Path options = Files.createFile(scratch.resolve("client.cnf"));
        Files.writeString(
                options,
                "[client]\nhost=127.0.0.1\nport=%d\nuser=app+p1\npassword=%s\n"
                        .formatted(tap.port(), database.app().password()));
        program(
                scratch,
                name,
                "--defaults-file=" + options,
                "p1",
                "-e",
                "SHOW TABLES; SELECT 1 UNION SELECT 2; SET @a = 1; SHOW WARNINGS");
    }

    private void php(Path scratch) throws IOException, InterruptedException {
        Path script = scratch.resolve("script.php");
        Files.writeString(
                script,
                """
                <?php
                $p = new PDO('mysql:host=127.0.0.1;port=%d;dbname=p1', 'app+p1', '%s',
                    [PDO::ATTR_EMULATE_PREPARES => false]);
                $p->exec('CREATE TEMPORARY TABLE t (id INT, v TEXT)');
                $s = $p->prepare('INSERT INTO t VALUES (?, ?)');
                $s->execute([1, 'one']);
                $s->execute([2, null]);
                foreach ($p->query('SELECT * FROM t') as $row) { echo $row[0]; }
                """
                        .formatted(tap.port(), database.app().password()),
                StandardCharsets.UTF_8);
        program(scratch, "php", script.toString());
    }
}
