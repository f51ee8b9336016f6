package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.router.compression.Frames;
import dev.homeport.router.protocol.Bytes;
import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.process.Commands;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Compression;
import dev.homeport.topology.Family;
import dev.homeport.topology.TlsMode;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compression on either leg, settled on each for itself, with real servers and real drivers. */
@Timeout(300)
class CompressionIT {
    private static final Account APP = Account.withRandomPassword("app");
    private static final int LARGE = 17 * 1024 * 1024;
    private static final String SQL_OF_A_MEGABYTE = "SELECT REPEAT('a', 1000000)";

    @TempDir static Path directory;

    private static MariaDbServer mariaDb;
    private static MySqlServer mySql;

    @BeforeAll
    static void start() {
        mariaDb =
                MariaDbServer.startPrimary(
                        MariaDbSettings.in(directory.resolve("mariadb"))
                                .withOption("local_infile", "ON")
                                .withOption("max_allowed_packet", "64M"));
        setUp(mariaDb);
        if (MySqlInstallation.find().isPresent()) {
            mySql =
                    MySqlServer.start(
                            MySqlSettings.in(directory.resolve("mysql"))
                                    .withOption("local_infile", "ON")
                                    .withOption("max_allowed_packet", "64M"));
            setUp(mySql);
        } else {
            System.err.println(MySqlInstallation.MISSING);
        }
    }

    private static void setUp(DatabaseServer server) {
        server.execute(
                "CREATE DATABASE p1",
                "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                "CREATE USER open@'%'",
                "GRANT ALL ON p1.* TO app@'%'",
                "GRANT ALL ON p1.* TO open@'%'",
                "CREATE TABLE p1.blobs (id INT PRIMARY KEY, content LONGBLOB)",
                "CREATE TABLE p1.words (n INT, word VARCHAR(100))",
                "CREATE TABLE p1.numbers (n INT PRIMARY KEY)",
                "INSERT INTO p1.numbers VALUES "
                        + String.join(
                                ",",
                                IntStream.range(0, 20_000).mapToObj(n -> "(" + n + ")").toList()));
    }

    @AfterAll
    static void stop() {
        mariaDb.close();
        if (mySql != null) {
            mySql.close();
        }
    }

    private static DatabaseServer server(Family family) {
        assumeTrue(family == Family.MARIADB || mySql != null, MySqlInstallation.MISSING);
        return family == Family.MARIADB ? mariaDb : mySql;
    }

    private static RouterFixture router(Family family, Compression client, Compression instance) {
        RouterFixture.Setup setup = setup(family, instance);
        return (client == Compression.OFF ? setup : setup.with(client)).start();
    }

    private static RouterFixture.Setup setup(Family family, Compression instance) {
        var link = new BackendLink(TlsMode.OFF, Optional.empty(), false, instance);
        Clusters cluster =
                aCluster("c1").withPrimary("c1-1", server(family).port()).with(family).with(link);
        return RouterFixture.of(aFleet().with(cluster).withProject("p1", "c1").build())
                .with(family);
    }

    private static Connection connect(int port, String driver, String options) throws SQLException {
        return connect(port, "app+p1", driver, options);
    }

    private static Connection connect(int port, String user, String driver, String options)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", APP.password());
        return DriverManager.getConnection(
                "jdbc:%s://127.0.0.1:%d/p1?allowPublicKeyRetrieval=true&%s"
                        .formatted(driver, port, options),
                properties);
    }

    /** What the instance says of its connection. */
    private static Compression ofInstance(Statement statement) throws SQLException {
        if (!value(statement, "SHOW SESSION STATUS LIKE 'Compression'", 2).equals("ON")) {
            return Compression.OFF;
        }
        try (ResultSet rows =
                statement.executeQuery("SHOW SESSION STATUS LIKE 'Compression_algorithm'")) {
            return rows.next() && rows.getString(2).equals("zstd")
                    ? Compression.ZSTD
                    : Compression.ZLIB;
        }
    }

    private static String value(Statement statement, String sql, int column) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(column);
        }
    }

    // ------------------------------------------------------------------------ drivers, all legs

    static Stream<Arguments> everyMixOfLegs() {
        List<Arguments> all = new ArrayList<>();
        for (Family family : Family.values()) {
            for (String driver : new String[] {"mysql", "mariadb"}) {
                for (Compression client : List.of(Compression.OFF, Compression.ZLIB)) {
                    for (Compression instance : Compression.values()) {
                        if (family == Family.MYSQL || instance != Compression.ZSTD) {
                            all.add(Arguments.of(family, driver, client, instance));
                        }
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, jdbc:{1}, client {2}, instance {3}")
    @MethodSource("everyMixOfLegs")
    void driversNoticeNothing(
            Family family, String driver, Compression client, Compression instance)
            throws Exception {
        try (RouterFixture router = router(family, client, instance);
                CountingRelay wire = new CountingRelay(router.port());
                Connection connection =
                        connect(
                                wire.port(),
                                driver,
                                "useCompression=true&allowMultiQueries=true&allowLocalInfile=true"
                                        + "&allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            // Then: both legs are what they should be, each for itself
            assertThat(ofInstance(statement)).isEqualTo(instance);
            long before = wire.bytesBack();
            assertThat(value(statement, SQL_OF_A_MEGABYTE, 1)).hasSize(1_000_000);
            assertThat(wire.bytesBack() - before < 100_000).isEqualTo(client == Compression.ZLIB);

            readsManyRows(statement);
            readsSeveralResults(statement);
            preparesStatements(connection);
            storesABlobOfMoreThanAPacket(connection);
            if (canSendFiles(driver, client)) {
                loadsAFile(statement);
            }
            stopsAStatement(connection);
            assertThat(value(statement, "SELECT 1", 1)).isEqualTo("1");
        }
    }

    private static void readsManyRows(Statement statement) throws SQLException {
        int rows = 0;
        long sum = 0;
        try (ResultSet result =
                statement.executeQuery("SELECT n, REPEAT(n, 30) FROM numbers ORDER BY n")) {
            while (result.next()) {
                rows++;
                sum += result.getString(2).length();
            }
        }
        assertThat(rows).isEqualTo(20_000);
        assertThat(sum).isEqualTo(30L * (10 + 180 + 2700 + 36_000 + 50_000));
    }

    private static void readsSeveralResults(Statement statement) throws SQLException {
        statement.execute("SELECT 1; SELECT n FROM numbers; DO 1; SELECT 'last'");
        int results = 1;
        while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
            results++;
        }
        assertThat(results).isEqualTo(4);
    }

    private static void preparesStatements(Connection connection) throws SQLException {
        try (PreparedStatement prepared =
                connection.prepareStatement("SELECT n + ? FROM numbers WHERE n < ?")) {
            for (int i = 1; i < 300; i++) {
                prepared.setInt(1, i);
                prepared.setInt(2, i);
                try (ResultSet rows = prepared.executeQuery()) {
                    int count = 0;
                    while (rows.next()) {
                        count++;
                    }
                    assertThat(count).isEqualTo(i);
                }
            }
        }
    }

    /** One half is noise, the other is not. */
    private static void storesABlobOfMoreThanAPacket(Connection connection) throws SQLException {
        byte[] content = new byte[LARGE];
        byte[] noise = new byte[LARGE / 2];
        new Random(3).nextBytes(noise);
        System.arraycopy(noise, 0, content, 0, noise.length);
        try (PreparedStatement insert =
                        connection.prepareStatement("REPLACE INTO blobs VALUES (1, ?)");
                Statement statement = connection.createStatement()) {
            insert.setBytes(1, content);
            insert.execute();
            try (ResultSet rows = statement.executeQuery("SELECT content FROM blobs")) {
                rows.next();
                assertThat(Arrays.equals(rows.getBytes(1), content)).isTrue();
            }
        }
    }

    /**
     * MariaDB's driver begins to count frames again in the midst of a file, which no server takes;
     * {@link #aFileWhoseFramesAreCountedAnewIsRefusedAsByServers}.
     */
    private static boolean canSendFiles(String driver, Compression client) {
        return driver.equals("mysql") || client == Compression.OFF;
    }

    private static void loadsAFile(Statement statement) throws SQLException, IOException {
        Path file = directory.resolve("words.txt");
        if (!Files.exists(file)) {
            Files.write(
                    file,
                    IntStream.range(0, 200_000)
                            .mapToObj(n -> n + "\tword " + n + " of a file")
                            .toList());
        }
        statement.execute("DELETE FROM words");
        statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE words");
        assertThat(value(statement, "SELECT COUNT(*), MAX(n) FROM words", 1)).isEqualTo("200000");
    }

    private static void stopsAStatement(Connection connection) throws SQLException {
        try (Statement slow = connection.createStatement()) {
            slow.setQueryTimeout(1);
            assertThatThrownBy(
                            () ->
                                    slow.executeQuery(
                                            "SELECT SUM(SLEEP(1)) FROM numbers WHERE n < 100"))
                    .isInstanceOf(SQLException.class);
        }
    }

    static Stream<Arguments> everyMixOfLegsOfACompressedClient() {
        return Stream.of(
                Arguments.of(Family.MARIADB, Compression.OFF),
                Arguments.of(Family.MARIADB, Compression.ZLIB),
                Arguments.of(Family.MYSQL, Compression.OFF),
                Arguments.of(Family.MYSQL, Compression.ZLIB),
                Arguments.of(Family.MYSQL, Compression.ZSTD));
    }

    @ParameterizedTest(name = "{0}, instance {1}")
    @MethodSource("everyMixOfLegsOfACompressedClient")
    void aFileWhoseFramesAreCountedAnewIsRefusedAsByServers(Family family, Compression instance)
            throws Exception {
        // Given: a driver that counts from 0 again behind each part of a file
        String options = "useCompression=true&allowLocalInfile=true";
        try (RouterFixture router = router(family, Compression.ZLIB, instance);
                Connection direct = connect(server(family).port(), APP.user(), "mariadb", options);
                Connection routed = connect(router.port(), "mariadb", options);
                Statement toServer = direct.createStatement();
                Statement toRouter = routed.createStatement()) {
            // Then: it loses its connection, here and there
            assertThatThrownBy(() -> loadsAFile(toServer))
                    .isInstanceOf(SQLNonTransientConnectionException.class);
            assertThatThrownBy(() -> loadsAFile(toRouter))
                    .isInstanceOf(SQLNonTransientConnectionException.class);
            Awaitility.await().until(() -> router.sessions.size() == 0);
        }
    }

    // ---------------------------------------------------------------------------- other clients

    static Stream<Arguments> algorithmsOfTheMySqlClient() {
        List<Arguments> all = new ArrayList<>();
        for (String asked : List.of("uncompressed", "zlib", "zstd", "zstd,zlib")) {
            for (Compression instance : Compression.values()) {
                all.add(Arguments.of(asked, instance));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, instance {1}")
    @MethodSource("algorithmsOfTheMySqlClient")
    void theMySqlClientSpeaksAllOfThem(String asked, Compression instance) throws Exception {
        // Given
        server(Family.MYSQL);
        try (RouterFixture router =
                        setup(Family.MYSQL, instance)
                                .with(Compression.ZLIB, Compression.ZSTD)
                                .start();
                CountingRelay wire = new CountingRelay(router.port())) {
            // When
            String output =
                    run(
                            List.of(
                                    MySqlInstallation.find().orElseThrow().client().toString(),
                                    "--no-defaults",
                                    "--protocol=tcp",
                                    "--host=127.0.0.1",
                                    "--port=" + wire.port(),
                                    "--user=app+p1",
                                    "--get-server-public-key",
                                    "--ssl-mode=DISABLED",
                                    "--compression-algorithms=" + asked,
                                    "--zstd-compression-level=19",
                                    "--skip-column-names",
                                    "--max-allowed-packet=64M",
                                    "--execute=SHOW SESSION STATUS LIKE 'Compression_algorithm';"
                                            + SQL_OF_A_MEGABYTE
                                            + "; SELECT LENGTH(REPEAT('b', 100)); SELECT n FROM"
                                            + " numbers",
                                    "p1"));
            // Then
            assertThat(output)
                    .contains("\n19999\n")
                    .contains("aaaaaaaaaa")
                    .contains("100")
                    .startsWith(
                            "Compression_algorithm\t"
                                    + (instance == Compression.OFF
                                            ? ""
                                            : instance.name().toLowerCase(Locale.ROOT)));
            assertThat(wire.bytesBack() < 400_000).isEqualTo(!asked.equals("uncompressed"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"OFF", "ZLIB"})
    void theMariaDbClientIsCompressed(Compression instance) throws Exception {
        // Given
        String client = program("mariadb", "mariadb-client");
        Path file = Files.writeString(directory.resolve("large.txt"), "line\n".repeat(1_000_000));
        try (RouterFixture router = router(Family.MARIADB, Compression.ZLIB, instance);
                CountingRelay wire = new CountingRelay(router.port())) {
            // When
            String output =
                    run(
                            List.of(
                                    client,
                                    "--no-defaults",
                                    "--protocol=tcp",
                                    "--host=127.0.0.1",
                                    "--port=" + wire.port(),
                                    "--user=app+p1",
                                    "--compress",
                                    "--local-infile",
                                    "--skip-column-names",
                                    "--execute=status; LOAD DATA LOCAL INFILE '"
                                            + file
                                            + "' INTO TABLE words (word);"
                                            + SQL_OF_A_MEGABYTE
                                            + "; SELECT COUNT(*) FROM words WHERE word = 'line';"
                                            + " DELETE FROM words",
                                    "p1"));
            // Then
            assertThat(output).contains("Compressed").contains("1000000").contains("aaaaaaaaaa");
            assertThat(wire.bytesBack()).isLessThan(100_000);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"OFF", "ZLIB"})
    void phpIsCompressed(Compression instance) throws Exception {
        // Given
        String php = program("php", "php-cli and php-mysql");
        Path script =
                Files.writeString(
                        directory.resolve("compressed.php"),
                        """
                        <?php
                        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
                        $db = mysqli_init();
                        $password = getenv('APP_PASSWORD');
                        $db->real_connect('127.0.0.1', 'app+p1', $password, 'p1', (int) $argv[1],
                            null, MYSQLI_CLIENT_COMPRESS);
                        echo strlen($db->query("SELECT REPEAT('a', 1000000)")->fetch_row()[0]), "\\n";
                        echo count($db->query('SELECT n FROM numbers')->fetch_all()), "\\n";
                        for ($i = 0; $i < 300; $i++) {
                            $statement = $db->prepare('SELECT ? + n FROM numbers WHERE n < 10');
                            $statement->bind_param('i', $i);
                            $statement->execute();
                            $sum = array_sum(array_column($statement->get_result()->fetch_all(), 0));
                            $statement->close();
                        }
                        echo $sum, "\\n";
                        $large = random_bytes(1000000) . str_repeat('x', 16000000);
                        $statement = $db->prepare('REPLACE INTO blobs VALUES (2, ?)');
                        $null = null;
                        $statement->bind_param('b', $null);
                        foreach (str_split($large, 500000) as $part) {
                            $statement->send_long_data(0, $part);
                        }
                        $statement->execute();
                        $back = $db->query('SELECT content FROM blobs WHERE id = 2')->fetch_row()[0];
                        var_dump($back === $large);
                        $db->change_user('app+p1', $password, 'p1');
                        echo $db->query('SELECT DATABASE()')->fetch_row()[0], "\\n";
                        $db->multi_query('SELECT 1; SELECT n FROM numbers; SELECT 3');
                        $results = 0;
                        do {
                            $db->store_result();
                            $results++;
                        } while ($db->next_result());
                        echo $results, "\\n";
                        """);
        try (RouterFixture router = router(Family.MARIADB, Compression.ZLIB, instance);
                CountingRelay wire = new CountingRelay(router.port())) {
            // When
            String output = run(List.of(php, script.toString(), Integer.toString(wire.port())));
            // Then
            assertThat(output).isEqualTo("1000000\n20000\n3035\nbool(true)\np1\n3\n");
            assertThat(wire.bytesBack()).isBetween(1_000_000L, 2_000_000L);
        }
    }

    private static String program(String name, String debianPackage) {
        Optional<Path> found = Commands.find(name);
        if (found.isEmpty()) {
            System.err.printf("SKIPPED: no %s here; install %s%n", name, debianPackage);
        }
        assumeTrue(found.isPresent(), () -> name + " is missing: install " + debianPackage);
        return found.orElseThrow().toString();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("MYSQL_PWD", APP.password());
        builder.environment().put("APP_PASSWORD", APP.password());
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(() -> output).isZero();
            return output.replaceFirst("(?m)^mysql: \\[Warning].*\\n", "");
        } finally {
            process.destroyForcibly();
        }
    }

    // -------------------------------------------------------------------- what the drivers hide

    private static Login login() {
        return Login.as("app+p1", APP.password())
                .with(Capabilities.CLIENT_CONNECT_WITH_DB | Capabilities.CLIENT_LOCAL_FILES)
                .withSchema("p1");
    }

    @Test
    void nothingIsOfferedUnlessItIsConfigured() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.ZLIB);
                RouterFixture zstd = router(Family.MARIADB, Compression.ZSTD, Compression.OFF);
                MySqlTestClient none = MySqlTestClient.connect(router.port());
                MySqlTestClient one = MySqlTestClient.connect(zstd.port())) {
            long compress = Capabilities.CLIENT_COMPRESS;
            long zstdFlag = 1L << 26;
            assertThat(none.greeting().capabilities() & (compress | zstdFlag)).isZero();
            assertThat(one.greeting().capabilities() & (compress | zstdFlag)).isEqualTo(zstdFlag);
        }
    }

    @Test
    void aFlagThatWasNotOfferedMeansNothing() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.OFF);
                MySqlTestClient client = MySqlTestClient.connect(router.port())) {
            // When: PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH; COMPRESS and ZSTD with its level
            client.send(
                    1,
                    Bytes.of(
                            Bytes.of(0x20, 0x82, 0x08, 0x04),
                            Bytes.of(0, 0, 0, 1, 45, Bytes.zeros(23)),
                            "open+p1\0",
                            0,
                            "mysql_native_password\0",
                            3));
            RawPacket next = client.read();
            client.send(next.sequence() + 1);
            // Then
            assertThat(client.read().isOk()).isTrue();
            assertThat(Database.value(client, "SELECT 5")).isEqualTo("5");
        }
    }

    @Test
    void sequenceIdsAreThoseOfAnUncompressedConnection() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.ZLIB);
                MySqlTestClient client = MySqlTestClient.login(router.port(), login())) {
            // When: the server flushes between the results, which sets its own counting back
            client.command(Capabilities.COM_QUERY, "SELECT 1; SELECT 2; SELECT n FROM numbers");
            // Then
            int expected = 1;
            RawPacket packet;
            do {
                packet = client.read();
                assertThat(packet.sequence()).isEqualTo(expected & 0xff);
                expected++;
            } while (expected < 20_000 || packet.header() != 0xfe);
        }
    }

    @Test
    void commandsThatAreSentAheadAreAnsweredInOrder() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.ZLIB);
                MySqlTestClient client = MySqlTestClient.login(router.port(), login())) {
            // When
            byte[][] commands = new byte[600][];
            for (int i = 0; i < commands.length; i++) {
                commands[i] = Bytes.packet(0, Capabilities.COM_QUERY, "SELECT " + i);
            }
            client.sendRaw(Bytes.of((Object[]) commands));
            // Then
            for (int i = 0; i < commands.length; i++) {
                var rows = (QueryResult.Rows) client.readResult();
                assertThat(rows.rows().getFirst()).containsExactly(Integer.toString(i));
            }
        }
    }

    @Test
    void sessionsEndInOrder() throws IOException {
        // Given: who was there before is gone, and counted if need be
        awaitNobody();
        long before = aborted();
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.ZLIB)) {
            for (int i = 0; i < 20; i++) {
                MySqlTestClient client = MySqlTestClient.login(router.port(), login());
                client.query("SELECT 1");
                // When: with a farewell and without
                if (i % 2 == 0) {
                    client.quit();
                } else {
                    client.close();
                }
            }
            Awaitility.await().until(() -> router.sessions.size() == 0);
        }
        // Then: the instance heard a farewell of each
        awaitNobody();
        assertThat(aborted()).isEqualTo(before);
    }

    private static void awaitNobody() {
        Awaitility.await()
                .until(
                        () ->
                                mariaDb.query(
                                                "SELECT id FROM information_schema.processlist"
                                                        + " WHERE user = 'app'")
                                        .isEmpty());
    }

    private static long aborted() {
        return Long.parseLong(
                mariaDb.query("SHOW GLOBAL STATUS LIKE 'Aborted_clients'").getFirst().get(1));
    }

    @Test
    void anInstanceThatOffersNoneIsReachedAllTheSame() throws Exception {
        // Given
        server(Family.MYSQL);
        mySql.execute("SET GLOBAL protocol_compression_algorithms = 'uncompressed'");
        try (RouterFixture router = router(Family.MYSQL, Compression.ZLIB, Compression.ZSTD);
                Connection connection = connect(router.port(), "mysql", "useCompression=true");
                Statement statement = connection.createStatement()) {
            // Then
            assertThat(ofInstance(statement)).isEqualTo(Compression.OFF);
        } finally {
            mySql.execute("SET GLOBAL protocol_compression_algorithms = 'zlib,zstd,uncompressed'");
        }
    }

    @Test
    void whatIsNotCompressedEndsTheSessionOfAClientThatSaidItWouldBe() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.ZLIB, Compression.OFF);
                MySqlTestClient client =
                        MySqlTestClient.login(
                                router.port(), login().with(Capabilities.CLIENT_COMPRESS))) {
            // When: a bare command, whose first four bytes are no number that a frame may have
            client.send(7, Bytes.of(Capabilities.COM_QUERY, "SELECT 1"));
            // Then: an error in a frame, which is long enough to be compressed, and the end
            List<Frames.Read> frames = Frames.read(Compression.ZLIB, client.readToEnd());
            assertThat(frames).hasSize(1);
            assertThat(new String(frames.getFirst().bytes().array(), StandardCharsets.UTF_8))
                    .contains("a compressed packet has number 7 instead of 0");
            assertThat(
                            router.meters
                                    .get("router.sessions.closed")
                                    .tag("reason", "malformed")
                                    .counter()
                                    .count())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"OFF", "ZLIB"})
    void aKilledSessionHearsOfIt(Compression client) throws Exception {
        try (RouterFixture router = router(Family.MARIADB, client, Compression.ZLIB);
                Connection connection = connect(router.port(), "mysql", "useCompression=true");
                Statement statement = connection.createStatement()) {
            String id = value(statement, "SELECT CONNECTION_ID()", 1);
            // When
            mariaDb.execute("KILL CONNECTION " + id);
            // Then
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOf(SQLException.class);
            Awaitility.await().until(() -> router.sessions.size() == 0);
        }
    }

    @Test
    void aClientThatDoesNotReadCostsNoMoreHoweverWellItCompresses() throws IOException {
        try (RouterFixture router = router(Family.MARIADB, Compression.OFF, Compression.ZLIB);
                MySqlTestClient client = MySqlTestClient.login(router.port(), login())) {
            long before = directMemory();
            // When: 480 MB, which are half a megabyte between instance and router
            client.command(
                    Capabilities.COM_QUERY,
                    "SELECT REPEAT('a', 16000000) FROM numbers WHERE n < 30");
            // Then
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> directMemory() - before < 48 << 20);
            // When: it reads after all
            client.read();
            client.read();
            for (int i = 0; i < 30; i++) {
                assertThat(client.read().length()).isEqualTo(16_000_004);
                assertThat(directMemory() - before).isLessThan(48 << 20);
            }
            assertThat(client.read().header()).isEqualTo(0xfe);
        }
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }
}
