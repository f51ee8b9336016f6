package dev.homeport.sandbox.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mariadb.Account;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * Four projects to play with, placed through the router as anybody would, each with a table of a
 * few rows that an application wrote through the router.
 */
final class DemoProjects {
    private static final List<String> IDS = List.of("demo1", "demo2", "demo3", "demo4");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final AdminClient admin;
    private final int mysqlPort;
    private final Account app;

    DemoProjects(AdminClient admin, int mysqlPort, Account app) {
        this.admin = admin;
        this.mysqlPort = mysqlPort;
        this.app = app;
    }

    /** A project and where it lives. */
    record Home(String project, String cluster) {}

    /** Waits until the agents have found every cluster healthy: only then projects have a home. */
    void awaitHealthy(List<String> clusters) {
        for (String cluster : clusters) {
            String[] last = {"unknown"};
            Wait.forAnswer(
                    PATIENCE,
                    () -> {
                        last[0] = healthOf(cluster);
                        return last[0].equals("healthy") ? Optional.of(true) : Optional.empty();
                    },
                    () -> "cluster %s is not healthy, but %s".formatted(cluster, last[0]));
        }
    }

    private String healthOf(String cluster) {
        try {
            return admin.get("/v1/clusters/" + cluster).body().path("health").asText("unknown");
        } catch (UncheckedIOException e) {
            return "unknown";
        }
    }

    /** Places them on the clusters in turn and fills them. Idempotent. */
    void create(List<String> clusters) {
        for (int i = 0; i < IDS.size(); i++) {
            String project = IDS.get(i);
            place(project, clusters.get(i % clusters.size()));
            fill(project);
        }
    }

    private void place(String project, String cluster) {
        ObjectNode body = AdminClient.object().put("id", project).put("cluster", cluster);
        String[] last = {""};
        Wait.forAnswer(
                PATIENCE,
                () -> {
                    Answer answer = admin.post("/v1/projects", body);
                    last[0] = answer.status() + " " + answer.body();
                    return answer.isOk() ? Optional.of(true) : Optional.empty();
                },
                () -> "cannot place %s on %s: %s".formatted(project, cluster, last[0]));
    }

    private void fill(String project) {
        String[] last = {""};
        Wait.forAnswer(
                PATIENCE,
                () -> {
                    try {
                        write(project);
                        return Optional.of(true);
                    } catch (SQLException e) {
                        last[0] = String.valueOf(e.getMessage());
                        return Optional.empty();
                    }
                },
                () -> "cannot write to %s through the router: %s".formatted(project, last[0]));
    }

    private void write(String project) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", app.user() + "+" + project);
        properties.setProperty("password", app.password());
        String url = "jdbc:mariadb://127.0.0.1:%d/%s".formatted(mysqlPort, project);
        try (Connection connection = DriverManager.getConnection(url, properties);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS notes"
                            + " (id INT PRIMARY KEY, text VARCHAR(200) NOT NULL)");
            statement.execute(
                    ("INSERT IGNORE INTO notes VALUES (1, 'This is %s.'),"
                                    + " (2, 'It lives on one cluster and on no other.'),"
                                    + " (3, 'Take that cluster offline and ask again.')")
                            .formatted(project));
        }
    }

    /** Those that exist, with their homes of this moment. */
    List<Home> homes() {
        return IDS.stream().map(this::home).flatMap(Optional::stream).toList();
    }

    private Optional<Home> home(String project) {
        Answer answer = admin.get("/v1/projects/" + project);
        boolean isThere = answer.isOk() && !answer.body().path("state").asText().equals("deleted");
        return isThere
                ? Optional.of(new Home(project, answer.body().path("cluster").asText()))
                : Optional.empty();
    }
}
