package dev.homeport.agent.watch;

import static org.awaitility.Awaitility.await;

import dev.homeport.agent.config.ProbeConfig;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Severity;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.quarantine.account.AccountLink;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.fields.Secret;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Agents that watch one server, and what they share: the progress and the incidents. */
final class WatchRig implements AutoCloseable {
    static final ClusterId C1 = new ClusterId("c1");
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Announcements NOTHING_ANNOUNCED =
            new Announcements() {
                @Override
                public boolean covers(TableName table, Instant at) {
                    return false;
                }

                @Override
                public boolean covers(ProjectId project, Instant at) {
                    return false;
                }
            };

    /** Does in memory what ZooKeeper does; what is written may be lost. */
    static final class MemoryStore implements WatchStore {
        volatile Optional<Progress> progress = Optional.empty();
        volatile boolean isAway;

        @Override
        public Optional<Progress> read(Family family) throws TopologyException {
            require();
            return progress;
        }

        @Override
        public void write(Progress now) throws TopologyException {
            require();
            progress = Optional.of(now);
        }

        private void require() throws TopologyException {
            if (isAway) {
                throw new TopologyException(TopologyException.Reason.UNAVAILABLE, "away");
            }
        }
    }

    /** As incidents are kept for all agents, with the moment at which each was told first. */
    static final class Sink implements IncidentSink {
        final MemoryIncidents incidents = new MemoryIncidents();
        final Map<TableName, Long> toldNanos = new ConcurrentHashMap<>();
        volatile boolean isAway;

        @Override
        public Outcome put(LossFinding finding) throws TopologyException {
            if (isAway) {
                throw new TopologyException(TopologyException.Reason.UNAVAILABLE, "away");
            }
            Outcome outcome = incidents.put(finding);
            finding.added()
                    .forEach(
                            event ->
                                    event.tables()
                                            .forEach(
                                                    table ->
                                                            toldNanos.putIfAbsent(
                                                                    table, System.nanoTime())));
            return outcome;
        }

        @Override
        public Set<IncidentId> closedAmong(Set<IncidentId> ids) {
            return incidents.closedAmong(ids);
        }
    }

    /** One agent. */
    final class Agent implements WatchListener, AutoCloseable {
        final AtomicInteger inventories = new AtomicInteger();
        final Map<StatementOutcome, Integer> statements = new ConcurrentHashMap<>();
        final List<Hint.Kind> hints = new CopyOnWriteArrayList<>();
        final List<IncidentId> closed = new CopyOnWriteArrayList<>();
        volatile boolean leads = true;
        final DataLossWatch watch;

        Agent(int number) {
            var config =
                    new ProbeConfig(
                            server.account.user(),
                            new Secret(server.account.password()),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(5),
                            3,
                            Duration.ofSeconds(10));
            watch =
                    new DataLossWatch(
                            C1,
                            new DataLossWatch.Sources(
                                    () -> Optional.of(snapshot),
                                    new Term(
                                            () -> leads ? Optional.of("leader") : Optional.empty()),
                                    instance -> JdbcProbe.dataSource(instance, links, config),
                                    server.login(4_100_000 + number, links),
                                    directory.resolve("inventory-" + number + ".gz"),
                                    inventoryInterval),
                            new DataLossWatch.Rules(
                                    policy, ownership, attribution, announcements, 50),
                            new DataLossWatch.Outlets(sink, store, this),
                            Clock.systemUTC());
        }

        Agent start() {
            watch.start();
            return this;
        }

        Agent awaitReading() {
            await().atMost(PATIENCE)
                    .until(() -> watch.silence().map(one -> one.toMillis() < 3000).orElse(false));
            return this;
        }

        @Override
        public void onStatement(StatementOutcome outcome) {
            statements.merge(outcome, 1, Integer::sum);
        }

        @Override
        public void onHint(Hint.Kind kind) {
            hints.add(kind);
        }

        @Override
        public void onIncident(LossFinding finding, IncidentSink.Outcome outcome) {}

        @Override
        public void onClosed(IncidentId incident) {
            closed.add(incident);
        }

        @Override
        public void onInventory(Duration took, long tables) {
            inventories.incrementAndGet();
        }

        @Override
        public void onUnreadable() {
            throw new AssertionError("unreadable");
        }

        @Override
        public void close() {
            watch.close();
        }
    }

    final WatchedServer server;
    final MemoryStore store = new MemoryStore();
    final Sink sink = new Sink();
    volatile Attribution attribution =
            questions ->
                    questions.stream()
                            .map(one -> (Attribution.Answer) new Attribution.AroundRouters())
                            .toList();
    Ownership ownership =
            new PatternOwnership(
                    Pattern.compile("(?<project>.+)"),
                    Optional.empty(),
                    Optional.of(Pattern.compile("^_(?<tenant>\\d+)_")));
    Announcements announcements = NOTHING_ANNOUNCED;
    WatchPolicy policy = WatchPolicy.DEFAULT;
    Duration inventoryInterval = Duration.ofSeconds(60);
    AccountLinks links = any -> AccountLink.DEFAULT;
    volatile ClusterSnapshot snapshot;

    private final Path directory;
    private final List<Agent> agents = new ArrayList<>();

    WatchRig(WatchedServer server, Path directory) {
        this.server = server;
        this.directory = directory;
        pointTo(server);
    }

    /** That server is the primary now. */
    void pointTo(WatchedServer primary) {
        Instance instance =
                new Instance(
                        new InstanceId("db" + primary.server.port()),
                        "127.0.0.1",
                        primary.server.port());
        var definition =
                new ClusterDefinition(
                        C1,
                        primary.family(),
                        List.of(instance),
                        ClusterDefinition.DEFAULT_WEIGHT,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        snapshot =
                new ClusterSnapshot(
                        definition,
                        ClusterIntent.ACTIVE,
                        new Verdict(
                                Health.HEALTHY,
                                Optional.of(instance.id()),
                                List.of(),
                                1,
                                "",
                                List.of(),
                                Optional.empty(),
                                Optional.empty()));
    }

    Agent agent(int number) {
        Agent agent = new Agent(number);
        agents.add(agent);
        return agent;
    }

    /** Makes a project of so many tables with some rows in each. */
    void makeProject(String project, int tables) {
        List<String> sql = new ArrayList<>();
        sql.add("CREATE DATABASE " + project);
        for (int i = 0; i < tables; i++) {
            sql.add("CREATE TABLE %s.t%d (x INT PRIMARY KEY)".formatted(project, i));
        }
        server.server.execute(sql.toArray(String[]::new));
    }

    List<LossFinding> incidents() {
        return List.copyOf(sink.incidents.open().values());
    }

    List<LossFinding> losses() {
        return incidents().stream().filter(one -> one.severity() == Severity.LOSS).toList();
    }

    LossFinding awaitIncident(String project, Severity severity) {
        return await().atMost(PATIENCE)
                .until(
                        () ->
                                incidents().stream()
                                        .filter(one -> one.severity() == severity)
                                        .filter(
                                                one ->
                                                        one.projects()
                                                                .contains(new ProjectId(project)))
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** All tables that incidents name, and how often each. */
    Map<TableName, Integer> told() {
        Map<TableName, Integer> told = new HashMap<>();
        incidents()
                .forEach(
                        one ->
                                new HashSet<>(one.tables())
                                        .forEach(t -> told.merge(t, 1, Integer::sum)));
        return told;
    }

    @Override
    public void close() {
        agents.forEach(Agent::close);
    }
}
