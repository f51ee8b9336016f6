package dev.homeport.router.netty;

import static dev.homeport.testkit.fleet.Clusters.aCluster;
import static dev.homeport.testkit.fleet.Fleets.aFleet;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Capabilities;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.server.JdbcEndpoint;
import dev.homeport.topology.Family;
import dev.homeport.topology.ServerCapabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * A real server of either family as the home of project {@code p1}, for what has to be the same
 * direct and through a router. Tests are skipped where there is no MySQL.
 */
final class Home implements AutoCloseable {
    private static final Account APP = Account.withRandomPassword("app");

    final DatabaseServer server;
    final Family family;

    private Home(DatabaseServer server, Family family) {
        this.server = server;
        this.family = family;
        server.execute(
                "CREATE DATABASE p1",
                "CREATE USER app@'%' IDENTIFIED BY '" + APP.password() + "'",
                "GRANT ALL ON *.* TO app@'%'");
    }

    /** Starts a server with options that are spelled the same by both families. */
    static Home start(Family family, Path directory, String... options) {
        return new Home(
                switch (family) {
                    case MARIADB -> mariadb(directory, options);
                    case MYSQL -> mysql(directory, options);
                },
                family);
    }

    private static DatabaseServer mariadb(Path directory, String... options) {
        MariaDbSettings settings = MariaDbSettings.in(directory);
        for (String option : options) {
            settings = settings.withOption(name(option), value(option));
        }
        return MariaDbServer.startPrimary(settings);
    }

    private static DatabaseServer mysql(Path directory, String... options) {
        assumeTrue(MySqlInstallation.find().isPresent(), MySqlInstallation.MISSING);
        MySqlSettings settings = MySqlSettings.in(directory);
        for (String option : options) {
            settings = settings.withOption(name(option), value(option));
        }
        return MySqlServer.start(settings);
    }

    private static String name(String option) {
        return option.substring(0, option.indexOf('='));
    }

    private static String value(String option) {
        return option.substring(option.indexOf('=') + 1);
    }

    /** Of the application's account. */
    static String password() {
        return APP.password();
    }

    /** As an agent would have seen them. */
    ServerCapabilities capabilities() {
        try (MySqlTestClient client = MySqlTestClient.connect(server.port())) {
            return new ServerCapabilities(client.greeting().capabilities());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where drivers find the server. */
    JdbcEndpoint endpoint() {
        return new JdbcEndpoint(server.port(), false);
    }

    /** A router for it. */
    RouterFixture.Setup router() {
        return RouterFixture.of(
                        aFleet().with(
                                        aCluster("c1")
                                                .with(family)
                                                .with(capabilities())
                                                .withPrimary("c1-1", server.port()))
                                .withProject("p1", "c1")
                                .build())
                .with(family);
    }

    /** The application's login without a router. */
    static Login direct() {
        return login("app");
    }

    /** The same login through a router. */
    static Login routed() {
        return login("app+p1");
    }

    private static Login login(String user) {
        return Login.as(user, APP.password())
                .with(Capabilities.CLIENT_CONNECT_WITH_DB | Capabilities.CLIENT_LOCAL_FILES)
                .withSchema("p1");
    }

    MySqlTestClient connect() throws IOException {
        return MySqlTestClient.login(server.port(), direct());
    }

    static MySqlTestClient connect(RouterFixture router) throws IOException {
        return MySqlTestClient.login(router.port(), routed());
    }

    @Override
    public void close() {
        server.close();
    }
}
