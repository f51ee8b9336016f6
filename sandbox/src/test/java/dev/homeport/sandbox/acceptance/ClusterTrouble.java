package dev.homeport.sandbox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.sandbox.acceptance.Excuses.Excuse;
import dev.homeport.sandbox.acceptance.Operator.Outcome;
import dev.homeport.sandbox.acceptance.StormTrouble.Closure;
import dev.homeport.testkit.mysql.MySqlTestClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** What happens to whole clusters: acts of operators, and a primary that hangs. */
final class ClusterTrouble implements Trouble {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration OFFLINE_FOR = Duration.ofMillis(1500);
    private static final Duration HANGS_FOR = Duration.ofSeconds(6);

    /** What a session of an offline cluster has, at the longest. */
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final RunningFleet fleet;
    private final Map<String, String> residents;
    private final Excuses excuses;
    private final Tally tally;
    private final SplittableRandom random;
    private final Operator operator;
    private final List<Closure> closures = new CopyOnWriteArrayList<>();
    private final List<Hang> hangs = new CopyOnWriteArrayList<>();

    /**
     * A primary that did nothing for a while.
     *
     * @param to when it answered again
     */
    record Hang(String cluster, Instant from, Instant to) {
        /** What it had been sent when it began to hang, or while it hung, it does now. */
        private static final Duration CATCHES_UP = Duration.ofSeconds(1);

        /** Whether what it was sent at one time may be done at the other. */
        boolean delays(String where, Instant sent, Instant done) {
            return cluster.equals(where)
                    && !sent.isAfter(to)
                    && !done.isBefore(from)
                    && !done.isAfter(to.plus(CATCHES_UP));
        }
    }

    /**
     * @param residents of each cluster one that nobody moves
     */
    ClusterTrouble(
            RunningFleet fleet,
            Map<String, String> residents,
            Excuses excuses,
            Tally tally,
            SplittableRandom random) {
        this.fleet = fleet;
        this.residents = Map.copyOf(residents);
        this.excuses = excuses;
        this.tally = tally;
        this.random = random;
        this.operator = new Operator(fleet, tally, random.split());
    }

    /** When which cluster was closed to everybody. */
    List<Closure> closures() {
        return closures;
    }

    /** When which primary did nothing. */
    List<Hang> hangs() {
        return hangs;
    }

    @Override
    public void makeOnce() throws Exception {
        String cluster = any(residents.keySet().stream().sorted().toList());
        switch (random.nextInt(5)) {
            case 0 -> cordon(cluster);
            case 1 -> hang(cluster);
            case 2 -> drain(cluster);
            default -> offline(cluster);
        }
    }

    private void cordon(String cluster) throws Exception {
        if (ask(cluster, "cordon") == Outcome.DONE) {
            fleet.awaitEveryRouter("/v1/clusters/" + cluster, "intent", "cordoned");
            tally.count("cordon");
        }
        untilActive(cluster, "uncordon");
    }

    private void offline(String cluster) throws Exception {
        Excuse excuse = excuses.begin(cluster);
        if (ask(cluster, "offline") == Outcome.DONE) {
            fleet.awaitEveryRouter("/v1/clusters/" + cluster, "intent", "offline");
            Instant closed = Instant.now().plus(DEADLINE);
            Thread.sleep(OFFLINE_FOR);
            closures.add(new Closure(cluster, closed, Instant.now()));
            tally.count("offline");
        }
        bringBack(cluster);
        excuse.end();
    }

    private void drain(String cluster) throws Exception {
        Excuse excuse = excuses.begin(cluster);
        if (ask(cluster, "drain") == Outcome.DONE) {
            Thread.sleep(OFFLINE_FOR);
            tally.count("drain");
        }
        bringBack(cluster);
        excuse.end();
    }

    /** The kernel goes on to take connections, and nothing answers. */
    private void hang(String cluster) throws Exception {
        Excuse excuse = excuses.begin(cluster);
        var process = fleet.primaryOf(cluster).process();
        Instant begun = Instant.now();
        process.suspend();
        tally.note("primary of " + cluster + " hangs");
        Thread.sleep(HANGS_FOR);
        process.resume();
        awaitServed(cluster);
        hangs.add(new Hang(cluster, begun, Instant.now()));
        excuse.end();
        tally.count("primary hangs");
    }

    private void bringBack(String cluster) throws Exception {
        untilActive(cluster, "online");
        awaitServed(cluster);
    }

    /**
     * An undo is repeated until a router says that it is done, or that there is nothing to undo; it
     * is refused while somebody's hand has removed the cluster. That routers show it as active is
     * not enough: ZooKeeper may be away, and what it has taken without an answer may come to light
     * later.
     */
    private void untilActive(String cluster, String verb) throws Exception {
        do {
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    EnumSet.of(Outcome.DONE, Outcome.UNFIT)
                                            .contains(ask(cluster, verb)));
        } while (operator.settle());
        fleet.awaitEveryRouter("/v1/clusters/" + cluster, "intent", "active");
    }

    private Outcome ask(String cluster, String verb) {
        return operator.ask("/v1/clusters/" + cluster + "/" + verb);
    }

    private void awaitServed(String cluster) {
        for (String router : fleet.routers()) {
            await().atMost(PATIENCE)
                    .ignoreException(IOException.class)
                    .untilAsserted(
                            () -> {
                                try (MySqlTestClient client =
                                        fleet.connect(router, residents.get(cluster))) {
                                    assertThat(client.query("SELECT 1")).isNotNull();
                                }
                            });
        }
    }

    private String any(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }
}
