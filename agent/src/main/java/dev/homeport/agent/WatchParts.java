package dev.homeport.agent;

import dev.homeport.agent.config.AgentConfig;
import dev.homeport.agent.config.WatchConfig;
import dev.homeport.agent.config.WebhookConfig;
import dev.homeport.agent.election.ClusterElection;
import dev.homeport.agent.metrics.WatchMeters;
import dev.homeport.agent.probe.JdbcProbe;
import dev.homeport.agent.purge.PurgeHold;
import dev.homeport.agent.routers.MissingTablePoll;
import dev.homeport.agent.routers.RouterAttribution;
import dev.homeport.agent.routers.RouterClient;
import dev.homeport.agent.watch.DataLossWatch;
import dev.homeport.agent.watch.FleetAnnouncements;
import dev.homeport.agent.watch.Ownership;
import dev.homeport.agent.watch.PatternOwnership;
import dev.homeport.agent.watch.TenantsOfTheFleet;
import dev.homeport.agent.watch.Term;
import dev.homeport.agent.watch.ZnodeIncidents;
import dev.homeport.agent.watch.ZnodeWatchStore;
import dev.homeport.agent.watch.binlog.BinlogReader;
import dev.homeport.agent.watch.binlog.NameCase;
import dev.homeport.agent.watch.canary.Canary;
import dev.homeport.agent.watch.judge.WatchPolicy;
import dev.homeport.agent.watch.notify.IncidentNews;
import dev.homeport.agent.watch.notify.Webhook;
import dev.homeport.quarantine.PurgePlan;
import dev.homeport.quarantine.account.AccountLinks;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The data-loss watch with all that belongs to it: a part of the composition root. */
final class WatchParts implements AutoCloseable {
    /** Above all ids that people give, and different for each agent. */
    private static final long FIRST_SERVER_ID = 0x7000_0000L;

    private static final int SERVER_IDS = 0x0fff_ffff;

    private final AgentConfig config;
    private final ZooKeeperFleet fleet;
    private final WatchMeters meters;
    private final Optional<Webhook> webhook;
    private final IncidentNews news;
    private final RouterClient routers;
    private final DataLossWatch watch;
    private final MissingTablePoll missingTables;
    private final PurgeHold purgeHold;
    private final Optional<Canary> canary;

    WatchParts(
            AgentConfig config,
            ZooKeeperFleet fleet,
            AccountLinks links,
            ClusterElection election,
            WatchMeters meters,
            Clock clock) {
        this.config = config;
        this.fleet = fleet;
        this.meters = meters;
        WatchConfig section = config.watch();
        this.webhook = section.webhook().map(one -> new Webhook(one, clock, meters::webhook));
        this.news =
                new IncidentNews(
                        config.cluster(),
                        election::isLeader,
                        webhook,
                        section.webhook()
                                .map(WebhookConfig::giveUpAfter)
                                .orElse(WebhookConfig.DEFAULT_GIVE_UP_AFTER),
                        clock);
        this.routers =
                new RouterClient(
                        () -> fleet.reports().routers().values(),
                        config.routers(),
                        RouterAttribution.DEADLINE,
                        meters::router);
        var term = new Term(election::leaderZnode);
        this.watch =
                new DataLossWatch(
                        config.cluster(),
                        sources(links, term),
                        rules(),
                        outlets(term, clock),
                        clock);
        this.missingTables =
                new MissingTablePoll(
                        config.cluster(), routers, election::isLeader, watch::onMissingTableErrors);
        this.purgeHold =
                new PurgeHold(
                        config.cluster(),
                        fleet.source()::current,
                        election::leaderZnode,
                        instance -> JdbcProbe.dataSource(instance, links, config.probe()),
                        fleet.client());
        this.canary =
                section.canary()
                        .map(
                                one ->
                                        new Canary(
                                                config.cluster(),
                                                one,
                                                config.tls(),
                                                election::isLeader,
                                                this::onCanary));
        meters.bind(watch, news);
    }

    private DataLossWatch.Sources sources(AccountLinks links, Term term) {
        return new DataLossWatch.Sources(
                this::cluster,
                term,
                instance -> JdbcProbe.dataSource(instance, links, config.probe()),
                new BinlogReader.Login(
                        config.probe().user(), config.probe().password(), serverId(), links),
                config.watch().inventoryFile(),
                config.watch().inventoryInterval());
    }

    private Optional<ClusterSnapshot> cluster() {
        return fleet.source().current().flatMap(one -> one.cluster(config.cluster()));
    }

    private List<InstanceId> instances() {
        return cluster()
                .map(one -> one.definition().instances().stream().map(Instance::id).toList())
                .orElse(List.of());
    }

    /** The same at each start, so that the server ends the stream that a dead agent left behind. */
    private long serverId() {
        return FIRST_SERVER_ID
                + Math.floorMod((config.cluster() + " " + config.id()).hashCode(), SERVER_IDS);
    }

    private DataLossWatch.Outlets outlets(Term term, Clock clock) {
        return new DataLossWatch.Outlets(
                new ZnodeIncidents(
                        config.cluster(),
                        fleet.incidents(),
                        () -> cluster().map(ClusterSnapshot::definition),
                        term::inForce,
                        clock),
                new ZnodeWatchStore(fleet.client(), config.cluster(), term::inForce),
                meters);
    }

    private DataLossWatch.Rules rules() {
        WatchConfig.Limits limits = config.watch().limits();
        Ownership ownership = ownership();
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
                ownership,
                new RouterAttribution(config.cluster(), this::instances, routers),
                new FleetAnnouncements(fleet.source()::current, ownership, this::nameCase),
                limits.errors());
    }

    /** Asked on the watch's thread only, which is there by then. */
    private NameCase nameCase() {
        return watch.nameCase();
    }

    private Ownership ownership() {
        WatchConfig.Ownership patterns = config.watch().ownership();
        return new TenantsOfTheFleet(
                new PatternOwnership(
                        Pattern.compile(patterns.schema()),
                        patterns.table().map(Pattern::compile),
                        patterns.tenant().map(Pattern::compile)),
                fleet.source()::current);
    }

    void start() {
        webhook.ifPresent(Webhook::start);
        purgeHold.start();
        if (config.watch().enabled()) {
            watch.start();
            missingTables.start();
            canary.ifPresent(Canary::start);
        }
    }

    /** What blinds the watch, and what it could not hold. */
    List<String> problems() {
        return Stream.of(watch.problems(), routers.problems(), purgeHold.problems())
                .flatMap(List::stream)
                .toList();
    }

    /** The fleet has changed, or who leads. */
    void onChange() {
        fleet.source().current().ifPresent(this::onFleet);
    }

    private void onFleet(FleetSnapshot snapshot) {
        watch.onChange();
        news.onFleet(snapshot);
    }

    /** Something has left the quarantine for good before its time. */
    void onPurgedEarly(PurgePlan.Purge purge) {
        webhook.ifPresent(one -> one.purged(config.cluster(), purge));
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

    @Override
    public void close() {
        canary.ifPresent(Canary::close);
        missingTables.close();
        watch.close();
        purgeHold.close();
        routers.close();
        webhook.ifPresent(Webhook::close);
    }
}
