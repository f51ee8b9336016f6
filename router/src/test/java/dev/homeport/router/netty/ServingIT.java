package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.homeport.router.config.Transport;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real drivers against a real server through the data path. */
class ServingIT {
    private static final Account APP = Account.withRandomPassword("app");

    @TempDir static Path directory;

    private static MariaDbServer database;

    @BeforeAll
    static void start() {
        database = MariaDbServer.startPrimary(MariaDbSettings.in(directory.resolve("c1-1")));
        database.execute(
                "CREATE DATABASE p1",
                "CREATE DATABASE p2",
                "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                "GRANT ALL ON `p%`.* TO app@'%'");
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    private static RouterFixture router(Transport transport) {
        return RouterFixture.start(
                aFleet().with(aCluster("c1").withPrimary("c1-1", database.port()))
                        .withProject("p1", "c1")
                        .withProject("p2", "c1")
                        .build(),
                transport,
                20_000);
    }

    private static Connection connect(String scheme, RouterFixture router, String more)
            throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "app+p1");
        properties.setProperty("password", APP.password());
        return DriverManager.getConnection(
                "jdbc:%s://127.0.0.1:%d/p1?%s".formatted(scheme, router.port(), more), properties);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void carriesStatementsOverEveryTransport(Transport transport) throws SQLException {
        // Given
        try (RouterFixture router = router(transport);
                Connection connection = connect("mariadb", router, "allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            // When
            statement.execute("CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, v LONGBLOB)");
            statement.execute("INSERT INTO t VALUES (1, 'a'), (2, REPEAT('b', 100000))");
            // Then
            try (ResultSet rows =
                    statement.executeQuery("SELECT id, LENGTH(v) FROM t ORDER BY 1")) {
                rows.next();
                assertThat(rows.getInt(2)).isEqualTo(1);
                rows.next();
                assertThat(rows.getInt(2)).isEqualTo(100000);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void carriesPacketsOverSixteenMegabytesBothWays(Transport transport) throws SQLException {
        // Given
        database.execute("SET GLOBAL max_allowed_packet = 128 * 1024 * 1024");
        byte[] big = new byte[40 * 1024 * 1024];
        java.util.Arrays.fill(big, (byte) 'x');
        try (RouterFixture router = router(transport);
                Connection connection =
                        connect(
                                "mysql",
                                router,
                                "useServerPrepStmts=true&sslMode=DISABLED&maxAllowedPacket=134217728");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE big (id INT PRIMARY KEY, v LONGBLOB)");
            // When
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO big VALUES (?, ?)")) {
                insert.setInt(1, 1);
                insert.setBytes(2, big);
                insert.executeUpdate();
            }
            // Then
            try (ResultSet rows = statement.executeQuery("SELECT v FROM big")) {
                rows.next();
                assertThat(rows.getBytes(1)).isEqualTo(big);
            }
        }
    }

    @Test
    void saysAccessDeniedLikeTheServer() {
        // Given
        try (RouterFixture router = router(Transport.AUTO)) {
            var properties = new Properties();
            properties.setProperty("user", "app+p1");
            properties.setProperty("password", "wrong");
            // When / Then
            assertThatThrownBy(
                            () ->
                                    DriverManager.getConnection(
                                            "jdbc:mariadb://127.0.0.1:%d/p1"
                                                    .formatted(router.port()),
                                            properties))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("Access denied for user 'app'");
        }
    }
}
