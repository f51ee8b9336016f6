package dev.homeport.quarantine;

import dev.homeport.quarantine.SchemaObjects.SchemaObject;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a schema has beside its tables. */
final class SchemaReader {
    private final ServiceSession session;

    SchemaReader(ServiceSession session) {
        this.session = session;
    }

    String create(String schema) throws SQLException {
        return session.query("SHOW CREATE DATABASE " + TableName.quoted(schema)).getFirst().text(1);
    }

    SchemaObjects objects(String schema) throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (Row row :
                session.query(
                        "SELECT ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_SCHEMA FROM"
                                + " information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?"
                                + " ORDER BY ROUTINE_TYPE, ROUTINE_NAME",
                        schema)) {
            if (isOf(schema, row.text(2))) {
                objects.add(routine(schema, row.text(0), row.text(1)));
            }
        }
        for (Row row :
                session.query(
                        "SELECT TABLE_NAME, TABLE_SCHEMA FROM information_schema.VIEWS"
                                + " WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME",
                        schema)) {
            if (isOf(schema, row.text(1))) {
                objects.add(view(schema, row.text(0)));
            }
        }
        for (Row row :
                session.query(
                        "SELECT EVENT_NAME, EVENT_SCHEMA FROM information_schema.EVENTS"
                                + " WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME",
                        schema)) {
            if (isOf(schema, row.text(1))) {
                objects.add(event(schema, row.text(0)));
            }
        }
        return new SchemaObjects(objects);
    }

    private boolean isOf(String schema, String found) {
        return session.canonical(found).equals(schema);
    }

    /** Name, sql_mode, text, character set, collation. */
    private SchemaObject routine(String schema, String kind, String name) throws SQLException {
        Row row = show(schema, kind, name);
        return new SchemaObject(kind, name, row.text(2), row.text(1), row.text(3), row.text(4), "");
    }

    /** Name, text, character set, collation. */
    private SchemaObject view(String schema, String name) throws SQLException {
        Row row = show(schema, "VIEW", name);
        return new SchemaObject("VIEW", name, row.text(1), "", row.text(2), row.text(3), "");
    }

    /** Name, sql_mode, time zone, text, character set, collation. */
    private SchemaObject event(String schema, String name) throws SQLException {
        Row row = show(schema, "EVENT", name);
        return new SchemaObject(
                "EVENT", name, row.text(3), row.text(1), row.text(4), row.text(5), row.text(2));
    }

    private Row show(String schema, String kind, String name) throws SQLException {
        // Names of the schema itself stand in a view's text only where another one is the default.
        session.execute("USE " + TableName.quoted(schema));
        return session.query(
                        "SHOW CREATE %s %s".formatted(kind, new TableName(schema, name).quoted()))
                .getFirst();
    }
}
