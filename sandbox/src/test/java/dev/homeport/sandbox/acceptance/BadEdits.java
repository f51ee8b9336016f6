package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ProjectId;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** Hands that slip in ZooKeeper. Each is mended some seconds later; nothing may follow from any. */
final class BadEdits implements Trouble {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration STANDS_FOR = Duration.ofSeconds(3);
    private static final List<String> CONTENTS =
            List.of(
                    "",
                    "{\"v\":1,",
                    "{\"v\":1}",
                    "[]",
                    "{\"v\":9,\"family\":\"oracle\"}",
                    "{\"v\":1,\"family\":\"mariadb\",\"instances\":{}}");

    private final RunningFleet fleet;
    private final CuratorFramework client;
    private final List<String> projects;
    private final Tally tally;
    private final SplittableRandom random;

    /**
     * @param projects that nobody moves
     */
    BadEdits(
            RunningFleet fleet,
            CuratorFramework client,
            List<String> projects,
            Tally tally,
            SplittableRandom random) {
        this.fleet = fleet;
        this.client = client;
        this.projects = List.copyOf(projects);
        this.tally = tally;
        this.random = random;
    }

    @Override
    public void makeOnce() throws Exception {
        String project = projects.get(random.nextInt(projects.size()));
        String cluster = fleet.get("r1", "/v1/projects/" + project).path("cluster").asText();
        switch (random.nextInt(4)) {
            case 0 -> spoil("/clusters/" + cluster, cluster, project);
            case 1 -> spoil("/placement-policy", cluster, project);
            case 2 ->
                    spoil(
                            "/projects/" + Buckets.name(Buckets.of(new ProjectId(project))),
                            cluster,
                            project);
            default -> remove("/clusters/" + cluster, cluster, project);
        }
    }

    private void spoil(String path, String cluster, String project) throws Exception {
        var stat = new Stat();
        byte[] good = client.getData().storingStatIn(stat).forPath(path);
        byte[] bad = CONTENTS.get(random.nextInt(CONTENTS.size())).getBytes(StandardCharsets.UTF_8);
        try {
            client.setData().withVersion(stat.getVersion()).forPath(path, bad);
        } catch (KeeperException.BadVersionException e) {
            return; // somebody was faster
        } catch (KeeperException e) {
            tally.count("bad edit without an answer");
        }
        expectNothing(cluster, project);
        untilDone(() -> mend(path, bad, good));
        tally.count("bad edit");
    }

    /** Only what is bad: where it was not written, others may have written since. */
    private void mend(String path, byte[] bad, byte[] good) throws Exception {
        var stat = new Stat();
        if (Arrays.equals(client.getData().storingStatIn(stat).forPath(path), bad)) {
            client.setData().withVersion(stat.getVersion()).forPath(path, good);
        }
    }

    private void remove(String path, String cluster, String project) throws Exception {
        byte[] good = client.getData().forPath(path);
        try {
            client.delete().forPath(path);
        } catch (KeeperException e) {
            tally.count("removal without an answer");
        }
        expectNothing(cluster, project);
        untilDone(
                () -> {
                    try {
                        client.create().forPath(path, good);
                    } catch (KeeperException.NodeExistsException e) {
                        // That was this one, of which no answer came.
                    }
                });
        tally.count("definition removed");
    }

    /** Whatever was there before is shown, and goes on to be. */
    private void expectNothing(String cluster, String project) throws Exception {
        Thread.sleep(STANDS_FOR);
        for (String router : fleet.routers()) {
            JsonNode shown = get(router, "/v1/clusters/" + cluster);
            assertThat(shown.path("primary").asText()).isNotEmpty();
            assertThat(get(router, "/v1/projects/" + project).path("cluster").asText())
                    .isEqualTo(cluster);
        }
    }

    private JsonNode get(String router, String path) {
        return await().atMost(PATIENCE)
                .ignoreException(UncheckedIOException.class)
                .until(() -> fleet.get(router, path), one -> true);
    }

    /** Something that ZooKeeper may not take at the moment. */
    private interface Write {
        void write() throws Exception;
    }

    private static void untilDone(Write write) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            try {
                                write.write();
                                return true;
                            } catch (KeeperException e) {
                                return false;
                            }
                        });
    }
}
