package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Edits in ZooKeeper that routers do not take over, whoever made them. */
final class RejectedEdits {
    private final ObjectNode json = RestClient.object();
    private final ArrayNode rejected = json.putArray("rejected");
    private final ArrayNode routers = json.putArray("routers");

    private RejectedEdits() {}

    /**
     * Asks for those of all routers. What the asked one says of itself is newer than its report.
     */
    static RejectedEdits read(RestClient client) {
        RejectedEdits edits = new RejectedEdits();
        JsonNode status = client.get("/v1/status");
        String asked = status.path("router").asText();
        edits.routers.add(asked);
        status.path("rejected").forEach(edit -> edits.add(asked, edit));
        for (JsonNode router : client.get("/v1/routers").path("routers")) {
            String id = router.path("id").asText();
            if (!id.equals(asked)) {
                edits.routers.add(id);
                router.path("rejected").forEach(edit -> edits.add(id, edit));
            }
        }
        return edits;
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

    /** {@code {"rejected": [{"router", "znode", "field", "rule", ...}], "routers": ["r1"]}}. */
    ObjectNode json() {
        return json;
    }

    int routers() {
        return routers.size();
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
