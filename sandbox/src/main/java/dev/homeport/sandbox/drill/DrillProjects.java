package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The projects that the drill has made. It takes them away again with all they have: their
 * incidents are closed, their schemas dropped after an announcement, their records made tombstones.
 * What is left of them goes when this is closed. Thread-safe.
 */
final class DrillProjects implements AutoCloseable {
    private static final String REASON = "homeport drill: what it made goes";
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final DrilledFleet fleet;
    private final Incidents incidents;

    /** Those that are there, or may be: an answer can get lost. */
    private final Set<String> made = new LinkedHashSet<>();

    DrillProjects(DrilledFleet fleet, Incidents incidents) {
        this.fleet = fleet;
        this.incidents = incidents;
    }

    /** Places one on a cluster; returns when all routers serve it. */
    void placeOn(String cluster, String project) throws InterruptedException {
        ObjectNode body = AdminClient.object().put("id", project).put("cluster", cluster);
        remember(project);
        // A cluster that was contained a moment ago may not be taken for whole by every router yet.
        Answer answer =
                Poll.until(
                                Poll.PATIENCE,
                                () ->
                                        Optional.of(fleet.admin().post("/v1/projects", body))
                                                .filter(one -> one.status() != UNAVAILABLE))
                        .orElseThrow(
                                () ->
                                        new DrillException(
                                                "cluster %s takes no project".formatted(cluster)));
        DrilledFleet.good("project " + project, answer);
        for (AdminClient router : fleet.admins()) {
            Poll.require(
                    "a router does not serve " + project,
                    () ->
                            router.get("/v1/projects/" + project)
                                    .body()
                                    .path("available")
                                    .asBoolean());
        }
    }

    /** Places one wherever it comes; empty if it gets no home at the moment. */
    Optional<String> place(String project) {
        remember(project);
        Answer answer = fleet.admin().post("/v1/projects", AdminClient.object().put("id", project));
        return answer.isOk()
                ? Optional.of(answer.body().path("cluster").asText())
                : Optional.empty();
    }

    private synchronized void remember(String project) {
        made.add(project);
    }

    private synchronized List<String> made() {
        return List.copyOf(made);
    }

    private synchronized void forget(String project) {
        made.remove(project);
    }

    /** Takes away one with tables: what is dropped has to be announced. */
    void remove(String project) {
        Optional<String> home = home(project);
        if (home.isPresent()) {
            incidents.closeOf(project, REASON);
            takeOutOfQuarantine(project);
            announce(project);
            drop(project, home.get());
            bury(project);
        }
        forget(project);
    }

    /** Takes away one without tables: that nothing goes is no loss. */
    void removeEmpty(String project) {
        Optional<String> home = home(project);
        if (home.isPresent()) {
            bury(project);
            drop(project, home.get());
        }
        forget(project);
    }

    /** Where it lives; empty if it was never placed. */
    private Optional<String> home(String project) {
        Answer answer = fleet.admin().get("/v1/projects/" + project);
        return answer.status() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(
                        DrilledFleet.good("project " + project, answer).path("cluster").asText());
    }

    private void announce(String project) {
        fleet.post(
                "/v1/announcements",
                AdminClient.object()
                        .put("project", project)
                        .put("for", "2m")
                        .put("reason", REASON));
    }

    /** What is held of it goes with its schema, not some days later. */
    private void takeOutOfQuarantine(String project) {
        for (JsonNode held : held(project)) {
            String id = held.path("id").asText();
            fleet.post(
                    undropPath(project),
                    AdminClient.object().put("table", "#" + id).put("as", "removed_" + id));
        }
    }

    /** What is held of a project, oldest first. */
    List<JsonNode> held(String project) {
        JsonNode tables = fleet.get("/v1/projects/" + project + "/quarantine").path("tables");
        return StreamSupport.stream(tables.spliterator(), false).toList();
    }

    static String undropPath(String project) {
        return "/v1/projects/" + project + "/undrop";
    }

    private void drop(String project, String cluster) {
        try (MySqlTestClient root = fleet.connectAsRoot(cluster)) {
            QueryResult answer = root.query("DROP DATABASE IF EXISTS `%s`".formatted(project));
            if (answer instanceof Failure failure) {
                throw new DrillException("schema %s: %s".formatted(project, failure.message()));
            }
        } catch (IOException e) {
            throw new DrillException("schema %s: %s".formatted(project, e.getMessage()), e);
        }
    }

    private void bury(String project) {
        DrilledFleet.good(
                "end of project " + project,
                fleet.admin().delete("/v1/projects/" + project + "?reason=homeport-drill"));
    }

    /** Takes away all that are left, as far as that is possible. */
    @Override
    public void close() {
        RuntimeException failed = null;
        for (String project : made()) {
            try {
                remove(project);
            } catch (RuntimeException e) {
                failed = failed == null ? e : failed;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
