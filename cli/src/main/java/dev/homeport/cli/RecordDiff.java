package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is different between two states of a record, field by field. Pure. Elements of lists that
 * have an {@code id} are found by it, wherever they stand; other lists of objects are compared
 * place by place, and lists of plain values as a whole.
 */
final class RecordDiff {
    private static final int MOST_CHARS = 100;

    private final List<Change> changes = new ArrayList<>();

    private RecordDiff() {}

    /**
     * One field. A missing node on one side is a field that is not there.
     *
     * @param path such as {@code instances[db-1].port} or {@code rules[0].actions.all}
     */
    record Change(String path, JsonNode before, JsonNode after) {
        /** {@code ~ weight: 100 -> 50}. */
        String text() {
            if (before.isMissingNode()) {
                return "+ %s: %s".formatted(path, shown(after));
            }
            return after.isMissingNode()
                    ? "- %s: %s".formatted(path, shown(before))
                    : "~ %s: %s -> %s".formatted(path, shown(before), shown(after));
        }
    }

    /** Empty if both say the same. */
    static List<Change> between(JsonNode before, JsonNode after) {
        RecordDiff diff = new RecordDiff();
        diff.compare("", before, after);
        return List.copyOf(diff.changes);
    }

    /** Of those fields only; the others mean the same, however they are written. */
    static List<Change> between(JsonNode before, JsonNode after, Set<String> fields) {
        RecordDiff diff = new RecordDiff();
        fields.forEach(name -> diff.compare(name, before.path(name), after.path(name)));
        return List.copyOf(diff.changes);
    }

    private static String shown(JsonNode value) {
        return Texts.cut(value.toString(), MOST_CHARS);
    }

    private void compare(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            compareFields(path, before, after);
        } else if (areLists(before, after) && haveIds(before) && haveIds(after)) {
            compareById(path, before, after);
        } else if (areLists(before, after) && haveObjects(before) && haveObjects(after)) {
            compareByPlace(path, before, after);
        } else {
            changes.add(new Change(path, before, after));
        }
    }

    private void compareFields(String path, JsonNode before, JsonNode after) {
        Set<String> names = new LinkedHashSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            compare(path.isEmpty() ? name : path + "." + name, before.path(name), after.path(name));
        }
    }

    private void compareById(String path, JsonNode before, JsonNode after) {
        Map<String, JsonNode> old = byId(before);
        Map<String, JsonNode> now = byId(after);
        Set<String> ids = new LinkedHashSet<>(old.keySet());
        ids.addAll(now.keySet());
        int found = changes.size();
        for (String id : ids) {
            compare(
                    "%s[%s]".formatted(path, id),
                    old.getOrDefault(id, MissingNode.getInstance()),
                    now.getOrDefault(id, MissingNode.getInstance()));
        }
        if (changes.size() == found) {
            // The same elements in another order: a change all the same, for it would be written.
            changes.add(new Change(path, before, after));
        }
    }

    private void compareByPlace(String path, JsonNode before, JsonNode after) {
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            compare("%s[%d]".formatted(path, i), before.path(i), after.path(i));
        }
    }

    private static boolean areLists(JsonNode before, JsonNode after) {
        return before.isArray() && after.isArray();
    }

    private static boolean haveObjects(JsonNode list) {
        for (JsonNode one : list) {
            if (!one.isObject()) {
                return false;
            }
        }
        return true;
    }

    private static boolean haveIds(JsonNode list) {
        Set<String> ids = new LinkedHashSet<>();
        for (JsonNode one : list) {
            if (!one.path("id").isTextual() || !ids.add(one.path("id").textValue())) {
                return false;
            }
        }
        return !ids.isEmpty();
    }

    private static Map<String, JsonNode> byId(JsonNode list) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        list.forEach(one -> byId.put(one.path("id").textValue(), one));
        return byId;
    }
}
