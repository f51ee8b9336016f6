package dev.homeport.sandbox.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.description.SandboxDescription;
import dev.homeport.sandbox.description.SandboxDescription.Cluster;
import dev.homeport.sandbox.description.SandboxDescription.Instance;
import dev.homeport.sandbox.description.SandboxDescription.Router;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mysql.Login;
import dev.homeport.testkit.mysql.MySqlTestClient;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ways into the sandbox that is drilled on. Its first cluster is the one that is hurt. Safe for
 * use by several threads.
 */
final class DrilledFleet {
    private final SandboxDescription sandbox;
    private final Map<String, AdminClient> admins = new LinkedHashMap<>();

    /**
     * @throws DrillException if it has only one cluster
     */
    DrilledFleet(SandboxDescription sandbox) {
        this.sandbox = sandbox;
        if (sandbox.clusters().size() < 2) {
            throw new DrillException(
                    "the sandbox in %s has one cluster, and new projects have nowhere else to go:"
                                    .formatted(sandbox.data())
                            + " stop it and start it with --clusters 2");
        }
        for (Router router : sandbox.routers()) {
            admins.put(
                    router.id(),
                    new AdminClient(URI.create(router.admin().url()), router.admin().token()));
        }
    }

    /** The one that is hurt. */
    String cluster() {
        return clusters().getFirst();
    }

    List<String> clusters() {
        return sandbox.clusters().stream().map(Cluster::id).toList();
    }

    List<String> routers() {
        return List.copyOf(admins.keySet());
    }

    /** The REST interfaces of all routers. */
    List<AdminClient> admins() {
        return List.copyOf(admins.values());
    }

    /** That of the first one. */
    AdminClient admin() {
        return admins().getFirst();
    }

    /**
     * The body of a good answer.
     *
     * @throws DrillException if it is none
     */
    static JsonNode good(String what, Answer answer) {
        if (!answer.isOk()) {
            throw new DrillException(
                    "%s: %d %s"
                            .formatted(
                                    what,
                                    answer.status(),
                                    answer.body().at("/error/message").asText()));
        }
        return answer.body();
    }

    JsonNode get(String path) {
        return good(path, admin().get(path));
    }

    JsonNode post(String path, JsonNode body) {
        return good(path, admin().post(path, body));
    }

    /** Where applications connect. */
    int port(String router) {
        return sandbox.router(router).mysql().port();
    }

    /** A login to a project through a router. */
    Login login(String project) {
        return Login.as(sandbox.app().user() + "+" + project, sandbox.app().password())
                .withSchema(project);
    }

    private static MySqlTestClient connect(int port, Login login) throws IOException {
        try {
            return MySqlTestClient.login(port, login);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Logs in to a project through a router. */
    MySqlTestClient connect(String router, String project) throws IOException {
        return connect(port(router), login(project));
    }

    /** Logs in to a project's schema at the primary of the drilled cluster, around all routers. */
    MySqlTestClient connectAround(String project) throws IOException {
        Login login = Login.as(sandbox.app().user(), sandbox.app().password()).withSchema(project);
        return connect(primary(cluster()).port(), login);
    }

    /** Logs in at a cluster's primary with all rights. */
    MySqlTestClient connectAsRoot(String cluster) throws IOException {
        var root = sandbox.cluster(cluster).root();
        return connect(primary(cluster).port(), Login.as(root.user(), root.password()));
    }

    private Instance primary(String cluster) {
        String id = get("/v1/clusters/" + cluster).path("primary").asText();
        return sandbox.cluster(cluster).instances().stream()
                .filter(instance -> instance.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new DrillException("cluster " + cluster + " has no primary"));
    }
}
