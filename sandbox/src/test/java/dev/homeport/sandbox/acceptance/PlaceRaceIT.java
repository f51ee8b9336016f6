package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.zk.ZnodePaths;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many ask two routers for the same new projects, while their cluster is cordoned. */
@Timeout(240)
final class PlaceRaceIT {
    private static final int PROJECTS = 20;
    private static final int CALLS_EACH = 5;
    private static final int EARLY_CALLS = PROJECTS * CALLS_EACH / 2;
    private static final int ANSWERS_BEFORE_THE_CORDON = 10;

    @TempDir private Path directory;

    private record Asked(String project, Answer answer) {}

    @Test
    void everyProjectGetsOneHomeAndNoneACordonedOne() throws Exception {
        try (RunningFleet fleet = RunningFleet.start(directory, 0, 2);
                ZooKeeperFleet zooKeeper = fleet.zooKeeper()) {
            // Given
            await().ignoreExceptions().until(() -> zooKeeper.source().current().isPresent());
            List<String> projects = projectsWithBucketsOfTheirOwn();
            // What runs for the first time is slow, and the cordon would come too late.
            fleet.change("r2", "c1", "cordon");
            fleet.change("r2", "c1", "uncordon");

            // When
            long cordon;
            List<Asked> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                CountDownLatch untilCordon = new CountDownLatch(ANSWERS_BEFORE_THE_CORDON);
                CountDownLatch now = new CountDownLatch(0);
                List<Future<Asked>> asked = new ArrayList<>();
                for (int i = 0; i < PROJECTS * CALLS_EACH; i++) {
                    String router = i % 2 == 0 ? "r1" : "r2";
                    String project = projects.get(i / CALLS_EACH);
                    CountDownLatch begin = i < EARLY_CALLS ? now : untilCordon;
                    asked.add(
                            threads.submit(
                                    () -> {
                                        begin.await();
                                        return ask(fleet, router, project, untilCordon);
                                    }));
                }
                untilCordon.await();
                cordon = fleet.change("r2", "c1", "cordon").path("zxid").asLong();
                for (Future<Asked> one : asked) {
                    answers.add(one.get());
                }
            }

            // Then
            assertThat(answers).allSatisfy(one -> assertThat(one.answer().isOk()).isTrue());
            Map<String, Set<String>> homes = homes(answers);
            assertThat(homes.keySet()).containsExactlyInAnyOrderElementsOf(projects);
            assertThat(homes.values()).allSatisfy(home -> assertThat(home).hasSize(1));
            for (String router : fleet.routers()) {
                assertThat(listed(fleet, router, projects)).isEqualTo(homes);
            }
            int onC1 = 0;
            for (String project : projects) {
                long placed = placedBy(zooKeeper, project);
                boolean isOnC1 = homes.get(project).contains("c1");
                onC1 += isOnC1 ? 1 : 0;
                assertThat(isOnC1).as(project).isEqualTo(placed < cordon);
                assertThat(schemas(fleet, project)).isEqualTo(homes.get(project));
            }
            System.out.printf(
                    "%d calls for %d projects: %d placed before the cordon on c1, %d after it on"
                            + " c2%n",
                    answers.size(), PROJECTS, onC1, PROJECTS - onC1);
        }
    }

    /** The creation of a bucket tells when its first project was placed. */
    private static List<String> projectsWithBucketsOfTheirOwn() {
        Set<Integer> buckets = new HashSet<>();
        for (int i = 1; i <= 4; i++) {
            buckets.add(Buckets.of(new ProjectId("demo" + i)));
        }
        List<String> projects = new ArrayList<>();
        for (int i = 0; projects.size() < PROJECTS; i++) {
            String name = "race" + i;
            if (buckets.add(Buckets.of(new ProjectId(name)))) {
                projects.add(name);
            }
        }
        Collections.shuffle(projects);
        return projects;
    }

    private static Asked ask(
            RunningFleet fleet, String router, String project, CountDownLatch answered) {
        Answer answer = fleet.place(router, project);
        answered.countDown();
        return new Asked(project, answer);
    }

    private static Map<String, Set<String>> homes(List<Asked> answers) {
        Map<String, Set<String>> homes = new TreeMap<>();
        for (Asked one : answers) {
            homes.computeIfAbsent(one.project(), project -> new TreeSet<>())
                    .add(one.answer().body().path("cluster").asText());
        }
        return homes;
    }

    private static Map<String, Set<String>> listed(
            RunningFleet fleet, String router, List<String> projects) {
        Map<String, Set<String>> homes = new TreeMap<>();
        for (JsonNode one : fleet.get(router, "/v1/projects?limit=1000").path("projects")) {
            if (projects.contains(one.path("id").asText())) {
                homes.computeIfAbsent(one.path("id").asText(), project -> new TreeSet<>())
                        .add(one.path("cluster").asText());
            }
        }
        return homes;
    }

    private static long placedBy(ZooKeeperFleet zooKeeper, String project) throws Exception {
        String bucket = ZnodePaths.bucketOf(new ProjectId(project));
        return zooKeeper.client().checkExists().forPath(bucket).getCzxid();
    }

    /** Clusters that have a schema of that name. */
    private static Set<String> schemas(RunningFleet fleet, String project) {
        Set<String> clusters = new TreeSet<>();
        for (String cluster : List.of("c1", "c2")) {
            if (!fleet.primaryOf(cluster)
                    .query("SHOW DATABASES LIKE '" + project + "'")
                    .isEmpty()) {
                clusters.add(cluster);
            }
        }
        return clusters;
    }
}
