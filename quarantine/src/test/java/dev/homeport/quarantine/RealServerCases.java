package dev.homeport.quarantine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Cases that are run against each of the real servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealServerCases {
    private final TestServer.Kind kind;
    TestServer server;
    JdbcQuarantine quarantine;
    GuardedSession session;

    RealServerCases(TestServer.Kind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void startServer(@TempDir Path directory) {
        Optional<TestServer> started = TestServer.start(kind, directory.resolve("db"));
        assumeTrue(
                started.isPresent(),
                kind == TestServer.Kind.MYSQL
                        ? MySqlInstallation.MISSING
                        : MariaDbInstallation.NEWEST_MISSING);
        server = started.orElseThrow();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        server.freshSchema("app");
        server.freshSchema("app2");
        quarantine = server.quarantine();
        session = new GuardedSession(server.connect(TestServer.TENANT, "app"), quarantine);
    }

    @AfterEach
    void close() throws SQLException {
        quarantine.close();
        session.close();
    }

    void execute(String... statements) {
        for (String sql : statements) {
            server.server().execute("USE app", sql);
        }
    }

    /** Not as root: MySQL lets nobody but the like make triggers in the name of such a one. */
    void executeAsTenant(String... statements) {
        try (Connection connection = server.connect(TestServer.TENANT, "app");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<List<String>> query(String sql) {
        return server.server().query(sql);
    }

    String one(String sql) {
        return query(sql).getFirst().getFirst();
    }

    String create(String table) {
        return query("SHOW CREATE TABLE " + table).getFirst().get(1);
    }

    UndropReport undrop(String wanted) throws QuarantineException {
        return undrop(wanted, Optional.empty());
    }

    UndropReport undrop(String wanted, Optional<String> as) throws QuarantineException {
        return quarantine.undrop(GuardedSession.PROJECT, wanted, as, "ops", Optional.empty());
    }

    /** Nothing of a table may be anywhere that nobody looks for. */
    List<List<String>> leftovers() {
        return query(
                "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE"
                        + " TABLE_SCHEMA = 'homeport' AND TABLE_NAME LIKE 's%'"
                        + " OR TABLE_COMMENT LIKE 'homeport stand-in%'");
    }
}
