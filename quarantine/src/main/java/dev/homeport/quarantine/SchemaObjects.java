package dev.homeport.quarantine;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;

/** What a schema has beside tables and their triggers: views, routines, events. */
record SchemaObjects(List<SchemaObject> objects) {
    /**
     * One of them, with everything that its CREATE takes from the session.
     *
     * @param kind as it stands after SHOW CREATE
     * @param sqlMode empty where it has none of its own
     * @param timeZone empty where it has none of its own
     */
    record SchemaObject(
            String kind,
            String name,
            String create,
            String sqlMode,
            String charset,
            String collation,
            String timeZone) {}

    SchemaObjects {
        objects = List.copyOf(objects);
    }

    String json() {
        return Recorded.json(objects);
    }

    static SchemaObjects parse(String json) {
        return new SchemaObjects(Recorded.parse(json, new TypeReference<List<SchemaObject>>() {}));
    }
}
