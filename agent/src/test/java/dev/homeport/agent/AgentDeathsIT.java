package dev.homeport.agent;

import static dev.homeport.agent.AgentFleet.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.homeport.testkit.process.ChildProcess;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two agents as processes, a real ZooKeeper and a real server: whatever happens to the agents and
 * to the logs around a drop, the drop stands in one incident.
 */
@Timeout(3600)
final class AgentDeathsIT {
    /** {@code -Dhomeport.deaths.rounds=100} for the promise. */
    private static final int ROUNDS =
            Integer.getInteger("homeport.deaths.rounds", Fault.values().length);

    private static final long SEED = Long.getLong("homeport.deaths.seed", 4);

    /** What happens in a round. */
    private enum Fault {
        NOTHING,
        ONE_KILLED_BEFORE,
        ONE_KILLED_AFTER,
        BOTH_KILLED_BEFORE,
        BOTH_KILLED_AFTER,
        ONE_STOPPED_AFTER,
        ONE_HANGS_AFTER,
        LOG_ROTATED,
        LOG_PURGED_ONCE_READ
    }

    @TempDir Path directory;

    private final Random random = new Random(SEED);
    private final List<ChildProcess> agents = new ArrayList<>();
    private final Map<Fault, Integer> played = new EnumMap<>(Fault.class);
    private AgentFleet fleet;
    private int starts;

    @Test
    void noDropIsMissedOrToldTwice() throws Exception {
        try (AgentFleet started = new AgentFleet(directory)) {
            fleet = started;
            // Given
            agents.add(start("a1"));
            agents.add(start("a2"));
            // From here on it is known how far the log was read, whoever reads it.
            await().atMost(PATIENCE)
                    .until(() -> fleet.view.client().checkExists().forPath("/watch/c1") != null);
            List<TableName> dropped = new ArrayList<>();

            // When
            for (int round = 0; round < ROUNDS; round++) {
                dropped.addAll(play(round));
                if (round % 5 == 4) {
                    closeAll(dropped);
                }
            }

            // Then
            awaitTold(dropped);
            assertThat(told().keySet()).containsExactlyInAnyOrderElementsOf(dropped);
            List<Incident> incidents = losses();
            assertThat(told())
                    .as(() -> described(incidents))
                    .allSatisfy((table, times) -> assertThat(times).isEqualTo(1));
            assertThat(incidents.stream().mapToInt(Incident::tablesLost).sum())
                    .isEqualTo(dropped.size());
            System.out.printf(
                    "%d rounds %s, %d starts of agents, %d incidents%n",
                    ROUNDS, played, starts, incidents.size());
        } finally {
            agents.forEach(ChildProcess::close);
        }
    }

    private List<TableName> play(int round) throws Exception {
        String project = "round" + round;
        fleet.primary.execute("CREATE DATABASE " + project);
        for (int i = 0; i < 3; i++) {
            fleet.primary.execute("CREATE TABLE %s.t%d (x INT)".formatted(project, i));
        }
        Fault[] faults = Fault.values();
        // Each of them in turn, so that a short run has all that it can have.
        Fault fault = faults[round < faults.length ? round : random.nextInt(faults.length)];
        played.merge(fault, 1, Integer::sum);
        before(fault);
        List<TableName> dropped = drop(project, round);
        after(fault, dropped);
        return dropped;
    }

    /** By name, by name if it is there, or all of it. */
    private List<TableName> drop(String project, int round) {
        List<TableName> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(new TableName(project, "t" + i));
        }
        switch (round % 3) {
            case 0 -> fleet.primary.execute("DROP DATABASE " + project);
            case 1 ->
                    fleet.primary.execute(
                            "DROP TABLE IF EXISTS %1$s.t0, %1$s.t1".formatted(project));
            default -> fleet.primary.execute("DROP TABLE %1$s.t0, %1$s.t1".formatted(project));
        }
        return round % 3 == 0 ? all : all.subList(0, 2);
    }

    private void before(Fault fault) throws Exception {
        switch (fault) {
            case ONE_KILLED_BEFORE -> killOne();
            case BOTH_KILLED_BEFORE -> killBoth();
            default -> {}
        }
    }

    private void after(Fault fault, List<TableName> dropped) throws Exception {
        // In the midst of whatever the agents make of it.
        Thread.sleep(random.nextInt(400));
        switch (fault) {
            case ONE_KILLED_AFTER -> killOne();
            case BOTH_KILLED_AFTER -> killBoth();
            case ONE_STOPPED_AFTER -> {
                int which = random.nextInt(agents.size());
                agents.get(which).stop(Duration.ofSeconds(20));
                agents.set(which, start("a" + (which + 1)));
            }
            case ONE_HANGS_AFTER -> hangOne();
            case LOG_ROTATED -> fleet.primary.execute("FLUSH BINARY LOGS");
            case LOG_PURGED_ONCE_READ -> {
                awaitTold(dropped);
                fleet.primary.execute("FLUSH BINARY LOGS");
                String last = fleet.primary.query("SHOW BINARY LOGS").getLast().getFirst();
                fleet.primary.execute("PURGE BINARY LOGS TO '%s'".formatted(last));
            }
            default -> {}
        }
    }

    private void killOne() throws IOException {
        int which = random.nextInt(agents.size());
        agents.get(which).kill();
        agents.set(which, start("a" + (which + 1)));
    }

    private void killBoth() throws IOException {
        agents.forEach(ChildProcess::kill);
        agents.clear();
        agents.add(start("a1"));
        agents.add(start("a2"));
    }

    /**
     * Longer than its session lives: another one leads, and then it wakes up and believes it does.
     */
    private void hangOne() throws InterruptedException {
        ChildProcess agent = agents.get(random.nextInt(agents.size()));
        agent.suspend();
        Thread.sleep(6_000);
        agent.resume();
    }

    private void closeAll(List<TableName> dropped) throws TopologyException {
        awaitTold(dropped);
        for (Incident incident : losses()) {
            if (incident.isOpen()) {
                fleet.view.writer().closeIncident(incident.id(), "mia", "restored by hand");
            }
        }
    }

    private void awaitTold(List<TableName> dropped) {
        await().atMost(PATIENCE).until(() -> told().keySet().containsAll(dropped));
    }

    /** In how many incidents each table stands. */
    private Map<TableName, Integer> told() throws TopologyException {
        Map<TableName, Integer> told = new HashMap<>();
        for (Incident incident : losses()) {
            incident.scope().tables().forEach(table -> told.merge(table, 1, Integer::sum));
        }
        return Collections.unmodifiableMap(told);
    }

    /** One line each, for whoever has to find out what went wrong. */
    private static String described(List<Incident> incidents) {
        return incidents.stream()
                .map(
                        one ->
                                "%s opened %s, from %s: %s"
                                        .formatted(
                                                one.id(),
                                                one.opened(),
                                                one.gtidBefore().orElse("?"),
                                                one.scope().projects()))
                .collect(Collectors.joining("\n"));
    }

    private List<Incident> losses() throws TopologyException {
        return fleet.view.incidents().all().stream()
                .filter(one -> one.kind() == IncidentKind.DATA_LOSS)
                .toList();
    }

    private ChildProcess start(String id) throws IOException {
        starts++;
        Path config = AgentProcess.configFile(fleet, directory, id, "5s");
        return AgentProcess.start(
                id,
                List.of("--config", config.toString()),
                directory.resolve(id + "." + starts + ".log"));
    }
}
