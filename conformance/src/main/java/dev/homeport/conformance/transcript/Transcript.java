package dev.homeport.conformance.transcript;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a program told, step by step.
 *
 * @param steps by name, in order; what a step saw, or why there is nothing to see
 */
public record Transcript(Map<String, Step> steps) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Transcript {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    }

    /** One step. */
    public sealed interface Step {
        /** What the driver saw, as text. */
        record Seen(List<String> values) implements Step {
            public Seen {
                values = List.copyOf(values);
            }
        }

        /** The driver has nothing of the kind. */
        record Lacking(String why) implements Step {}
    }

    /**
     * Reads what a program printed.
     *
     * @param port that the program connected to: it is another one through the router, and stands
     *     in some messages
     * @throws IllegalArgumentException if a line is no step, or one stands there twice
     */
    public static Transcript parse(String output, int port) {
        Map<String, Step> steps = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            try {
                JsonNode step = JSON.readTree(line.replace(":" + port, ":PORT"));
                if (steps.put(step.required("step").asText(), read(step)) != null) {
                    throw new IllegalArgumentException("told twice: " + line);
                }
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("is no step: " + line, e);
            }
        }
        return new Transcript(steps);
    }

    /** All steps, a value a line. */
    public String text() {
        StringBuilder text = new StringBuilder();
        steps.forEach(
                (name, step) -> {
                    text.append(name).append('\n');
                    switch (step) {
                        case Step.Seen seen ->
                                seen.values()
                                        .forEach(
                                                one ->
                                                        text.append("    ")
                                                                .append(one)
                                                                .append('\n'));
                        case Step.Lacking lacking ->
                                text.append("    lacks: ").append(lacking.why()).append('\n');
                    }
                });
        return text.toString();
    }

    private static Step read(JsonNode step) {
        if (step.has("lacks")) {
            return new Step.Lacking(step.get("lacks").asText());
        }
        List<String> values = new ArrayList<>();
        step.required("values").forEach(value -> values.add(value.asText()));
        return new Step.Seen(values);
    }

    /** Whether the program got beyond the login. */
    public boolean isLoggedIn() {
        return steps.get(Topic.LOGIN.id()) instanceof Step.Seen seen
                && !seen.values().getFirst().startsWith("error");
    }

    /** Topics that it says nothing of; of one that did not log in nothing else is asked. */
    public List<Topic> missing() {
        List<Topic> missing = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            boolean isAsked = isLoggedIn() || topic.compareTo(Topic.LOGIN) <= 0;
            if (isAsked && steps.keySet().stream().noneMatch(topic::isTopicOf)) {
                missing.add(topic);
            }
        }
        return missing;
    }

    /** Steps that belong to no topic. */
    public List<String> strange() {
        return steps.keySet().stream()
                .filter(
                        step ->
                                List.of(Topic.values()).stream()
                                        .noneMatch(topic -> topic.isTopicOf(step)))
                .toList();
    }
}
