package dev.homeport.testkit.mysqlserver;

import dev.homeport.testkit.mariadb.Account;
import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.server.JdbcEndpoint;
import dev.homeport.testkit.server.Startup;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * One real mysqld from MySQL 9 on, on a loopback port, with GTID binlog on. Unlike {@code
 * MariaDbServer} it takes writes from the start. Its data outlive it; {@link #start} on the same
 * directory goes on with them. Safe for use by several threads.
 */
public final class MySqlServer implements DatabaseServer {
    public static final String HOST = "127.0.0.1";

    private final MySqlSettings settings;
    private final ServerFiles files;
    private volatile ChildProcess process;

    private MySqlServer(MySqlSettings settings, ServerFiles files) {
        this.settings = settings;
        this.files = files;
        this.process = spawn();
    }

    /** Starts a server with defaults and waits until it answers. */
    public static MySqlServer start(Path directory) {
        return start(MySqlSettings.in(directory));
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @throws ServerException if there is none on this machine (ask {@link MySqlInstallation#find}
     *     first) or it does not come up; nothing is left running then
     */
    public static MySqlServer start(MySqlSettings settings) {
        MySqlInstallation installation =
                MySqlInstallation.find()
                        .orElseThrow(() -> new ServerException(MySqlInstallation.MISSING));
        MySqlServer server = launch(settings, installation);
        server.awaitReady();
        return server;
    }

    /** Starts a server of that installation without waiting; {@link #awaitReady} must follow. */
    public static MySqlServer launch(MySqlSettings settings, MySqlInstallation installation) {
        PrivateDirectories.create(settings.directory());
        ServerFiles files = new ServerFiles(settings, installation);
        files.prepareData();
        files.write();
        return new MySqlServer(settings, files);
    }

    private ChildProcess spawn() {
        return ChildProcess.start(settings.name(), files.command(), files.log());
    }

    /**
     * Waits until it answers.
     *
     * @throws ServerException if it does not; it is stopped then
     */
    public void awaitReady() {
        Startup.await(process, settings.port(), this::connect);
    }

    @Override
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException(settings.name() + " runs");
        }
        process = spawn();
        awaitReady();
    }

    @Override
    public Connection connect() throws SQLException {
        return connect(settings.root(), "");
    }

    /** A new connection as somebody else. */
    public Connection connect(Account account, String schema) throws SQLException {
        return new JdbcEndpoint(settings.port(), settings.hasTls())
                .connect(account.user(), account.password(), schema);
    }

    /** Forgets what caching_sha2_password has cached: everybody's next login is a full one. */
    public void forgetCachedPasswords() {
        execute("FLUSH PRIVILEGES");
    }

    @Override
    public ChildProcess process() {
        return process;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public int port() {
        return settings.port();
    }

    public Account root() {
        return settings.root();
    }

    /** Every statement, where the settings ask for it. */
    public Path generalLog() {
        return files.data().resolve("general.log");
    }
}
