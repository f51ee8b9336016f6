package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.RejectedEdit;

/** An edit that a router does not take over, as the interface shows it. */
final class RejectedEditView {
    private RejectedEditView() {}

    static ObjectNode json(RejectedEdit edit) {
        ObjectNode json = Json.object();
        json.put("znode", edit.znode());
        json.put("field", edit.field());
        json.put("rule", edit.rule());
        Json.put(json, "suggestion", edit.suggestion());
        json.put("since", edit.since().toString());
        return json;
    }
}
