package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.Words;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One admitted request.
 *
 * @param path the variables of the path
 * @param query its parameters; only those that the endpoint names get here
 * @param body a parsed document; an object without fields where there is none
 * @param ifMatch the header {@code If-Match}, as it was sent
 * @param lastEventId of a listener that comes back: the header {@code Last-Event-ID}
 * @param isUnwanted whether nobody waits for the answer any more: the client has gone, or was told
 *     that it took too long
 */
record Call(
        Caller caller,
        Map<String, String> path,
        Map<String, String> query,
        JsonNode body,
        Optional<String> ifMatch,
        Optional<String> lastEventId,
        BooleanSupplier isUnwanted) {
    /** The cluster of the path. */
    ClusterId cluster() throws Refusal {
        return typed("id", path.get("id"), ClusterId::new);
    }

    /** The project of the path. */
    ProjectId project() throws Refusal {
        return typed("id", path.get("id"), ProjectId::new);
    }

    /** The id of the path, in the form of a small type. */
    <T> T id(Function<String, T> type) throws Refusal {
        return typed("id", path.get("id"), type);
    }

    /** The connection id of the path, as clients know it. */
    int connection() throws Refusal {
        return typed("id", path.get("id"), Call::connectionId);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    <T> Optional<T> parameter(String name, Function<String, T> type) throws Refusal {
        Optional<String> text = parameter(name);
        return text.isEmpty() ? Optional.empty() : Optional.of(typed(name, text.get(), type));
    }

    <T> T required(String name, Function<String, T> type) throws Refusal {
        return parameter(name, type)
                .orElseThrow(() -> Refusal.invalid(name, "is required as a query parameter"));
    }

    <E extends Enum<E>> Optional<E> wordParameter(String name, Class<E> type) throws Refusal {
        return parameter(
                name,
                text ->
                        Words.parse(type, text)
                                .orElseThrow(
                                        () ->
                                                new IllegalArgumentException(
                                                        "must be one of " + words(type))));
    }

    int numberParameter(String name, int absent, int min, int max) throws Refusal {
        return parameter(name, text -> number(text, min, max)).orElse(absent);
    }

    /** Whether only the consequences are asked for. */
    boolean isDryRun() throws Refusal {
        return parameter("dryRun", Call::bool).orElse(false);
    }

    /** The body, read strictly. */
    <T> T body(Function<Fields, Optional<T>> record) throws Refusal {
        var problems = new Problems();
        Optional<T> value = record.apply(Fields.of(body, problems));
        if (value.isEmpty() || !problems.isEmpty()) {
            throw Refusal.invalid(problems);
        }
        return value.get();
    }

    private static <T> T typed(String name, String text, Function<String, T> type) throws Refusal {
        try {
            return type.apply(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid(name, e.getMessage());
        }
    }

    private static int number(String text, int min, int max) {
        boolean isNumber = text.matches("\\d{1,9}");
        if (!isNumber || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
            throw new IllegalArgumentException(
                    "must be a whole number from %d to %d".formatted(min, max));
        }
        return Integer.parseInt(text);
    }

    private static int connectionId(String text) {
        long id = text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
        if (id < 1 || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("must be a connection id, 1 to 2147483647");
        }
        return (int) id;
    }

    private static boolean bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("must be true or false");
        }
        return text.equals("true");
    }

    private static <E extends Enum<E>> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(Words::of)
                .collect(Collectors.joining(", "));
    }
}
