package dev.homeport.agent;

import dev.homeport.agent.config.AgentConfig;
import dev.homeport.agent.config.WatchConfig;
import dev.homeport.agent.election.ClusterElection;
import dev.homeport.agent.metrics.WatchMeters;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.watch.Announcements;
import dev.homeport.agent.watch.Attribution;
import dev.homeport.agent.watch.DataLossWatch;
import dev.homeport.agent.watch.IncidentSink;
import dev.homeport.agent.watch.LoggedIncidents;
import dev.homeport.agent.watch.PatternOwnership;
import dev.homeport.agent.watch.WatchListener;
import dev.homeport.agent.watch.ZnodeWatchStore;
import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.canary.Canary;
import dev.homeport.agent.watch.judge.LossFinding;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.agent.watch.notify.Webhook;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The data-loss watch with all that belongs to it: a part of the composition root. */
final class WatchParts implements AutoCloseable {
    /** Above all ids that people give, and different for each agent. */
    private static final long FIRST_SERVER_ID = 0x7000_0000L;

    private static final int SERVER_IDS = 0x0fff_ffff;

    private final AgentConfig config;
    private final WatchMeters meters;
    private final Clock clock;
    private final Optional<Webhook> webhook;
    private final DataLossWatch watch;
    private final Optional<Canary> canary;

    WatchParts(
            AgentConfig config,
            ZooKeeperFleet fleet,
            ClusterElection election,
            WatchMeters meters,
            Clock clock) {
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        WatchConfig section = config.watch();
        this.webhook = section.webhook().map(one -> new Webhook(one, clock, meters::webhook));
        IncidentSink sink = new LoggedIncidents(config.cluster());
        this.watch =
                new DataLossWatch(
                        config.cluster(),
                        sources(fleet, election),
                        rules(),
                        new DataLossWatch.Outlets(
                                sink,
                                new ZnodeWatchStore(
                                        fleet.client(), config.cluster(), election::leaderZnode),
                                new Listener()),
                        clock);
        this.canary =
                section.canary()
                        .map(
                                one ->
                                        new Canary(
                                                config.cluster(),
                                                one,
                                                election::isLeader,
                                                this::onCanary));
        meters.bind(watch);
    }

    private DataLossWatch.Sources sources(ZooKeeperFleet fleet, ClusterElection election) {
        return new DataLossWatch.Sources(
                () -> fleet.source().current().flatMap(one -> one.cluster(config.cluster())),
                election::isLeader,
                instance -> JdbcProbe.dataSource(instance, config.probe()),
                new BinlogReader.Login(
                        config.probe().user(), config.probe().password(), serverId()),
                config.watch().inventoryFile(),
                config.watch().inventoryInterval());
    }

    /** The same at each start, so that the server ends the stream that a dead agent left behind. */
    private long serverId() {
        return FIRST_SERVER_ID
                + Math.floorMod((config.cluster() + " " + config.id()).hashCode(), SERVER_IDS);
    }

    private DataLossWatch.Rules rules() {
        WatchConfig.Limits limits = config.watch().limits();
        WatchConfig.Ownership ownership = config.watch().ownership();
        return new DataLossWatch.Rules(
                new WatchPolicy(
                        limits.window(),
                        limits.tables(),
                        limits.sharePercent() / 100.0,
                        limits.deletedSharePercent() / 100.0,
                        limits.minRows(),
                        limits.allowedTables(),
                        limits.clusterTables(),
                        WatchPolicy.DEFAULT.hintWindow(),
                        WatchPolicy.DEFAULT.mergeFor()),
                new PatternOwnership(
                        Pattern.compile(ownership.schema()),
                        ownership.table().map(Pattern::compile),
                        ownership.tenant().map(Pattern::compile)),
                Attribution.NONE,
                Announcements.NONE,
                limits.errors());
    }

    void start() {
        if (config.watch().enabled()) {
            webhook.ifPresent(Webhook::start);
            watch.start();
            canary.ifPresent(Canary::start);
        }
    }

    /** What blinds the watch. */
    List<String> problems() {
        return watch.problems();
    }

    /** The fleet has changed, or who leads. */
    void onChange() {
        watch.onChange();
    }

    private void onCanary(Canary.Outcome outcome) {
        meters.canary(outcome);
        if (outcome.isLoss()) {
            watch.onCanaryGone(
                    outcome == Canary.Outcome.TABLE_GONE
                            ? "its table is gone"
                            : "the row that was written is gone");
        }
    }

    /** Counts, and tells people. */
    private final class Listener implements WatchListener {
        @Override
        public void onStatement(StatementOutcome outcome) {
            meters.onStatement(outcome);
        }

        @Override
        public void onHint(Hint.Kind kind) {
            meters.onHint(kind);
        }

        @Override
        public void onIncident(LossFinding finding, IncidentSink.Outcome outcome) {
            meters.onIncident(finding, outcome);
            Webhook.Event event =
                    outcome == IncidentSink.Outcome.OPENED
                            ? Webhook.Event.OPENED
                            : Webhook.Event.AMENDED;
            webhook.ifPresent(
                    one ->
                            one.tell(
                                    event,
                                    finding.incident(
                                            config.cluster(),
                                            IncidentLimit.CONTAIN,
                                            clock.instant())));
        }

        @Override
        public void onClosed(IncidentId incident) {
            meters.onClosed(incident);
            webhook.ifPresent(one -> one.closed(config.cluster(), incident));
        }

        @Override
        public void onInventory(Duration took, long tables) {
            meters.onInventory(took, tables);
        }

        @Override
        public void onUnreadable() {
            meters.onUnreadable();
        }
    }

    @Override
    public void close() {
        canary.ifPresent(Canary::close);
        watch.close();
        webhook.ifPresent(Webhook::close);
    }
}
