package dev.homeport.topology.fields;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.topology.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields of one JSON or YAML object, read one by one by name. Whatever is wrong goes to {@link
 * Problems} and reading goes on with a placeholder, so that {@link #build} must be used to make the
 * record: it checks for unknown fields and makes nothing while there are problems.
 *
 * <pre>{@code
 * Optional<Instance> read(Fields fields) {
 *     Optional<InstanceId> id = fields.required("id", InstanceId::new);
 *     String host = fields.string("host");
 *     int port = fields.integer("port", 1, 65535);
 *     return fields.build(() -> new Instance(id.orElseThrow(), host, port));
 * }
 * }</pre>
 */
public final class Fields {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");

    private final JsonNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(JsonNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    /** The fields of a whole document. A document that is no object is a problem. */
    public static Fields of(JsonNode node, Problems problems) {
        return at(node, "", problems);
    }

    private static Fields at(JsonNode node, String path, Problems problems) {
        if (!node.isObject()) {
            problems.add(path, "must be an object, was " + shown(node));
        }
        return new Fields(node, path, problems);
    }

    public Problems problems() {
        return problems;
    }

    /** Where in the document a field stands, for problems between values. */
    public String pathOf(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    public boolean has(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value != null && !value.isNull();
    }

    /** The format version every znode starts with; anything but 1 is a problem. */
    public void version() {
        integer("v", 1, 1);
    }

    /** A required text; "" where it is missing or wrong. */
    public String string(String name) {
        return optionalString(name).orElseGet(() -> missing(name, ""));
    }

    public String string(String name, String absent) {
        return optionalString(name).orElse(absent);
    }

    public Optional<String> optionalString(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.get(name);
        if (!value.isTextual()) {
            return Optional.of(wrong(name, "a text", ""));
        }
        return Optional.of(value.textValue());
    }

    /** A required text in the form of a small type; empty where it is missing or wrong. */
    public <T> Optional<T> required(String name, Function<String, T> type) {
        if (!has(name)) {
            missing(name, null);
            return Optional.empty();
        }
        return optional(name, type);
    }

    /** An optional text in the form of a small type, whose constructor says what is wrong. */
    public <T> Optional<T> optional(String name, Function<String, T> type) {
        return optionalString(name).flatMap(text -> typed(pathOf(name), text, type));
    }

    /** One of the constants, spelled as {@link Words#of} spells them. */
    public <E extends Enum<E>> Optional<E> requiredWord(String name, Class<E> type) {
        if (!has(name)) {
            missing(name, null);
            return Optional.empty();
        }
        return optionalWord(name, type);
    }

    public <E extends Enum<E>> Optional<E> optionalWord(String name, Class<E> type) {
        return optionalString(name)
                .flatMap(
                        text -> {
                            Optional<E> constant = Words.parse(type, text);
                            if (constant.isEmpty()) {
                                addWrongWord(pathOf(name), type, text);
                            }
                            return constant;
                        });
    }

    /** A list of constants, spelled as {@link Words#of} spells them; empty where it is absent. */
    public <E extends Enum<E>> List<E> words(String name, Class<E> type) {
        List<E> result = new ArrayList<>();
        for (Placed element : elements(name)) {
            if (element.node.isTextual()) {
                String text = element.node.textValue();
                Words.parse(type, text)
                        .ifPresentOrElse(result::add, () -> addWrongWord(element.path, type, text));
            } else {
                problems.add(element.path, "must be a text, was " + shown(element.node));
            }
        }
        return result;
    }

    private <E extends Enum<E>> void addWrongWord(String at, Class<E> type, String text) {
        List<String> words = Arrays.stream(type.getEnumConstants()).map(Words::of).toList();
        problems.addUnknown(
                at,
                "must be one of %s, was \"%s\"".formatted(String.join(", ", words), cut(text)),
                Suggestions.nearest(text, words));
    }

    /** A required whole number; {@code min} where it is missing or wrong. */
    public int integer(String name, int min, int max) {
        return has(name) ? integer(name, min, min, max) : missing(name, min);
    }

    public int integer(String name, int absent, int min, int max) {
        return (int) longInteger(name, absent, min, max);
    }

    public long longInteger(String name, long absent, long min, long max) {
        if (!has(name)) {
            return absent;
        }
        JsonNode value = node.get(name);
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < min
                || value.longValue() > max) {
            return wrong(name, "a whole number from " + min + " to " + max, min);
        }
        return value.longValue();
    }

    public OptionalLong optionalLong(String name, long min, long max) {
        return has(name) ? OptionalLong.of(longInteger(name, min, min, max)) : OptionalLong.empty();
    }

    public boolean bool(String name, boolean absent) {
        if (!has(name)) {
            return absent;
        }
        JsonNode value = node.get(name);
        return value.isBoolean() ? value.booleanValue() : wrong(name, "true or false", absent);
    }

    public Duration duration(String name, Duration absent) {
        return optionalDuration(name).orElse(absent);
    }

    /** A duration from {@code min} to {@code max}. */
    public Duration duration(String name, Duration absent, Duration min, Duration max) {
        int problemsBefore = problems.all().size();
        Duration value = duration(name, absent);
        boolean isOutside = value.compareTo(min) < 0 || value.compareTo(max) > 0;
        if (isOutside && problems.all().size() == problemsBefore) {
            return wrong(name, "from " + text(min) + " to " + text(max), min);
        }
        return value;
    }

    /** A duration with its unit in the text, such as {@code "10s"}. */
    public Optional<Duration> optionalDuration(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = node.get(name);
        Matcher matcher = DURATION.matcher(value.isTextual() ? value.textValue().strip() : "");
        if (!matcher.matches()) {
            problems.add(
                    pathOf(name),
                    "must be a duration such as \"500ms\", \"10s\", \"5m\", \"2h\" or \"1d\", was "
                            + shown(value));
            return Optional.of(Duration.ZERO);
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                });
    }

    /** A number of seconds, as znodes and REST bodies have it. */
    public Optional<Duration> optionalSeconds(String name) {
        OptionalLong seconds = optionalLong(name, 0, Integer.MAX_VALUE);
        return seconds.isPresent()
                ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
                : Optional.empty();
    }

    /** A moment in ISO 8601, UTC. */
    public Optional<Instant> optionalInstant(String name) {
        return optionalString(name)
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(Instant.parse(text));
                            } catch (DateTimeParseException e) {
                                problems.add(
                                        pathOf(name),
                                        "must be a moment such as \"2026-01-31T12:00:00Z\", was \""
                                                + cut(text)
                                                + "\"");
                                return Optional.empty();
                            }
                        });
    }

    /** A required moment in ISO 8601, UTC. */
    public Optional<Instant> requiredInstant(String name) {
        if (!has(name)) {
            missing(name, null);
            return Optional.empty();
        }
        return optionalInstant(name);
    }

    /** An object inside this one. */
    public Optional<Fields> object(String name) {
        return has(name)
                ? Optional.of(at(node.get(name), pathOf(name), problems))
                : Optional.empty();
    }

    /** A list of objects; empty where it is absent. */
    public List<Fields> objects(String name) {
        List<Fields> result = new ArrayList<>();
        for (Placed element : elements(name)) {
            result.add(at(element.node, element.path, problems));
        }
        return result;
    }

    /** A list of texts in the form of a small type; empty where it is absent. */
    public <T> List<T> list(String name, Function<String, T> type) {
        List<T> result = new ArrayList<>();
        for (Placed element : elements(name)) {
            if (element.node.isTextual()) {
                typed(element.path, element.node.textValue(), type).ifPresent(result::add);
            } else {
                problems.add(element.path, "must be a text, was " + shown(element.node));
            }
        }
        return result;
    }

    /** One element of a list whose elements may be of several kinds. */
    public sealed interface Element {
        /** A text. */
        record Text(String text) implements Element {}

        /** A list of texts. */
        record Texts(List<String> texts) implements Element {}

        /** An object. */
        record Nested(Fields fields) implements Element {}
    }

    /** A list of texts, lists of texts and objects; empty where it is absent. */
    public List<Element> mixed(String name) {
        List<Element> result = new ArrayList<>();
        for (Placed one : elements(name)) {
            JsonNode value = one.node;
            if (value.isTextual()) {
                result.add(new Element.Text(value.textValue()));
            } else if (value.isObject()) {
                result.add(new Element.Nested(new Fields(value, one.path, problems)));
            } else if (value.isArray() && allTexts(value)) {
                List<String> texts = new ArrayList<>();
                value.forEach(text -> texts.add(text.textValue()));
                result.add(new Element.Texts(texts));
            } else {
                problems.add(
                        one.path,
                        "must be a text, a list of texts or an object, was " + shown(value));
            }
        }
        return result;
    }

    private static boolean allTexts(JsonNode list) {
        for (JsonNode one : list) {
            if (!one.isTextual()) {
                return false;
            }
        }
        return true;
    }

    /** A list of whole numbers from {@code min} to {@code max}; empty where it is absent. */
    public List<Integer> integers(String name, int min, int max) {
        List<Integer> result = new ArrayList<>();
        for (Placed element : elements(name)) {
            JsonNode value = element.node;
            boolean isWithin =
                    value.isIntegralNumber()
                            && value.canConvertToInt()
                            && value.intValue() >= min
                            && value.intValue() <= max;
            if (isWithin) {
                result.add(value.intValue());
            } else {
                problems.add(
                        element.path,
                        "must be a whole number from %d to %d, was %s"
                                .formatted(min, max, shown(value)));
            }
        }
        return result;
    }

    /** A map from names to texts; empty where it is absent. */
    public Map<String, String> stringMap(String name) {
        Map<String, String> result = new LinkedHashMap<>();
        object(name)
                .ifPresent(
                        map ->
                                map.node
                                        .fieldNames()
                                        .forEachRemaining(key -> result.put(key, map.string(key))));
        return result;
    }

    /** The objects of a map from names to objects, in their order; empty where it is absent. */
    public Map<String, Fields> objectMap(String name) {
        return object(name).map(Fields::asObjectMap).orElseGet(Map::of);
    }

    /** This whole object taken as a map from free names to objects. */
    public Map<String, Fields> asObjectMap() {
        Map<String, Fields> result = new LinkedHashMap<>();
        node.fieldNames()
                .forEachRemaining(
                        key -> {
                            known.add(key);
                            result.put(key, at(node.get(key), pathOf(key), problems));
                        });
        return result;
    }

    /**
     * Checks that nothing unknown is there and makes the record. An {@link
     * IllegalArgumentException} of its constructor becomes a problem of this object.
     *
     * @return empty if there is any problem, here or elsewhere in the document
     */
    public <T> Optional<T> build(Supplier<T> constructor) {
        rejectUnknown();
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(constructor.get());
        } catch (IllegalArgumentException e) {
            problems.add(path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void rejectUnknown() {
        node.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!known.contains(name)) {
                                problems.addUnknown(
                                        pathOf(cut(name)),
                                        "unknown field; known are "
                                                + known.stream()
                                                        .sorted()
                                                        .collect(Collectors.joining(", ")),
                                        Suggestions.nearest(name, known));
                            }
                        });
    }

    private record Placed(JsonNode node, String path) {}

    private List<Placed> elements(String name) {
        if (!has(name)) {
            return List.of();
        }
        JsonNode value = node.get(name);
        if (!value.isArray()) {
            return wrong(name, "a list", List.of());
        }
        List<Placed> result = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            result.add(new Placed(value.get(i), pathOf(name) + "[" + i + "]"));
        }
        return result;
    }

    private <T> Optional<T> typed(String at, String text, Function<String, T> type) {
        try {
            return Optional.of(type.apply(text));
        } catch (IllegalArgumentException e) {
            problems.add(at, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private <T> T missing(String name, T placeholder) {
        problems.add(pathOf(name), "is required");
        return placeholder;
    }

    private <T> T wrong(String name, String expected, T placeholder) {
        problems.add(pathOf(name), "must be " + expected + ", was " + shown(node.get(name)));
        return placeholder;
    }

    /** How a duration is written: in the largest unit that needs no fraction. */
    public static String text(Duration duration) {
        if (duration.toMillisPart() > 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() > 0) {
            return duration.toSeconds() + "s";
        }
        return duration.toMinutesPart() > 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
    }

    private static String shown(JsonNode value) {
        return cut(value.toString());
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
