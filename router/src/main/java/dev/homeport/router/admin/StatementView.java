package dev.homeport.router.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.RecordedStatement;
import dev.homeport.topology.Words;

/** How a destructive statement is shown: verb and names, never its text. */
final class StatementView {
    private static final String RUNNING = "running";

    private StatementView() {}

    /** What it was and what came of it, without whose it was. */
    static ObjectNode json(RecordedStatement one) {
        ObjectNode json = Json.object();
        json.put("number", one.number());
        json.put("sentAt", one.sentAt().toString());
        json.put("at", one.at().toString());
        json.put("statement", Words.of(one.act().kind()));
        json.put("ruling", Words.of(one.ruling()));
        json.put("outcome", one.outcome().map(Words::of).orElse(RUNNING));
        ArrayNode tables = json.putArray("tables");
        one.act()
                .tables()
                .forEach(
                        table ->
                                tables.addObject()
                                        .put("schema", table.schema())
                                        .put("table", table.table()));
        json.put("schema", one.act().schema());
        json.put("note", one.note());
        return json;
    }

    /** The same with whose it was. */
    static ObjectNode withOwner(RecordedStatement one) {
        DestructiveAct act = one.act();
        ObjectNode json = json(one);
        json.put("project", act.project().value());
        json.put("cluster", act.cluster().value());
        json.put("instance", act.instance().id().value());
        json.put("threadId", act.threadId());
        json.put("user", act.user());
        json.put("client", act.client());
        return json;
    }
}
