package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.sandbox.fleet.AdminClient;
import dev.homeport.sandbox.fleet.AdminClient.Answer;
import dev.homeport.testkit.mysql.MySqlTestClient;
import dev.homeport.testkit.mysql.QueryResult;
import dev.homeport.testkit.mysql.QueryResult.Failure;
import dev.homeport.testkit.mysql.RawPacket;
import dev.homeport.topology.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How soon an act of an operator that was acknowledged by one router is in force on every router.
 * Holds it to nothing but that it is. As many as promised with {@code -Dhomeport.acts.count=1000}.
 */
@Timeout(1200)
final class ActsIT {
    private static final int COUNT = Integer.getInteger("homeport.acts.count", 28);
    private static final int ROUTERS = 3;
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CLUSTER = "/v1/clusters/c1";
    private static final String RESIDENT = "demo1";
    private static final String NEIGHBOUR = "demo2";

    @TempDir private Path directory;

    private RunningFleet fleet;
    private int placed;

    /** In an order in which each can follow the one before, and the first the last. */
    enum Act {
        CLUSTER_OFFLINE,
        CLUSTER_ONLINE,
        PROJECT_OFFLINE,
        PROJECT_ONLINE,
        CORDON,
        UNCORDON,
        PLACE
    }

    /** Whether a router goes by the act. */
    private interface Effect {
        boolean isSeen(String router) throws IOException;
    }

    @Test
    void everyRouterGoesByAnAcknowledgedAct() throws Exception {
        Map<Act, List<Duration>> times = new EnumMap<>(Act.class);
        List<Duration> all = new ArrayList<>();
        try (RunningFleet started = RunningFleet.start(directory, 0, ROUTERS);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            fleet = started;
            SteadyTraffic others =
                    SteadyTraffic.start(fleet, fleet.routers(), List.of(NEIGHBOUR), 2);
            try (others) {
                for (int i = 0; i < COUNT; i++) {
                    Act act = Act.values()[i % Act.values().length];
                    Duration took = measure(act, routerOf(i), threads);
                    times.computeIfAbsent(act, key -> new ArrayList<>()).add(took);
                    all.add(took);
                }
            }
            assertThat(others.errors()).isEmpty();
        }
        System.out.printf(
                "%d acts by REST, from the acknowledgement until all of %d routers went by them: %s%n",
                all.size(), ROUTERS, Times.of(all));
        times.forEach(
                (act, one) -> System.out.printf("  %-16s %s%n", Words.of(act), Times.of(one)));
    }

    /** Rounds have seven acts, so that each kind is asked of each router in turn. */
    private String routerOf(int number) {
        return fleet.routers().get(number % ROUTERS);
    }

    private Duration measure(Act act, String router, ExecutorService threads) throws Exception {
        Effect effect = act(act, router);
        long acknowledged = System.nanoTime();
        List<Future<Long>> seen = new ArrayList<>();
        for (String one : fleet.routers()) {
            seen.add(threads.submit(() -> await(act, effect, one)));
        }
        long last = acknowledged;
        for (Future<Long> one : seen) {
            last = Math.max(last, one.get());
        }
        return Duration.ofNanos(last - acknowledged);
    }

    private Effect act(Act act, String router) {
        return switch (act) {
            case CLUSTER_OFFLINE -> {
                fleet.change(router, "c1", "offline");
                yield one -> isRefused(one, RESIDENT, "cluster_offline");
            }
            case CLUSTER_ONLINE -> {
                fleet.change(router, "c1", "online");
                yield one -> isServed(one, RESIDENT);
            }
            case PROJECT_OFFLINE -> {
                changeProject(router, "offline");
                yield one -> isRefused(one, RESIDENT, "project_offline");
            }
            case PROJECT_ONLINE -> {
                changeProject(router, "online");
                yield one -> isServed(one, RESIDENT);
            }
            case CORDON -> {
                fleet.change(router, "c1", "cordon");
                yield one -> !fleet.get(one, CLUSTER).path("acceptsProjects").asBoolean();
            }
            case UNCORDON -> {
                fleet.change(router, "c1", "uncordon");
                yield one -> fleet.get(one, CLUSTER).path("acceptsProjects").asBoolean();
            }
            case PLACE -> {
                placed++;
                String project = "placed-" + placed;
                good(fleet.place(router, project));
                yield one -> isServed(one, project);
            }
        };
    }

    private void changeProject(String router, String verb) {
        ObjectNode body = AdminClient.object().put("reason", "acceptance test");
        good(fleet.admin(router).post("/v1/projects/" + RESIDENT + "/" + verb, body));
    }

    private static void good(Answer answer) {
        assertThat(answer.isOk()).as("%d %s", answer.status(), answer.body()).isTrue();
    }

    /** Returns when it was seen. */
    private static long await(Act act, Effect effect, String router) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!effect.isSeen(router)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(router + " does not go by " + Words.of(act));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return System.nanoTime();
    }

    private boolean isServed(String router, String project) throws IOException {
        return login(router, project) instanceof QueryResult.Rows;
    }

    private boolean isRefused(String router, String project, String token) throws IOException {
        return login(router, project) instanceof Failure failure
                && failure.message().contains("[homeport " + token);
    }

    private QueryResult login(String router, String project) throws IOException {
        try (MySqlTestClient client = MySqlTestClient.connect(fleet.port(router))) {
            RawPacket answer = client.login(fleet.login(project));
            if (answer.isErr()) {
                return answer.error();
            }
            QueryResult result = client.query("SELECT 1");
            client.quit();
            return result;
        }
    }
}
