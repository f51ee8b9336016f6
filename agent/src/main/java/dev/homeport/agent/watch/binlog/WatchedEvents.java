package dev.homeport.agent.watch.binlog;

import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.TransactionPayloadEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventHeaderV4Deserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.FormatDescriptionEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.GtidEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.MariadbGtidEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.NullEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.RotateEventDataDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.TableMapEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads of each event only what the watch needs. Values of rows, the text of statements behind
 * rows, and what is longer than it may be are skipped.
 */
final class WatchedEvents {
    /** Of a statement's text: enough for a DROP of very many tables. */
    private static final int MOST_SQL_BYTES = 4 << 20;

    /** Tables of which the layout is kept; each transaction tells it anew. */
    private static final int MOST_TABLES = 10_000;

    private final Map<Long, TableMapEventData> tables =
            new LinkedHashMap<>(100, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, TableMapEventData> eldest) {
                    return size() > MOST_TABLES;
                }
            };

    /** What the library reads with. */
    @SuppressWarnings("rawtypes")
    EventDeserializer deserializer() {
        Map<EventType, EventDataDeserializer> byType = new EnumMap<>(EventType.class);
        byType.put(EventType.FORMAT_DESCRIPTION, new FormatDescriptionEventDataDeserializer());
        byType.put(EventType.ROTATE, new RotateEventDataDeserializer());
        byType.put(EventType.QUERY, new BoundedQuery());
        byType.put(EventType.TABLE_MAP, new TableMapEventDataDeserializer());
        byType.put(EventType.GTID, new GtidEventDataDeserializer());
        byType.put(EventType.MARIADB_GTID, new MariadbGtidEventDataDeserializer());
        byType.put(EventType.TRANSACTION_PAYLOAD, new SkippedPayload());
        RowCounter first = new RowCounter(tables, false);
        RowCounter second = new RowCounter(tables, true);
        byType.put(EventType.WRITE_ROWS, first);
        byType.put(EventType.DELETE_ROWS, first);
        byType.put(EventType.EXT_WRITE_ROWS, second);
        byType.put(EventType.EXT_DELETE_ROWS, second);
        return new EventDeserializer(
                new EventHeaderV4Deserializer(), new NullEventDataDeserializer(), byType, tables);
    }

    /** The layout of a table that an event before this one told. */
    TableMapEventData table(long id) {
        return tables.get(id);
    }

    /** Query_event, with a text of bounded length. */
    private static final class BoundedQuery implements EventDataDeserializer<QueryEventData> {
        @Override
        public QueryEventData deserialize(ByteArrayInputStream in) throws IOException {
            QueryEventData data = new QueryEventData();
            data.setThreadId(in.readLong(4));
            data.setExecutionTime(in.readLong(4));
            in.readInteger(1); // length of the schema's name
            data.setErrorCode(in.readInteger(2));
            in.read(in.readInteger(2)); // status variables
            data.setDatabase(in.readZeroTerminatedString());
            data.setSql(in.readString(Math.min(in.available(), MOST_SQL_BYTES)));
            return data;
        }
    }

    /** Transaction_payload_event: rows only, compressed, of any size. */
    private static final class SkippedPayload implements EventDataDeserializer<EventData> {
        @Override
        public EventData deserialize(ByteArrayInputStream in) {
            TransactionPayloadEventData data = new TransactionPayloadEventData();
            data.setUncompressedEvents(new ArrayList<>());
            return data;
        }
    }
}
