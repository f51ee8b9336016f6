package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values that fit a schema of the document, more or less. Of one thread. */
final class FuzzedValues {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Short and known to the fleet of {@link AdminFixture}, so that requests get somewhere. */
    private static final List<String> KNOWN =
            List.of(
                    "c1",
                    "c2",
                    "c3",
                    "c4",
                    "p42",
                    "p43",
                    "p44",
                    "p99",
                    "c1-1",
                    "shop",
                    "orders",
                    AdminFixture.RECORD,
                    "10m",
                    "drop-table",
                    "works",
                    "true",
                    "57,58",
                    "serving");

    private static final List<String> ODD =
            List.of(
                    "",
                    " ",
                    "\u0000",
                    "\u0001\u001b[31m",
                    "\r\nSet-Cookie: a=b",
                    "..",
                    "../../etc",
                    "%00",
                    "%2e%2e%2f",
                    "%",
                    "%zz",
                    "{id}",
                    "${jndi:ldap://127.0.0.1/a}",
                    "' OR 1=1",
                    "\ud83d\udca9",
                    "\ud800",
                    "\u202eabc",
                    "e\u0301",
                    "\uff11\uff12",
                    "\u0130",
                    "\ufeff",
                    "null",
                    "NaN",
                    "-1",
                    "0",
                    "1e999",
                    "2147483648",
                    "9223372036854775808",
                    "0x10",
                    "+1",
                    "1_000",
                    "999999999d",
                    "0ms",
                    "(?<tenant>(a+)+)$",
                    "(?<tenant>",
                    "*".repeat(300),
                    "a".repeat(5000),
                    "#1",
                    "#999999999999999999999",
                    "a.b.c");

    private final OpenApiDocument document;
    private final Random random;

    FuzzedValues(OpenApiDocument document, Random random) {
        this.document = document;
        this.random = random;
    }

    /** A text for a place that the schema describes. */
    String text(JsonNode schema) {
        JsonNode followed = document.followed(schema);
        if (chance(25)) {
            return pick(ODD);
        }
        if (followed.has("enum")) {
            return followed.path("enum").get(random.nextInt(followed.path("enum").size())).asText();
        }
        if (followed.path("type").asText().equals("integer")) {
            return number();
        }
        return pick(KNOWN);
    }

    /** A body: what the schema asks for, with some of it left out, swapped or added. */
    JsonNode body(JsonNode schema) {
        return value(schema, 0);
    }

    private JsonNode value(JsonNode schema, int depth) {
        JsonNode followed = document.followed(schema);
        if (chance(4) || depth > 8) {
            return anything(depth);
        }
        if (followed.has("anyOf")) {
            JsonNode all = followed.path("anyOf");
            return value(all.get(random.nextInt(all.size())), depth + 1);
        }
        return switch (followed.path("type").asText()) {
            case "object" -> object(followed, depth);
            case "array" -> array(followed.path("items"), depth);
            case "integer" -> JSON.getNodeFactory().numberNode(whole());
            case "boolean" -> JSON.getNodeFactory().booleanNode(random.nextBoolean());
            default -> JSON.getNodeFactory().textNode(text(followed));
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> one : schema.path("properties").properties()) {
            boolean isRequired = schema.path("required").toString().contains(one.getKey());
            if (isRequired ? !chance(3) : chance(50)) {
                object.set(one.getKey(), value(one.getValue(), depth + 1));
            }
        }
        JsonNode others = schema.path("additionalProperties");
        for (int i = others.isObject() ? random.nextInt(4) : 0; i > 0; i--) {
            object.set(text(JSON.createObjectNode()), value(others, depth + 1));
        }
        if (chance(4)) {
            object.set(pick(ODD), anything(depth));
        }
        return object;
    }

    private ArrayNode array(JsonNode items, int depth) {
        ArrayNode array = JSON.createArrayNode();
        for (int i = chance(2) ? 500 : random.nextInt(4); i > 0; i--) {
            array.add(value(items, depth + 1));
        }
        return array;
    }

    private JsonNode anything(int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> JSON.getNodeFactory().nullNode();
            case 1 -> JSON.getNodeFactory().numberNode(random.nextDouble() * 1e308);
            case 2 -> JSON.getNodeFactory().numberNode(Long.MIN_VALUE);
            case 3 -> JSON.getNodeFactory().booleanNode(true);
            case 4 -> JSON.createArrayNode().add(depth).addNull().add("x");
            case 5 -> JSON.createObjectNode().put("reason", "works");
            default -> JSON.getNodeFactory().textNode(pick(ODD));
        };
    }

    private String number() {
        return chance(80) ? String.valueOf(random.nextInt(100)) : String.valueOf(whole());
    }

    private long whole() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> Integer.MAX_VALUE + (long) random.nextInt(3) - 1;
            case 2 -> -random.nextInt(3);
            default -> random.nextInt(100);
        };
    }

    /** As often of a hundred times. */
    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
