package dev.homeport.agent.watch.binlog;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeader;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.GtidEventData;
import com.github.shyiko.mysql.binlog.event.MariadbGtidEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import dev.homeport.agent.watch.binlog.RowChanges.Move;
import dev.homeport.topology.Family;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The events of one connection as transactions: keeps the position, which moves when a transaction
 * is complete, so that after a loss of the connection none is missed. Of one thread only.
 */
final class BinlogStream {
    /** Rows are summed up over so long, to the time of the server's clock. */
    private static final long TALLY_MILLIS = 250;

    private static final int MOST_TALLIED = 10_000;

    private final Family family;
    private final WatchedEvents events;
    private final BinlogReader.Listener listener;

    private GtidPosition position;
    private Optional<Gtid> current = Optional.empty();
    private boolean isStandalone;
    private boolean isInTransaction;
    private Instant at = Instant.EPOCH;

    private final TransactionRows transaction = new TransactionRows();
    private final Map<TableName, Long> deleted = new HashMap<>();
    private final Map<Move, Long> moved = new HashMap<>();
    private GtidPosition tallyStart;
    private long tallyNanos = System.nanoTime();
    private long toldNanos = System.nanoTime();
    private boolean isMoved;

    BinlogStream(
            Family family,
            WatchedEvents events,
            GtidPosition position,
            BinlogReader.Listener listener) {
        this.family = family;
        this.events = events;
        this.position = position;
        this.tallyStart = position;
        this.listener = listener;
    }

    /** Everything up to there was told. */
    GtidPosition position() {
        return position;
    }

    void take(Event event) {
        EventHeader header = event.getHeader();
        if (header.getTimestamp() > 0) {
            at = Instant.ofEpochMilli(header.getTimestamp());
        }
        EventType type = header.getEventType();
        switch (type) {
            case MARIADB_GTID -> begin(mariaDb(header, event.getData()));
            case GTID -> begin(mySql(event.getData()));
            case QUERY -> query(event.getData());
            case XID, XA_PREPARE -> complete();
            case DELETE_ROWS, EXT_DELETE_ROWS -> rows(event.getData(), 1);
            case WRITE_ROWS, EXT_WRITE_ROWS -> rows(event.getData(), -1);
            default -> {
                // Among them the heartbeats.
            }
        }
        if (System.nanoTime() - tallyNanos > TALLY_MILLIS * 1_000_000) {
            flush();
        }
    }

    private Optional<Gtid> mariaDb(EventHeader header, MariadbGtidEventData data) {
        isStandalone = (data.getFlags() & MariadbGtidEventData.FL_STANDALONE) != 0;
        return Optional.of(
                new Gtid.MariaDb(
                        data.getDomainId() & 0xffffffffL,
                        header.getServerId(),
                        data.getSequence()));
    }

    private Optional<Gtid> mySql(GtidEventData data) {
        MySqlGtid gtid = data.getMySqlGtid();
        isStandalone = false;
        return Optional.of(
                new Gtid.MySql(
                        gtid.getServerId().toString().toLowerCase(Locale.ROOT),
                        gtid.getTransactionId()));
    }

    private void begin(Optional<Gtid> gtid) {
        // The one before is complete, whatever ended it.
        complete();
        current = gtid;
        isInTransaction = family == Family.MARIADB && !isStandalone;
    }

    private void query(QueryEventData data) {
        String sql = data.getSql();
        if (sql.equals("BEGIN") || sql.startsWith("XA START")) {
            isInTransaction = true;
            return;
        }
        if (sql.equals("COMMIT") || sql.equals("ROLLBACK")) {
            complete();
            return;
        }
        if (DdlParser.mayMatter(sql)) {
            Ddl ddl = DdlParser.parse(sql, data.getDatabase());
            if (!(ddl instanceof Ddl.Other)) {
                // What was deleted before it comes first.
                flush();
                listener.onStatement(
                        new BinlogTransaction(ddl, current, position, at, data.getThreadId()));
            }
        }
        if (!isInTransaction) {
            complete();
        }
    }

    private void rows(RowCounter.Count count, int sign) {
        TableMapEventData table = count == null ? null : events.table(count.tableId());
        if (table == null) {
            return;
        }
        if (transaction.isEmpty() && isTallyEmpty()) {
            tallyStart = position;
        }
        transaction.add(new TableName(table.getDatabase(), table.getTable()), sign * count.rows());
    }

    private boolean isTallyEmpty() {
        return deleted.isEmpty() && moved.isEmpty();
    }

    private void complete() {
        isInTransaction = false;
        transaction.settle(deleted, moved, true);
        if (current.isPresent()) {
            position = position.with(current.get());
            current = Optional.empty();
            isMoved = true;
        }
        if (deleted.size() + moved.size() > MOST_TALLIED) {
            flush();
        }
    }

    /**
     * Tells what was summed up. Rows of a transaction that is not complete may be told early: after
     * a loss of the connection they come again, and are counted twice within a minute. That errs on
     * the side of telling.
     */
    private void flush() {
        tallyNanos = System.nanoTime();
        transaction.settle(deleted, moved, false);
        if (!isTallyEmpty()) {
            listener.onRows(new RowChanges(deleted, moved, tallyStart, at));
            deleted.clear();
            moved.clear();
            // What is left of the transaction at hand comes behind that.
            tallyStart = position;
        }
        if (isMoved || System.nanoTime() - toldNanos > 1_000_000_000L) {
            isMoved = false;
            toldNanos = System.nanoTime();
            listener.onPosition(position, at);
        }
    }
}
