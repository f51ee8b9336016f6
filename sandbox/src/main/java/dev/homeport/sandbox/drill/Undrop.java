package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings back what is held of a project, as an operator does. A table under whose name the
 * application has made another one meanwhile comes back under a name beside it; then one {@code
 * RENAME TABLE} swaps the two, so that nobody ever finds none. What was written meanwhile stays in
 * {@code <name>_since}.
 */
final class Undrop {
    private static final int CONFLICT = 409;
    private static final String BACK = "_back";
    private static final String SINCE = "_since";

    private final DrilledFleet fleet;
    private final String project;
    private final List<String> swaps = new ArrayList<>();

    Undrop(DrilledFleet fleet, String project) {
        this.fleet = fleet;
        this.project = project;
    }

    /** Brings all of them back. */
    void all(List<JsonNode> held) throws IOException {
        for (JsonNode one : held) {
            undrop("#" + one.path("id").asText(), one.path("table").asText());
        }
        if (!swaps.isEmpty()) {
            swap();
        }
    }

    private void undrop(String id, String name) {
        ObjectNode body = AdminClient.object().put("table", id);
        Answer answer = fleet.admin().post(DrillProjects.undropPath(project), body);
        if (answer.status() == CONFLICT
                && answer.body().at("/error/code").asText().equals("name_taken")) {
            fleet.post(DrillProjects.undropPath(project), body.put("as", name + BACK));
            swaps.add("`%1$s` TO `%1$s%2$s`, `%1$s%3$s` TO `%1$s`".formatted(name, SINCE, BACK));
            return;
        }
        DrilledFleet.good("undrop of " + name, answer);
    }

    private void swap() throws IOException {
        try (MySqlTestClient client = fleet.connect(fleet.routers().getFirst(), project)) {
            QueryResult answer = client.query("RENAME TABLE " + String.join(", ", swaps));
            if (answer instanceof Failure failure) {
                throw new DrillException("swap of tables: " + failure.message());
            }
        }
    }
}
