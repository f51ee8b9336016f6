package dev.homeport.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * What is recorded of a table before it moves, beside its rows.
 *
 * @param keys its own foreign keys
 * @param childKeys those of others that followed it
 * @param triggers in the order in which they fire
 */
record Recorded(
        List<ForeignKey> keys,
        List<ChildKey> childKeys,
        List<Trigger> triggers,
        List<TableGrant> grants) {
    static final Recorded NOTHING = new Recorded(List.of(), List.of(), List.of(), List.of());

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    // Older programs read what newer ones wrote.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /** Its foreign keys and those of others, as they stand in one column of the catalogue. */
    record Keys(List<ForeignKey> own, List<ChildKey> children) {}

    Recorded {
        keys = List.copyOf(keys);
        childKeys = List.copyOf(childKeys);
        triggers = List.copyOf(triggers);
        grants = List.copyOf(grants);
    }

    static Recorded read(String keys, String triggers, String grants) {
        try {
            Keys both = JSON.readValue(keys, Keys.class);
            return new Recorded(
                    both.own(),
                    both.children(),
                    JSON.readValue(triggers, new TypeReference<List<Trigger>>() {}),
                    JSON.readValue(grants, new TypeReference<List<TableGrant>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the catalogue holds what nobody wrote", e);
        }
    }

    String keysJson() {
        return json(new Keys(keys, childKeys));
    }

    String triggersJson() {
        return json(triggers);
    }

    String grantsJson() {
        return json(grants);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every record has a JSON form", e);
        }
    }

    static <T> T parse(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the catalogue holds what nobody wrote", e);
        }
    }

    Recorded withChildKeys(List<ChildKey> others) {
        return new Recorded(keys, others, triggers, grants);
    }
}
