package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The document as a test reads it. Answers are held against stricter schemas than those that it
 * shows to clients: a field that it does not name is an error here.
 */
final class OpenApiDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final JsonNode root;
    private final JsonNode schemas;
    private final Map<JsonNode, Schema> compiled = new HashMap<>();

    private OpenApiDocument(JsonNode root) {
        this.root = root;
        this.schemas = strict(root.at("/components/schemas"));
    }

    /** That of the router's jar. */
    static OpenApiDocument load() {
        try (InputStream in = DocumentEndpoint.class.getResourceAsStream("openapi.json")) {
            return new OpenApiDocument(JSON.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One operation.
     *
     * @param method in capitals
     * @param parameters with references followed
     */
    record Operation(String method, String path, JsonNode json, List<JsonNode> parameters) {
        String role() {
            return json.path("x-homeport-role").asText();
        }

        /** What the endpoint calls its query parameters. */
        List<String> query() {
            return in("query").stream()
                    .map(one -> one.path("x-homeport-prefix").asText(one.path("name").asText()))
                    .toList();
        }

        List<JsonNode> in(String place) {
            return parameters.stream()
                    .filter(one -> one.path("in").asText().equals(place))
                    .toList();
        }

        Optional<JsonNode> body() {
            JsonNode body = json.at("/requestBody/content/application~1json");
            return body.isMissingNode() ? Optional.empty() : Optional.of(body);
        }

        /** The path with the examples of its variables, and the examples of the query. */
        String example() {
            String result = path;
            for (JsonNode one : in("path")) {
                result =
                        result.replace(
                                "{" + one.path("name").asText() + "}",
                                one.path("example").asText());
            }
            List<String> pairs = new ArrayList<>();
            for (JsonNode one : in("query")) {
                if (one.has("example")) {
                    pairs.add(
                            one.path("name").asText()
                                    + "="
                                    + one.path("example").asText().replace("+", "%2B"));
                }
            }
            return pairs.isEmpty() ? result : result + "?" + String.join("&", pairs);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> one : path.getValue().properties()) {
                List<JsonNode> parameters = new ArrayList<>();
                one.getValue().path("parameters").forEach(each -> parameters.add(followed(each)));
                all.add(
                        new Operation(
                                one.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                one.getValue(),
                                List.copyOf(parameters)));
            }
        }
        return all;
    }

    Operation operation(String method, String path) {
        return operations().stream()
                .filter(one -> one.method().equals(method) && one.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("undocumented: " + method + " " + path));
    }

    /** Where a reference leads, or the node itself. */
    JsonNode followed(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? root.at(reference.textValue().substring(1)) : node;
    }

    /** The names in {@code components} that nothing refers to. */
    Set<String> unused() {
        Set<String> names = new TreeSet<>();
        for (Map.Entry<String, JsonNode> kind : root.path("components").properties()) {
            if (!kind.getKey().equals("securitySchemes")) {
                kind.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                name -> names.add("#/components/" + kind.getKey() + "/" + name));
            }
        }
        root.findValuesAsText("$ref").forEach(names::remove);
        return names;
    }

    JsonNode root() {
        return root;
    }

    /**
     * What is wrong with an answer, by the document: a status or a type that it does not name, or a
     * body that does not fit; empty if all is as it says.
     */
    List<String> wrong(Operation operation, HttpCaller.Reply reply) {
        JsonNode response = followed(operation.json().path("responses").path("" + reply.status()));
        if (response.isMissingNode()) {
            return List.of("status " + reply.status() + " is not documented");
        }
        String type = reply.raw().headers().firstValue("content-type").orElse("").split(";")[0];
        JsonNode content = response.path("content").path(type);
        if (content.isMissingNode()) {
            return List.of("content type " + type + " is not documented");
        }
        return type.equals("application/json")
                ? wrong(content.path("schema"), reply.json())
                : List.of();
    }

    private List<String> wrong(JsonNode schema, JsonNode value) {
        return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    private Schema compile(JsonNode schema) {
        ObjectNode whole = strict(schema).deepCopy();
        whole.putObject("components").set("schemas", schemas);
        return REGISTRY.getSchema(whole);
    }

    private static JsonNode strict(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        close(copy);
        return copy;
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode one
                && one.path("properties").isObject()
                && one.path("type").asText().equals("object")
                && !one.has("additionalProperties")) {
            one.put("additionalProperties", false);
        }
        node.forEach(OpenApiDocument::close);
    }
}
