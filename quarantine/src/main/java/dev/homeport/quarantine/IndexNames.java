package dev.homeport.quarantine;

import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server replaces an index that it had made for a foreign key by one with the key's name when
 * the key is put on again. Gives the indexes of a table the names that they had.
 */
final class IndexNames {
    private static final Pattern INDEX =
            Pattern.compile(
                    "((?:UNIQUE |FULLTEXT |SPATIAL )?KEY )(`(?:[^`]|``)*`)( .*)", Pattern.DOTALL);

    private final ServiceSession session;
    private final Inspector inspector;

    IndexNames(ServiceSession session, Inspector inspector) {
        this.session = session;
        this.inspector = inspector;
    }

    /**
     * @param create what the table was made with
     */
    void restore(TableName table, String create) throws SQLException {
        Map<String, String> wanted = indexes(create);
        Map<String, String> present = indexes(inspector.create(table));
        Map<String, String> surplus = new HashMap<>(present);
        surplus.keySet().removeAll(wanted.keySet());
        for (Map.Entry<String, String> index : wanted.entrySet()) {
            if (present.containsKey(index.getKey())) {
                continue;
            }
            for (Map.Entry<String, String> other : surplus.entrySet()) {
                if (other.getValue().equals(index.getValue())) {
                    session.execute(
                            "ALTER TABLE %s RENAME INDEX %s TO %s"
                                    .formatted(table.quoted(), other.getKey(), index.getKey()));
                    surplus.remove(other.getKey());
                    break;
                }
            }
        }
    }

    /** Everything but the name, by the quoted name. */
    private static Map<String, String> indexes(String create) {
        Map<String, String> indexes = new HashMap<>();
        for (String definition : CreateTable.parse(create).definitions()) {
            Matcher index = INDEX.matcher(definition);
            if (index.matches()) {
                indexes.put(index.group(2), index.group(1) + index.group(3));
            }
        }
        return indexes;
    }
}
