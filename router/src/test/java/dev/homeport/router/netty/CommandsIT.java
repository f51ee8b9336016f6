package dev.homeport.router.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.topology.ClusterId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Command Phase with real drivers and a client that shows every packet. */
@Timeout(120)
class CommandsIT {
    private static final ClusterId C1 = new ClusterId("c1");

    @TempDir static Path directory;

    private static Database database;
    private static RouterFixture router;

    @BeforeAll
    static void startDatabase() {
        database = Database.start(directory.resolve("c1-1"));
        database.server.execute(
                "USE p1",
                "CREATE TABLE p1.numbers (n INT PRIMARY KEY)",
                "INSERT INTO p1.numbers SELECT seq FROM seq_1_to_1000",
                "CREATE PROCEDURE p1.twice() BEGIN SELECT 1; SELECT 2, 3; END",
                "CREATE PROCEDURE p1.looks() BEGIN DECLARE v INT;"
                        + " DECLARE c CURSOR FOR SELECT 1; OPEN c; FETCH c INTO v;"
                        + " SELECT 2 UNION SELECT 3; CLOSE c; SELECT 4; END");
        router = database.router();
    }

    @AfterAll
    static void stopDatabase() {
        router.close();
        database.close();
    }

    @Test
    void knowsWhichSessionsAreInATransaction() throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            assertCounts(1, 0);
            // When / Then
            client.query("BEGIN");
            assertCounts(1, 1);
            client.query("SELECT * FROM numbers");
            assertCounts(1, 1);
            client.query("COMMIT");
            assertCounts(1, 0);
            client.query("SET autocommit = 0");
            client.query("INSERT INTO numbers VALUES (5000)");
            assertCounts(1, 1);
            client.query("ROLLBACK");
            assertCounts(1, 0);
        }
        assertCounts(0, 0);
    }

    private void assertCounts(int open, int inTransaction) {
        Awaitility.await()
                .untilAsserted(
                        () -> {
                            var counts = router.sessions.counts().get(C1);
                            assertThat(counts.open()).isEqualTo(open);
                            assertThat(counts.inTransaction()).isEqualTo(inTransaction);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void rollsATransactionBackThatItsClientLeaves(String driver) throws SQLException {
        // Given
        try (Connection connection = Database.jdbc(router, driver, "sslMode=DISABLED")) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO numbers VALUES (6000)");
            }
            // When
            connection.abort(Runnable::run);
        }
        // Then
        Awaitility.await().until(() -> database.connections() == 0);
        assertThat(database.server.query("SELECT COUNT(*) FROM p1.numbers WHERE n = 6000"))
                .containsExactly(List.of("0"));
    }

    @ParameterizedTest
    @CsvSource({"mariadb, false", "mariadb, true", "mysql, false", "mysql, true"})
    void carriesSeveralStatementsInOneQuery(String driver, boolean more) throws SQLException {
        // Given
        String options = "sslMode=DISABLED&allowMultiQueries=true";
        try (Connection connection = Database.jdbc(router, driver, options);
                Statement statement = connection.createStatement()) {
            // When
            boolean first =
                    statement.execute(
                            "SELECT 1; DO 0; SELECT n FROM numbers LIMIT "
                                    + (more ? "1000" : "1")
                                    + "; SELECT 'last'");
            // Then
            assertThat(first).isTrue();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isZero();
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getMoreResults()).isTrue();
            try (ResultSet rows = statement.getResultSet()) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("last");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb, useServerPrepStmts=false",
        "mariadb, useServerPrepStmts=true",
        "mysql,   useServerPrepStmts=false",
        "mysql,   useServerPrepStmts=true"
    })
    void carriesTheResultsOfAProcedure(String driver, String options) throws SQLException {
        // Given
        try (Connection connection =
                        Database.jdbc(
                                router,
                                driver,
                                "sslMode=DISABLED&noAccessToProcedureBodies=true&"
                                        + options.strip());
                CallableStatement call = connection.prepareCall("{call twice()}")) {
            // When
            call.execute();
            // Then
            assertThat(call.getMoreResults()).isTrue();
            try (ResultSet rows = call.getResultSet()) {
                rows.next();
                assertThat(rows.getInt(2)).isEqualTo(3);
            }
            assertThat(call.getMoreResults()).isFalse();
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mariadb, useServerPrepStmts=true",
        "mariadb, useServerPrepStmts=false",
        "mysql,   useServerPrepStmts=true&useCursorFetch=true",
        "mysql,   useServerPrepStmts=true",
        "mysql,   useServerPrepStmts=false"
    })
    void carriesPreparedStatementsAndFetches(String driver, String options) throws SQLException {
        // Given
        String all = "sslMode=DISABLED&" + options.strip();
        try (Connection connection = Database.jdbc(router, driver, all);
                PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT n FROM numbers WHERE n > ? AND n <= 1000 ORDER BY n",
                                ResultSet.TYPE_FORWARD_ONLY,
                                ResultSet.CONCUR_READ_ONLY)) {
            for (int from : new int[] {0, 500, 1000}) {
                statement.setInt(1, from);
                statement.setFetchSize(7);
                // When
                int rows = 0;
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        rows++;
                        assertThat(result.getInt(1)).isEqualTo(from + rows);
                    }
                }
                // Then
                assertThat(rows).isEqualTo(1000 - from);
            }
            assertThatThrownBy(() -> connection.prepareStatement("SELEC ?").execute())
                    .isInstanceOf(SQLException.class);
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void carriesACursorWithItsTransactionState() throws SQLException {
        // Given
        String options = "sslMode=DISABLED&useCursorFetch=true&useServerPrepStmts=true";
        try (Connection connection = Database.jdbc(router, "mysql", options)) {
            connection.setAutoCommit(false);
            try (PreparedStatement open =
                            connection.prepareStatement("SELECT n FROM numbers ORDER BY n");
                    PreparedStatement other = connection.prepareStatement("SELECT ?")) {
                open.setFetchSize(10);
                // When
                try (ResultSet rows = open.executeQuery()) {
                    for (int i = 0; i < 25; i++) {
                        rows.next();
                    }
                    other.setInt(1, 42);
                    try (ResultSet between = other.executeQuery()) {
                        between.next();
                        // Then
                        assertThat(between.getInt(1)).isEqualTo(42);
                    }
                    rows.next();
                    assertThat(rows.getInt(1)).isEqualTo(26);
                }
            }
            connection.commit();
        }
    }

    /** MariaDB says "a cursor exists" in what ends the definitions, and sends the rows. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesNoCursorInsideAProcedureForOneOfTheClient(boolean prepared) throws IOException {
        // Given
        try (MySqlTestClient client =
                MySqlTestClient.login(
                        router.port(),
                        Database.login("p1").without(Capabilities.CLIENT_DEPRECATE_EOF))) {
            // When
            if (prepared) {
                client.command(0x16, "CALL looks()");
                byte[] prepareOk = client.read().payload();
                byte[] execute = {0x17, 0, 0, 0, 0, 0, 1, 0, 0, 0};
                // MariaDB counts statements on from the connection that its thread served before.
                System.arraycopy(prepareOk, 1, execute, 1, 4);
                client.send(0, execute);
            } else {
                client.command(Capabilities.COM_QUERY, "CALL looks()");
            }
            // Then: column, EOF, rows, EOF; the same; OK
            int packets = 3 + 2 + 1 + 3 + 1 + 1 + 1;
            for (int i = 1; i <= packets; i++) {
                assertThat(client.read().sequence()).isEqualTo(i);
            }
            // An answer of the router's own comes when the instance owes none
            assertThat(((QueryResult.Failure) client.query("KILL 999999999")).code())
                    .isEqualTo(1094);
            assertThat(client.query("DO 1")).isInstanceOf(QueryResult.Done.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesPipelinedBatches(boolean bulk) throws SQLException {
        // Given
        String options = "useServerPrepStmts=true&useBulkStmts=" + bulk;
        try (Connection connection = Database.jdbc(router, "mariadb", options);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE batch (n INT PRIMARY KEY, t TEXT)");
            // When
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO batch VALUES (?, ?)")) {
                for (int i = 0; i < 3000; i++) {
                    insert.setInt(1, i);
                    insert.setString(2, "x".repeat(i % 50));
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(3000);
            }
            // Then
            try (ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM batch")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(3000);
            }
        }
    }

    @Test
    void answersMorePipelinedCommandsThanItFollowsAtOnceInTheirOrder() throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            for (int i = 0; i < 1000; i++) {
                client.command(Capabilities.COM_QUERY, "SELECT " + i);
            }
            // Then
            for (int i = 0; i < 1000; i++) {
                var rows = (QueryResult.Rows) client.readResult();
                assertThat(rows.rows().getFirst()).containsExactly(Integer.toString(i));
            }
        }
    }

    @Test
    void answersRefusedCommandsInTheirPlaceAmongPipelinedOnes() throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            client.command(Capabilities.COM_QUERY, "SELECT SLEEP(0.1)");
            client.command(Capabilities.COM_QUERY, "KILL 999999999");
            client.command(Capabilities.COM_QUERY, "SELECT 2");
            client.command(Capabilities.COM_INIT_DB, "p2");
            client.command(Capabilities.COM_QUERY, "SELECT 3");
            // Then
            assertThat(client.readResult()).isInstanceOf(QueryResult.Rows.class);
            assertThat(((QueryResult.Failure) client.readResult()).code()).isEqualTo(1094);
            assertThat(client.readResult()).isInstanceOf(QueryResult.Rows.class);
            assertThat(((QueryResult.Failure) client.readResult()).code()).isEqualTo(1227);
            assertThat(client.readResult()).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0xfffffe, 0xffffff, 0x1000000, 2 * 0xffffff})
    void carriesPacketsAboutTheLengthWhereTheyGoOn(int bytes) throws IOException {
        // Given
        database.server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024");
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When: a query of that length, and a row of that length that starts with 0xfe
            byte[] query =
                    ("\3SELECT 1 #" + "x".repeat(bytes - 11)).getBytes(StandardCharsets.US_ASCII);
            int sent = send(client, query);
            // Then
            assertThat(client.read().sequence()).isEqualTo(sent);
            for (int i = 0; i < 3; i++) {
                client.read();
            }
            assertThat(((QueryResult.Failure) client.query("KILL 999999999")).code())
                    .isEqualTo(1094);
            int lengthBytes = bytes - 4 < 0x1000000 ? 4 : 9;
            client.command(
                    Capabilities.COM_QUERY, "SELECT REPEAT('y', " + (bytes - lengthBytes) + ")");
            client.read();
            client.read();
            int length = 0;
            int part = 0xffffff;
            while (part == 0xffffff) {
                part = client.read().length();
                length += part;
            }
            assertThat(length).isEqualTo(bytes);
            assertThat(client.read().header()).isEqualTo(0xfe);
            assertThat(((QueryResult.Failure) client.query("KILL 999999999")).code())
                    .isEqualTo(1094);
        }
    }

    /** Sends a payload of any length as one command; gives back the next sequence id. */
    private static int send(MySqlTestClient client, byte[] payload) throws IOException {
        int sequence = 0;
        int from = 0;
        int part = 0xffffff;
        while (part == 0xffffff) {
            part = Math.min(0xffffff, payload.length - from);
            client.send(sequence++, Arrays.copyOfRange(payload, from, from + part));
            from += part;
        }
        return sequence;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mariadb", "mysql"})
    void loadsAFileOfTheClient(String driver) throws SQLException, IOException {
        // Given
        Path file = directory.resolve("rows-" + driver + ".csv");
        byte[] rows = new byte[6_000_000];
        Arrays.fill(rows, (byte) 'x');
        for (int i = 1000; i < rows.length; i += 1000) {
            rows[i] = '\n';
        }
        Files.write(file, rows);
        String options = "sslMode=DISABLED&allowLocalInfile=true&allowLoadLocalInfile=true";
        try (Connection connection = Database.jdbc(router, driver, options);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE loaded (t TEXT)");
            // When
            int loaded =
                    statement.executeUpdate(
                            "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE loaded");
            // Then
            assertThat(loaded).isEqualTo(6000);
            assertThat(connection.isValid(5)).isTrue();
            // An empty file, and one that the server does not want
            Files.write(file, new byte[0]);
            assertThat(
                            statement.executeUpdate(
                                    "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE loaded"))
                    .isZero();
            assertThatThrownBy(
                            () ->
                                    statement.executeUpdate(
                                            "LOAD DATA LOCAL INFILE '"
                                                    + file
                                                    + "' INTO TABLE no_such_table"))
                    .isInstanceOf(SQLException.class);
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    /** Servers refuse it and some stay: what comes next would be a command to them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void endsASessionThatSendsAFileOutOfOrder(int sequence) throws IOException {
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // Given
            client.query("CREATE OR REPLACE TABLE ordered (t TEXT)");
            client.command(Capabilities.COM_QUERY, "LOAD DATA LOCAL INFILE 'x' INTO TABLE ordered");
            assertThat(client.read().header()).isEqualTo(0xfb);
            // When
            client.send(sequence, (byte) 'x');
            // Then
            assertThat(client.read().error().message()).contains("[homeport bad_packet");
            assertThat(client.isClosedByServer()).isTrue();
        }
        Awaitility.await().until(() -> router.sessions.size() == 0);
    }

    @Test
    void carriesLongDataAheadOfItsStatement() throws SQLException {
        // Given
        byte[] content = new byte[3_000_000];
        Arrays.fill(content, (byte) 7);
        String options = "sslMode=DISABLED&useServerPrepStmts=true&blobSendChunkSize=100000";
        try (Connection connection = Database.jdbc(router, "mysql", options);
                PreparedStatement statement =
                        connection.prepareStatement("SELECT LENGTH(?), MD5('a')")) {
            statement.setBinaryStream(1, new ByteArrayInputStream(content), content.length);
            // When
            try (ResultSet rows = statement.executeQuery()) {
                // Then
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(content.length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Capabilities.CLIENT_DEPRECATE_EOF})
    void carriesTheRareCommands(long withoutFlags) throws IOException {
        // Given
        try (MySqlTestClient client =
                MySqlTestClient.login(router.port(), Database.login("p1").without(withoutFlags))) {
            // When: COM_STATISTICS, COM_FIELD_LIST, COM_SET_OPTION, COM_RESET_CONNECTION, COM_PING
            client.send(0, (byte) 0x09);
            assertThat(new String(client.read().payload(), StandardCharsets.UTF_8))
                    .startsWith("Uptime");
            client.command(0x04, "numbers\0%");
            assertThat(client.read().header()).isEqualTo(3);
            assertThat(client.read().header()).isEqualTo(0xfe);
            client.command(0x04, "no_such_table\0%");
            assertThat(client.read().isErr()).isTrue();
            client.send(0, (byte) 0x1b, (byte) 0, (byte) 0);
            assertThat(client.read().header()).isIn(0xfe, 0x00);
            client.send(0, (byte) 0x1f);
            assertThat(client.read().isOk()).isTrue();
            client.send(0, (byte) 0x0e);
            // Then
            assertThat(client.read().isOk()).isTrue();
            assertThat(client.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8,  COM_SHUTDOWN",
        "13, COM_DEBUG",
        "18, COM_BINLOG_DUMP",
        "19, COM_TABLE_DUMP",
        "21, COM_REGISTER_SLAVE",
        "30, COM_BINLOG_DUMP_GTID",
        "32, COM_CLONE"
    })
    void refusesCommandsThatConcernMoreThanTheProject(int command, String name) throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            client.command(command, "app\0" + name);
            var failure = (QueryResult.Failure) client.readResult();
            // Then
            assertThat(failure.code()).isEqualTo(1227);
            assertThat(failure.sqlState()).isEqualTo("42000");
            assertThat(failure.message())
                    .endsWith("[homeport command_not_allowed cluster=c1 project=p1]");
            assertThat(client.query("SELECT 1")).isInstanceOf(QueryResult.Rows.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USE p2",
                "use `P2`",
                "/* x */ USE p2;",
                "SELECT 1; USE p2",
                "USE p1; USE p2",
                "SELECT 1; USE p1; /*!50000 USE p2 */"
            })
    void refusesToEnterTheSchemaOfAnotherProject(String sql) throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When
            var failure = (QueryResult.Failure) client.query(sql);
            // Then
            assertThat(failure.code()).isEqualTo(1227);
            assertThat(failure.message()).contains("schema_of_another_project");
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
        }
    }

    @Test
    void refusesToEnterAnotherProjectByEveryOtherCommand() throws IOException {
        // Given
        try (MySqlTestClient client =
                MySqlTestClient.login(
                        router.port(),
                        Database.login("p1").without(Capabilities.CLIENT_MULTI_STATEMENTS))) {
            // When / Then: COM_INIT_DB, COM_STMT_PREPARE, and statements that were allowed later
            client.command(Capabilities.COM_INIT_DB, "p2");
            assertThat(((QueryResult.Failure) client.readResult()).code()).isEqualTo(1227);
            client.command(Capabilities.COM_INIT_DB, "p2\0");
            assertThat(((QueryResult.Failure) client.readResult()).code()).isEqualTo(1227);
            client.command(0x16, "USE p2");
            assertThat(((QueryResult.Failure) client.readResult()).code()).isEqualTo(1227);
            client.send(0, (byte) 0x1b, (byte) 0, (byte) 0);
            client.read();
            assertThat(((QueryResult.Failure) client.query("SELECT 1; USE p2")).code())
                    .isEqualTo(1227);
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
        }
    }

    @Test
    void entersSchemasThatBelongToNobodyElse() throws IOException {
        // Given
        try (MySqlTestClient client = Database.client(router, "p1")) {
            // When / Then
            assertThat(client.query("USE other")).isInstanceOf(QueryResult.Done.class);
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("other");
            client.command(Capabilities.COM_INIT_DB, "p1");
            assertThat(client.readResult()).isInstanceOf(QueryResult.Done.class);
            assertThat(Database.value(client, "SELECT DATABASE()")).isEqualTo("p1");
            assertThat(((QueryResult.Failure) client.query("USE nowhere")).code()).isEqualTo(1044);
        }
    }
}
