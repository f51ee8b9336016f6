package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxDirectory;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.testkit.mariadb.MariaDbInstallation;
import dev.homeport.testkit.mariadb.MariaDbServer;
import dev.homeport.testkit.mariadb.MariaDbSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All instances of all clusters. Used by the thread that starts the sandbox. */
final class Databases {
    private static final int MOST_INSTANCES = 100;

    private final SandboxPlan plan;
    private final SandboxDirectory directory;
    private final Parts parts;
    private final Map<String, MariaDbServer> instances = new LinkedHashMap<>();

    Databases(SandboxPlan plan, SandboxDirectory directory, Parts parts) {
        this.plan = plan;
        this.directory = directory;
        this.parts = parts;
    }

    /** Starts all of them without waiting. */
    void launch(MariaDbInstallation installation) {
        for (String cluster : plan.size().clusterIds()) {
            List<String> ids = plan.size().instanceIds(cluster);
            for (int i = 0; i < ids.size(); i++) {
                MariaDbSettings settings = settings(cluster, ids.get(i), i + 1);
                instances.put(
                        ids.get(i),
                        parts.launch(
                                Parts.Kind.DATABASE,
                                () -> MariaDbServer.launch(settings, installation),
                                MariaDbServer::process));
            }
        }
    }

    private MariaDbSettings settings(String cluster, String id, int number) {
        int clusterNumber = plan.size().numberOf(cluster);
        return MariaDbSettings.in(directory.of(id))
                .withName(id)
                .withPort(plan.instancePort(id))
                // Not the port, which may be another one next time
                .withServerId(clusterNumber * MOST_INSTANCES + number)
                .withGtidDomain(clusterNumber)
                .withRoot(plan.root())
                // A killed server loses nothing by this; only a machine that crashes would.
                .withOption("innodb_flush_log_at_trx_commit", "2")
                .withOption("max_connections", "2000")
                .withOption("general_log_file", "general.log");
    }

    void awaitReady() {
        instances.values().forEach(MariaDbServer::awaitReady);
    }

    List<MariaDbServer> of(String cluster) {
        return plan.size().instanceIds(cluster).stream().map(this::instance).toList();
    }

    MariaDbServer instance(String id) {
        return Optional.ofNullable(instances.get(id))
                .orElseThrow(() -> new NoSuchElementException("no instance " + id));
    }
}
