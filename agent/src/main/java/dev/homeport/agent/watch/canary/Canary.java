package dev.homeport.agent.watch.canary;

import dev.homeport.agent.config.CanaryConfig;
import dev.homeport.quarantine.account.AccountFailures;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountSource;
import dev.homeport.quarantine.account.TlsFiles;
import dev.homeport.quarantine.account.TlsRefusedException;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.TableName;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks again and again, over a new connection each time, whether the row that it wrote last is
 * still there, and writes another value. The table is made by whoever sets the project up:
 *
 * <pre>{@code
 * CREATE TABLE homeport_canary (id INT PRIMARY KEY, value BIGINT NOT NULL)
 * }</pre>
 */
public final class Canary implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Canary.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_SCHEMA = 1049;

    /** What came of looking. */
    public enum Outcome {
        SUNG,
        /** No connection, or it was lost. */
        UNREACHABLE,
        /** No answer in time. */
        TIMEOUT,
        /** The router or the server refused: an incident, an intent, a wrong password. */
        REFUSED,
        /** The table is not there. */
        TABLE_GONE,
        /** The table is there, and the row that was written is not, or has an older value. */
        ROW_GONE;

        /** Whether data are gone. */
        public boolean isLoss() {
            return this == TABLE_GONE || this == ROW_GONE;
        }
    }

    private final CanaryConfig config;
    private final BooleanSupplier isWanted;
    private final Consumer<Outcome> listener;
    private final DataSource source;
    private final ScheduledExecutorService thread;
    private final RandomGenerator random = RandomGenerator.getDefault();

    private Optional<Long> written = Optional.empty(); // of the thread only
    private String reason = ""; // of the thread only
    private Outcome last = Outcome.SUNG; // of the thread only

    /**
     * @param files for TLS with the router
     * @param isWanted whether to look at all: two agents would overwrite each other's values
     * @param listener is told on the canary's thread
     */
    public Canary(
            ClusterId cluster,
            CanaryConfig config,
            TlsFiles files,
            BooleanSupplier isWanted,
            Consumer<Outcome> listener) {
        this.config = config;
        this.isWanted = isWanted;
        this.listener = listener;
        this.source = source(config, files);
        this.thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("canary-" + cluster).factory());
    }

    private static DataSource source(CanaryConfig config, TlsFiles files) {
        var router =
                new Instance(
                        new InstanceId("router"),
                        config.host().replaceAll("[\\[\\]]", ""),
                        config.port());
        var link = new AccountLink(config.tls(), Optional.empty(), files, "watch.canary.tls");
        return new AccountSource(
                router,
                any -> link,
                new AccountSource.Account(config.user(), config.password(), TIMEOUT, TIMEOUT));
    }

    public void start() {
        Duration interval = config.interval();
        thread.scheduleWithFixedDelay(
                this::guarded, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void guarded() {
        try {
            if (!isWanted.getAsBoolean()) {
                written = Optional.empty();
                return;
            }
            tell(look());
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("canary failed");
        }
    }

    private void tell(Outcome outcome) {
        if (outcome != last) {
            (outcome == Outcome.SUNG ? log.atInfo() : log.atWarn())
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("reason", reason)
                    .log("canary");
        }
        last = outcome;
        listener.accept(outcome);
    }

    /** Looks once. */
    Outcome look() {
        String table = new TableName(config.schema(), "homeport_canary").quoted();
        try (Connection connection = source.getConnection()) {
            if (written.isPresent() && !written.equals(read(connection, table))) {
                written = Optional.empty();
                return Outcome.ROW_GONE;
            }
            long value = random.nextLong();
            write(connection, table, value);
            written = Optional.of(value);
            reason = "";
            return Outcome.SUNG;
        } catch (SQLException e) {
            return failed(e);
        }
    }

    private Outcome failed(SQLException e) {
        reason = AccountFailures.words(e);
        if (e instanceof TlsRefusedException) {
            return Outcome.REFUSED;
        }
        if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == NO_SUCH_SCHEMA) {
            written = Optional.empty();
            return Outcome.TABLE_GONE;
        }
        String state = Optional.ofNullable(e.getSQLState()).orElse("");
        // 08 is also what a router's own refusals have, and then there is a number.
        boolean isConnection = state.startsWith("08") && e.getErrorCode() <= 0;
        if (isConnection || e.getErrorCode() == 0) {
            unsure();
            return isTimeout(e) ? Outcome.TIMEOUT : Outcome.UNREACHABLE;
        }
        return Outcome.REFUSED;
    }

    private static boolean isTimeout(SQLException e) {
        return e instanceof SQLTimeoutException || e.getCause() instanceof SocketTimeoutException;
    }

    /**
     * Whether the last write was done is not known: the next look must not take that for a loss.
     */
    private void unsure() {
        written = Optional.empty();
    }

    private static Optional<Long> read(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT value FROM " + table + " WHERE id = 1");
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
        }
    }

    private static void write(Connection connection, String table, long value) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "INSERT INTO "
                                + table
                                + " (id, value) VALUES (1, ?) ON DUPLICATE KEY UPDATE value = VALUES(value)")) {
            statement.setLong(1, value);
            statement.executeUpdate();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
