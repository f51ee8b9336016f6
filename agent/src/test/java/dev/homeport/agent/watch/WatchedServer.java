package dev.homeport.agent.watch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.BinlogSettings;
import dev.homeport.agent.watch.binlog.GtidPosition;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysqlserver.MySqlInstallation;
import dev.homeport.testkit.mysqlserver.MySqlServer;
import dev.homeport.testkit.mysqlserver.MySqlSettings;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.fields.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A primary of one family and version with the account that the watch needs. */
public final class WatchedServer implements AutoCloseable {
    /** Which server. */
    public enum Kind {
        MARIADB_10_11(Family.MARIADB),
        MARIADB_11_8(Family.MARIADB),
        MYSQL_9(Family.MYSQL);

        private final Family family;

        Kind(Family family) {
            this.family = family;
        }
    }

    public final Kind kind;
    public final DatabaseServer server;
    public final Account account;

    private WatchedServer(Kind kind, DatabaseServer server, Account account) {
        this.kind = kind;
        this.server = server;
        this.account = account;
    }

    /** Starts one; the test is skipped where the machine does not have it. */
    public static WatchedServer start(Kind kind, Path directory, String... options) {
        Account account = Account.withRandomPassword("homeport_agent");
        DatabaseServer server = launch(kind, directory, options);
        String monitor =
                kind.family == Family.MARIADB
                        ? "REPLICA MONITOR, BINLOG MONITOR, REPLICATION SLAVE"
                        : "REPLICATION CLIENT, REPLICATION SLAVE";
        server.execute(
                "CREATE USER %s IDENTIFIED BY '%s'".formatted(account.user(), account.password()),
                "GRANT %s ON *.* TO %s".formatted(monitor, account.user()),
                "GRANT SELECT ON mysql.innodb_table_stats TO " + account.user());
        if (kind.family == Family.MYSQL) {
            rememberPassword(server, account);
        }
        return new WatchedServer(kind, server, account);
    }

    /** A replica of that MariaDB, which has its accounts. */
    public static WatchedServer startReplica(WatchedServer primary, Path directory) {
        MariaDbServer server =
                MariaDbServer.launch(MariaDbSettings.in(directory), MariaDbInstallation.find());
        server.awaitReady();
        server.replicateFrom((MariaDbServer) primary.server);
        var replica = new WatchedServer(primary.kind, server, primary.account);
        replica.awaitCaughtUpWith(primary);
        return replica;
    }

    public void awaitCaughtUpWith(WatchedServer primary) {
        ((MariaDbServer) server).awaitCaughtUpWith((MariaDbServer) primary.server);
    }

    /** It takes writes from now on. */
    public void promote() {
        server.execute("STOP SLAVE", "RESET SLAVE ALL");
        ((MariaDbServer) server).openForWrites();
    }

    /** The first login of an account takes its password over RSA; from then on it is cached. */
    private static void rememberPassword(DatabaseServer server, Account account) {
        try {
            MySqlTestClient.login(server.port(), Login.as(account.user(), account.password()))
                    .close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatabaseServer launch(Kind kind, Path directory, String... options) {
        if (kind.family == Family.MYSQL) {
            assumeTrue(MySqlInstallation.find().isPresent(), MySqlInstallation.MISSING);
            MySqlSettings settings = MySqlSettings.in(directory);
            for (String option : options) {
                settings = settings.withOption(option.split("=", 2)[0], option.split("=", 2)[1]);
            }
            return MySqlServer.start(settings);
        }
        MariaDbSettings settings = MariaDbSettings.in(directory);
        for (String option : options) {
            settings = settings.withOption(option.split("=", 2)[0], option.split("=", 2)[1]);
        }
        MariaDbInstallation installation = MariaDbInstallation.find();
        if (kind == Kind.MARIADB_11_8) {
            assumeTrue(
                    MariaDbInstallation.newest().isPresent(), MariaDbInstallation.NEWEST_MISSING);
            installation = MariaDbInstallation.newest().orElseThrow();
        }
        MariaDbServer server = MariaDbServer.launch(settings, installation);
        server.awaitReady();
        server.openForWrites();
        return server;
    }

    public Family family() {
        return kind.family;
    }

    public Instance instance() {
        return new Instance(new InstanceId("db1"), "127.0.0.1", server.port());
    }

    public BinlogReader.Login login(long serverId) {
        return login(serverId, any -> AccountLink.DEFAULT);
    }

    public BinlogReader.Login login(long serverId, AccountLinks links) {
        return new BinlogReader.Login(
                account.user(), new Secret(account.password()), serverId, links);
    }

    /** What the agent's account is told. */
    public BinlogSettings settings() {
        try (Connection connection = connect()) {
            return BinlogSettings.ask(connection, kind.family);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public GtidPosition position() {
        return settings().position().orElseThrow();
    }

    /** As the agent's account. */
    public Connection connect() throws SQLException {
        return switch (server) {
            case MariaDbServer mariaDb -> mariaDb.connect(account, "");
            case MySqlServer mySql -> mySql.connect(account, "");
            default -> throw new IllegalStateException();
        };
    }

    /** After a restart that must take writes again. */
    public void restart() {
        server.restart();
        if (server instanceof MariaDbServer mariaDb) {
            mariaDb.openForWrites();
        }
        if (kind.family == Family.MYSQL) {
            rememberPassword(server, account);
        }
    }

    /** Several of them, made once each when they are needed. */
    public static final class All implements AutoCloseable {
        private final Map<Kind, WatchedServer> started = new java.util.EnumMap<>(Kind.class);
        private final java.util.function.Function<Kind, WatchedServer> start;

        public All(java.util.function.Function<Kind, WatchedServer> start) {
            this.start = start;
        }

        public WatchedServer of(Kind kind) {
            return started.computeIfAbsent(kind, start);
        }

        @Override
        public void close() {
            started.values().forEach(WatchedServer::close);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
