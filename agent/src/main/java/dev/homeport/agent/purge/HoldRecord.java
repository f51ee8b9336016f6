package dev.homeport.agent.purge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the variables of each instance were before they were switched off.
 *
 * @param instances values by variable, by instance
 */
record HoldRecord(SortedMap<String, SortedMap<String, String>> instances) {
    static final HoldRecord NONE = new HoldRecord(Collections.emptySortedMap());

    private static final ObjectMapper MAPPER = new ObjectMapper();

    HoldRecord {
        instances = Collections.unmodifiableSortedMap(new TreeMap<>(instances));
    }

    boolean isEmpty() {
        return instances.isEmpty();
    }

    /** With more of an instance. What was written down first stays: it is what an operator set. */
    HoldRecord with(String instance, Map<String, String> values) {
        SortedMap<String, SortedMap<String, String>> all = new TreeMap<>(instances);
        SortedMap<String, String> one = new TreeMap<>(values);
        one.putAll(all.getOrDefault(instance, Collections.emptySortedMap()));
        all.put(instance, one);
        return new HoldRecord(all);
    }

    HoldRecord without(String instance) {
        SortedMap<String, SortedMap<String, String>> all = new TreeMap<>(instances);
        all.remove(instance);
        return new HoldRecord(all);
    }

    byte[] bytes() {
        ObjectNode json = MAPPER.createObjectNode().put("v", 1);
        ObjectNode held = json.putObject("instances");
        instances.forEach(
                (instance, values) -> {
                    ObjectNode one = held.putObject(instance);
                    values.forEach(one::put);
                });
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts cannot be written", e);
        }
    }

    static HoldRecord parse(byte[] bytes) throws IOException {
        JsonNode held = MAPPER.readTree(bytes).path("instances");
        SortedMap<String, SortedMap<String, String>> all = new TreeMap<>();
        for (Map.Entry<String, JsonNode> instance : held.properties()) {
            SortedMap<String, String> values = new TreeMap<>();
            for (Map.Entry<String, JsonNode> value : instance.getValue().properties()) {
                values.put(value.getKey(), value.getValue().asText());
            }
            all.put(instance.getKey(), values);
        }
        return new HoldRecord(all);
    }
}
