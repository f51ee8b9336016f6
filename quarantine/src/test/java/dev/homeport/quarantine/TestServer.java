package dev.homeport.quarantine;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.server.JdbcEndpoint;
import dev.homeport.topology.Family;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** One real server with the quarantine's account on it, which has what the record says, no more. */
final class TestServer implements AutoCloseable {
    /** Which servers the tests ask. */
    enum Kind {
        MARIADB_STABLE,
        MARIADB_NEWEST,
        MYSQL
    }

    static final Account SERVICE = new Account("homeport_guard", "guard1234");
    static final Account TENANT = new Account("tenant", "tenant1234");

    private final DatabaseServer server;
    private final Family family;

    private TestServer(DatabaseServer server, Family family) {
        this.server = server;
        this.family = family;
    }

    /** Empty where this machine has no such server. */
    static Optional<TestServer> start(Kind kind, Path directory) {
        Optional<TestServer> started =
                switch (kind) {
                    case MARIADB_STABLE ->
                            Optional.of(mariaDb(directory, MariaDbInstallation.find()));
                    case MARIADB_NEWEST ->
                            MariaDbInstallation.newest().map(found -> mariaDb(directory, found));
                    case MYSQL ->
                            MySqlInstallation.find()
                                    .map(
                                            found ->
                                                    new TestServer(
                                                            MySqlServer.start(
                                                                    MySqlSettings.in(directory)),
                                                            Family.MYSQL));
                };
        started.ifPresent(TestServer::prepare);
        return started;
    }

    private static TestServer mariaDb(Path directory, MariaDbInstallation installation) {
        // In the machine's folder, another server that starts would remove this one's temporary
        // tables.
        MariaDbSettings settings =
                MariaDbSettings.in(directory)
                        .withOption("tmpdir", directory.toAbsolutePath().toString());
        MariaDbServer server = MariaDbServer.launch(settings, installation);
        server.awaitReady();
        server.openForWrites();
        return new TestServer(server, Family.MARIADB);
    }

    private void prepare() {
        server.execute("SET GLOBAL log_bin_trust_function_creators = 1");
        account(SERVICE);
        ServiceAccount.grants(family, "%s@'127.0.0.1'".formatted(SERVICE.user()))
                .forEach(server::execute);
        account(TENANT);
        server.execute("GRANT ALL ON `app%`.* TO " + TENANT.user() + "@'127.0.0.1'");
    }

    void account(Account account) {
        server.execute(
                "CREATE USER IF NOT EXISTS %s@'127.0.0.1' IDENTIFIED BY '%s'"
                        .formatted(account.user(), account.password()));
    }

    DatabaseServer server() {
        return server;
    }

    Family family() {
        return family;
    }

    boolean isMariaDb() {
        return family == Family.MARIADB;
    }

    Connection connect(Account account, String schema) throws SQLException {
        return new JdbcEndpoint(server.port(), false)
                .connect(account.user(), account.password(), schema);
    }

    JdbcQuarantine quarantine() {
        return quarantine(Steps.UNWATCHED);
    }

    JdbcQuarantine quarantine(Steps steps) {
        return new JdbcQuarantine(() -> connect(SERVICE, ""), steps);
    }

    /** A schema without anything in it. */
    void freshSchema(String name) {
        server.execute(
                "SET foreign_key_checks = 0",
                "DROP DATABASE IF EXISTS " + name,
                "CREATE DATABASE " + name);
    }

    @Override
    public void close() {
        server.close();
    }
}
