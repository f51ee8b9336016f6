package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;

import dev.homeport.testkit.fleet.Clusters;
import dev.homeport.testkit.fleet.Fleets;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/**
 * A real server as the primary {@code c1-1} of cluster {@code c1}, with the projects {@code p1} and
 * {@code p2} on it, a schema for each, and the user {@code app} for both.
 */
final class Database implements AutoCloseable {
    static final Account APP = Account.withRandomPassword("app");

    /** {@code ER_NO_SUCH_THREAD}. */
    private static final int NO_SUCH_THREAD = 1094;

    final MariaDbServer server;

    private Database(MariaDbServer server) {
        this.server = server;
    }

    static Database start(Path directory) {
        return start(directory, "local_infile", "ON");
    }

    /** With one option of the server's. */
    static Database start(Path directory, String option, String value) {
        Database database =
                new Database(
                        MariaDbServer.startPrimary(
                                MariaDbSettings.in(directory).withOption(option, value)));
        database.server.execute(
                "CREATE DATABASE p1",
                "CREATE DATABASE p2",
                "CREATE DATABASE other",
                "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                "GRANT ALL ON `p%`.* TO app@'%'",
                "GRANT ALL ON other.* TO app@'%'");
        return database;
    }

    Clusters cluster() {
        return aCluster("c1").withPrimary("c1-1", server.port());
    }

    Fleets fleet() {
        return fleetWith(cluster());
    }

    /** The fleet with another idea of the cluster. */
    Fleets fleetWith(Clusters cluster) {
        return aFleet().with(cluster).withProject("p1", "c1").withProject("p2", "c1");
    }

    RouterFixture router() {
        return RouterFixture.start(fleet().build());
    }

    static Login login(String project) {
        return Login.as("app+" + project, APP.password())
                .with(Capabilities.CLIENT_CONNECT_WITH_DB | Capabilities.CLIENT_LOCAL_FILES)
                .withSchema(project);
    }

    static MySqlTestClient client(RouterFixture router, String project) throws IOException {
        return MySqlTestClient.login(router.port(), login(project));
    }

    /** A JDBC connection to project p1; the driver is {@code mariadb} or {@code mysql}. */
    static Connection jdbc(RouterFixture router, String driver, String options)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app+p1");
        properties.setProperty("password", APP.password());
        return DriverManager.getConnection(
                "jdbc:%s://127.0.0.1:%d/p1?%s".formatted(driver, router.port(), options),
                properties);
    }

    /** The backend's own id of that client's connection. */
    static long backendId(MySqlTestClient client) throws IOException {
        return Long.parseLong(value(client, "SELECT CONNECTION_ID()"));
    }

    /** The first value of the first row. */
    static String value(MySqlTestClient client, String sql) throws IOException {
        return switch (client.query(sql)) {
            case QueryResult.Rows rows -> rows.rows().getFirst().getFirst();
            case QueryResult.Done done -> throw new AssertionError(done.toString());
            case QueryResult.Failure failure -> throw new AssertionError(failure.toString());
        };
    }

    /** How many connections of the user there are, not counting system threads. */
    long connections() {
        return Long.parseLong(
                server.query(
                                "SELECT COUNT(*) FROM information_schema.processlist WHERE user IN"
                                        + " ('app', 'unauthenticated user')")
                        .getFirst()
                        .getFirst());
    }

    long status(String name) {
        return Long.parseLong(
                server.query("SHOW GLOBAL STATUS LIKE '" + name + "'").getFirst().get(1));
    }

    /** Ends what runs so. It may end by itself in between, which is as good. */
    void killWhere(String condition) {
        for (List<String> row :
                server.query("SELECT id FROM information_schema.processlist WHERE " + condition)) {
            try {
                server.execute("KILL " + row.getFirst());
            } catch (ServerException e) {
                if (!(e.getCause() instanceof SQLException cause)
                        || cause.getErrorCode() != NO_SUCH_THREAD) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
