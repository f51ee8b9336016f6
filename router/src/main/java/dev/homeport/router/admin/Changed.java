package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Words;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request has changed, as the audit tells it. Never SQL, tokens or passwords.
 *
 * @param target the cluster, project or incident, or the name of the record
 * @param facts in an order worth reading
 */
record Changed(String target, Map<String, String> facts) {
    /** Fields whose values are SQL: that they changed is told, and no more. */
    private static final Set<String> SQL = Set.of("provision");

    Changed {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    static Changed of(Object target) {
        return new Changed(target.toString(), Map.of());
    }

    Changed with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put(name, value.toString());
        return new Changed(target, more);
    }

    Changed with(String name, Optional<?> value) {
        return value.isPresent() ? with(name, value.get()) : this;
    }

    Changed fromTo(String name, Enum<?> before, Enum<?> after) {
        return before == after
                ? with(name, Words.of(after))
                : with(name, Words.of(before) + " -> " + Words.of(after));
    }

    /** The fields in which two forms of a record differ. */
    Changed fields(ObjectNode before, ObjectNode after) {
        Changed result = this;
        for (String name : differing(before, after)) {
            result =
                    result.with(
                            name,
                            SQL.contains(name)
                                    ? "changed"
                                    : shown(before.path(name)) + " -> " + shown(after.path(name)));
        }
        return result;
    }

    /** The names of the fields in which two forms of a record differ, sorted. */
    static Set<String> differing(ObjectNode before, ObjectNode after) {
        Set<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        names.removeIf(name -> before.path(name).equals(after.path(name)));
        return names;
    }

    /** Both sides of an arrow have room in an entry. */
    private static String shown(JsonNode value) {
        String text = value.isMissingNode() ? "none" : Json.text(value);
        int most = 90;
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }
}
