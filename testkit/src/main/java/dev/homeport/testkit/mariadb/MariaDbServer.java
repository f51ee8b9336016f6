package dev.homeport.testkit.mariadb;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.testkit.process.PrivateDirectories;
import dev.homeport.testkit.process.ServerException;
import dev.homeport.testkit.server.DatabaseServer;
import dev.homeport.testkit.server.JdbcEndpoint;
import dev.homeport.testkit.server.Startup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/**
 * One real mariadbd on a loopback port, with GTID binlog on. It starts read-only: {@link
 * #openForWrites} makes it a primary. Its data outlive it; {@link #start} on the same directory
 * goes on with them. Safe for use by several threads.
 */
public final class MariaDbServer implements DatabaseServer {
    public static final String HOST = "127.0.0.1";

    private static final Duration REPLICA_PATIENCE = Duration.ofMinutes(3);

    private final MariaDbSettings settings;
    private final MariaDbInstallation installation;
    private volatile ChildProcess process;

    private MariaDbServer(
            MariaDbSettings settings, MariaDbInstallation installation, ChildProcess process) {
        this.settings = settings;
        this.installation = installation;
        this.process = process;
    }

    /** Starts a server with defaults and waits until it answers; it is read-only. */
    public static MariaDbServer start(Path directory) {
        return start(MariaDbSettings.in(directory));
    }

    /** Starts a server, waits until it answers, and opens it for writes. */
    public static MariaDbServer startPrimary(MariaDbSettings settings) {
        MariaDbServer server = start(settings);
        server.openForWrites();
        return server;
    }

    /**
     * Starts a server and waits until it answers; it is read-only.
     *
     * @throws ServerException if it does not come up; nothing is left running then
     */
    public static MariaDbServer start(MariaDbSettings settings) {
        MariaDbServer server = launch(settings);
        server.awaitReady();
        return server;
    }

    /** Starts a server without waiting; {@link #awaitReady} must follow. */
    public static MariaDbServer launch(MariaDbSettings settings) {
        return launch(settings, MariaDbInstallation.find());
    }

    /** Starts a server of that installation without waiting; {@link #awaitReady} must follow. */
    public static MariaDbServer launch(MariaDbSettings settings, MariaDbInstallation installation) {
        PrivateDirectories.create(settings.directory());
        ServerFiles files = new ServerFiles(settings, installation);
        if (!Files.isDirectory(files.data())) {
            Path half = settings.directory().resolve("data.new");
            DataTemplate.of(installation).copyTo(half);
            files.adopt(half);
        }
        files.write();
        return new MariaDbServer(settings, installation, spawn(settings, files));
    }

    private static ChildProcess spawn(MariaDbSettings settings, ServerFiles files) {
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
        process = spawn(settings, new ServerFiles(settings, installation));
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

    /** Turns {@code read_only} off: it is a primary now. Lasts until the server ends. */
    public void openForWrites() {
        execute("SET GLOBAL read_only = OFF");
    }

    /** Turns {@code read_only} on. */
    public void closeForWrites() {
        execute("SET GLOBAL read_only = ON");
    }

    /** Makes it a GTID replica of that server, with its root account. */
    public void replicateFrom(MariaDbServer primary) {
        replicateFrom(primary, primary.root());
    }

    /** Makes it a GTID replica of that server, from where it is. Replaces what it was before. */
    public void replicateFrom(MariaDbServer primary, Account account) {
        execute(
                "STOP SLAVE",
                ("CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s',"
                                + " MASTER_PASSWORD='%s', MASTER_CONNECT_RETRY=1,"
                                // 11.4 insists on TLS by default
                                + " MASTER_SSL=0, MASTER_SSL_VERIFY_SERVER_CERT=0,"
                                + " MASTER_USE_GTID=slave_pos")
                        .formatted(HOST, primary.port(), account.user(), account.password()),
                "START SLAVE");
    }

    /** The fields of SHOW SLAVE STATUS by name; empty if it is no replica. */
    public Map<String, String> replicaStatus() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SLAVE STATUS")) {
            return rows.next() ? ReplicaStatus.of(rows) : Map.of();
        } catch (SQLException e) {
            throw new ServerException(
                    settings.name() + ": SHOW SLAVE STATUS failed: " + e.getMessage(), e);
        }
    }

    /** Waits until it has applied what that server has written so far. */
    public void awaitCaughtUpWith(MariaDbServer primary) {
        String position = primary.variable("gtid_binlog_pos");
        String answer =
                query(
                                "SELECT MASTER_GTID_WAIT('%s', %d)"
                                        .formatted(position, REPLICA_PATIENCE.toSeconds()))
                        .getFirst()
                        .getFirst();
        if (!answer.equals("0")) {
            throw new ServerException(
                    "%s did not reach %s of %s: %s"
                            .formatted(settings.name(), position, primary.name(), replicaStatus()));
        }
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
        return new ServerFiles(settings, installation).data().resolve("general.log");
    }
}
