package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Edits in ZooKeeper that routers do not take over, whoever made them, as far as it is known. */
final class RejectedEdits {
    /** As old a map may be: one that is connected again has to compare first. */
    private static final double MOST_SECONDS = 2;

    private final ObjectNode json = RestClient.object();
    private final ArrayNode rejected = json.putArray("rejected");
    private final ArrayNode routers = json.putArray("routers");
    private final ArrayNode mayBeMore = json.putArray("mayBeMore");
    private final ArrayNode notHeardOf = json.putArray("notHeardOf");
    private final String asked;
    private final JsonNode map;

    private RejectedEdits(String asked, JsonNode map) {
        this.asked = asked;
        this.map = map;
        json.put("asked", asked);
        json.set("map", map);
        json.put("complete", isComplete());
    }

    /**
     * Asks for those of all routers. What the asked one says of itself is newer than its report.
     */
    static RejectedEdits read(RestClient client) {
        JsonNode status = client.get("/v1/status");
        String asked = status.path("router").asText();
        RejectedEdits edits = new RejectedEdits(asked, status.path("map"));
        edits.routers.add(asked);
        status.path("rejected").forEach(edit -> edits.add(asked, edit));
        JsonNode answer = client.get("/v1/routers");
        for (JsonNode router : answer.path("routers")) {
            String id = router.path("id").asText();
            if (!id.equals(asked)) {
                edits.addOther(id, router);
            }
        }
        // An older router does not tell them.
        answer.path("notHeardOf").forEach(edits.notHeardOf::add);
        return edits;
    }

    private void addOther(String id, JsonNode router) {
        routers.add(id);
        router.path("rejected").forEach(edit -> add(id, edit));
        if (router.path("rejectedMayBeMore").asBoolean()) {
            mayBeMore.add(id);
        }
    }

    private void add(String router, JsonNode edit) {
        ObjectNode one = rejected.addObject().put("router", router);
        for (String name : new String[] {"znode", "field", "rule", "suggestion", "since"}) {
            one.set(name, edit.path(name).isMissingNode() ? null : edit.path(name));
        }
    }

    boolean isEmpty() {
        return rejected.isEmpty();
    }

    /** Whether the router that was asked knows what stands in ZooKeeper now. */
    private boolean isComplete() {
        return isConnected()
                && !isFromFile()
                && map.path("asOf").isTextual()
                && map.path("ageSeconds").asDouble() < MOST_SECONDS;
    }

    private boolean isConnected() {
        return map.path("connection").asText().equals("connected");
    }

    private boolean isFromFile() {
        return map.path("fromFile").asBoolean();
    }

    /** Whether every router is known to take over every record that stands in ZooKeeper now. */
    boolean isAllTakenOver() {
        return isEmpty() && isComplete() && notHeardOf.isEmpty();
    }

    /**
     * {@code {"rejected": [{"router", "znode", "field", "rule", ...}], "routers": ["r1"],
     * "mayBeMore": [], "notHeardOf": [], "asked": "r1", "map": {...}, "complete": true}}.
     */
    ObjectNode json() {
        return json;
    }

    /** What was found where nothing is rejected: as much as the routers know, and no more. */
    String nothingRejected() {
        String those = Texts.count(routers.size(), "router");
        return isComplete()
                ? "Every record is taken over by %s.".formatted(those)
                : "As far as was known then, no record was rejected by %s.".formatted(those);
    }

    /** What is not known, each with why, in lines for people. */
    List<String> unknown(Instant now) {
        List<String> lines = new ArrayList<>();
        whyIncomplete(now)
                .ifPresent(
                        why ->
                                lines.add(
                                        "Router %s: %s: what stands in ZooKeeper now is not known."
                                                .formatted(asked, why)));
        if (!mayBeMore.isEmpty()) {
            lines.add(
                    "At least these are rejected; there may be more at: "
                            + Texts.joined(mayBeMore)
                            + ".");
        }
        if (!notHeardOf.isEmpty()) {
            lines.add(
                    "Not known of these, because nothing was heard of them for up to ten minutes: "
                            + Texts.joined(notHeardOf)
                            + ".");
        }
        return lines.stream().map(Texts::plain).toList();
    }

    private Optional<String> whyIncomplete(Instant now) {
        if (isComplete()) {
            return Optional.empty();
        }
        boolean isNever = map.path("connection").asText().equals("never");
        String asOf = map.path("asOf").asText("");
        if (isFromFile()) {
            return Optional.of(
                    "%s, and it goes by its snapshot file of %s"
                            .formatted(
                                    isNever
                                            ? "not connected since it started"
                                            : "it has not read ZooKeeper since it started",
                                    Texts.since(asOf, now)));
        }
        if (asOf.isEmpty()) {
            return Optional.of(isNever ? "not connected since it started" : "it has no map yet");
        }
        return Optional.of(
                (isConnected() ? "it last agreed with ZooKeeper at " : "not connected since ")
                        + Texts.since(asOf, now));
    }

    Table table() {
        Table table = new Table("ZNODE", "FIELD", "RULE", "PROBABLY", "ROUTER", "SINCE");
        for (JsonNode edit : rejected) {
            table.add(
                    edit.path("znode").asText(),
                    edit.path("field").asText(""),
                    edit.path("rule").asText(""),
                    edit.path("suggestion").asText(""),
                    edit.path("router").asText(),
                    edit.path("since").asText(""));
        }
        return table;
    }
}
