package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.topology.Availability;
import dev.homeport.topology.Words;

/** The explanation of a route as the interface shows it. */
final class RouteView {
    private RouteView() {}

    static ObjectNode json(RouteExplanation explanation) {
        ObjectNode json = Json.object();
        ArrayNode keys = json.putArray("keys");
        for (RouteExplanation.KeyTried key : explanation.keys()) {
            keys.addObject()
                    .put("key", key.key())
                    .put("matched", key.isMatch())
                    .put("why", key.why());
        }
        Json.put(json, "project", explanation.project());
        Json.put(json, "user", explanation.userSentOn());
        Json.put(json, "cluster", explanation.cluster());
        Json.put(json, "instance", explanation.instance());
        Json.put(json, "limit", explanation.availability().map(Availability::limit).map(Words::of));
        Json.put(json, "availability", explanation.availability().map(Words::of));
        explanation
                .error()
                .ifPresentOrElse(
                        error ->
                                json.putObject("error")
                                        .put("kind", error.kind().token())
                                        .put("code", error.kind().code())
                                        .put("sqlState", error.kind().sqlState())
                                        .put("text", error.message()),
                        () -> json.putNull("error"));
        return json;
    }
}
