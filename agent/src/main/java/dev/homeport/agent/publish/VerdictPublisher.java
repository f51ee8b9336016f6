package dev.homeport.agent.publish;

import dev.homeport.agent.election.ClusterElection;
import dev.homeport.agent.plan.VerdictPlanner;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.Words;
import dev.homeport.topology.zk.Versioned;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this agent leads: reads the verdict that stands in ZooKeeper, plans the one that should,
 * and writes it if it differs. Does so after each change and, in case one was missed or a write
 * failed, again and again. While nobody reports, nobody knows anything, and nothing is written.
 */
public final class VerdictPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerdictPublisher.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    /** What came of a publication. */
    public enum Outcome {
        PUBLISHED,
        /** Somebody else wrote, or leads; it is planned anew. */
        CONFLICT,
        /** ZooKeeper did not answer; whether it was written may be unknown. It is read again. */
        UNAVAILABLE
    }

    private final ClusterId cluster;
    private final ZooKeeperFleet fleet;
    private final ClusterElection election;
    private final EpochKeeper epochs;
    private final Supplier<List<String>> problems;
    private final Supplier<OptionalLong> dataBytes;
    private final Clock clock;
    private final Consumer<Outcome> onOutcome;

    private final AtomicBoolean isDue = new AtomicBoolean();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("verdict").factory());
    private Optional<Outcome> last = Optional.empty(); // of the thread only

    /**
     * @param epochs where the epoch is kept besides ZooKeeper
     * @param problems what else is wrong with the cluster, for people; the words stay the same
     *     while the causes do
     * @param dataBytes what the data take, as far as that is known; must not change all the time
     * @param onOutcome called after each attempt to write, on this object's thread
     */
    public VerdictPublisher(
            ClusterId cluster,
            ZooKeeperFleet fleet,
            ClusterElection election,
            EpochKeeper epochs,
            Supplier<List<String>> problems,
            Supplier<OptionalLong> dataBytes,
            Clock clock,
            Consumer<Outcome> onOutcome) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.election = election;
        this.epochs = epochs;
        this.problems = problems;
        this.dataBytes = dataBytes;
        this.clock = clock;
        this.onOutcome = onOutcome;
    }

    /**
     * Starts to look.
     *
     * @param interval from one look to the next when nothing seems to change
     */
    public void start(Duration interval) {
        thread.scheduleWithFixedDelay(this::onChange, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Something that a verdict rests on may have changed. Never blocks. */
    public void onChange() {
        if (isDue.compareAndSet(false, true)) {
            try {
                thread.execute(this::look);
            } catch (RejectedExecutionException e) {
                log.trace("closed");
            }
        }
    }

    private void look() {
        isDue.set(false);
        try {
            publishIfNew();
        } catch (TopologyException e) {
            done(
                    e.reason() == TopologyException.Reason.UNAVAILABLE
                            ? Outcome.UNAVAILABLE
                            : Outcome.CONFLICT,
                    e.getMessage());
        } catch (RuntimeException e) {
            // A bug must not end the loop: the next look may go well.
            log.atError().addKeyValue("cluster", cluster).setCause(e).log("verdict not planned");
        }
    }

    private void publishIfNew() throws TopologyException {
        Optional<String> leaderZnode = election.leaderZnode();
        Optional<ClusterSnapshot> snapshot =
                fleet.source().current().flatMap(picture -> picture.cluster(cluster));
        // Whoever leads anew after a lost connection may remember agents that have seen more since.
        boolean isAgreeing = fleet.reports().agreement().holds();
        Map<AgentId, AgentReport> observed =
                fleet.reports().agents().getOrDefault(cluster, Map.of());
        if (leaderZnode.isEmpty() || snapshot.isEmpty() || !isAgreeing || observed.isEmpty()) {
            return;
        }
        Versioned<Optional<Verdict>> standing = fleet.verdicts().read(cluster);
        // Where it was deleted or garbled by hand the last good one counts: epochs never fall.
        Verdict previous = standing.value().orElse(snapshot.get().verdict());
        OptionalLong size = dataBytes.get();
        Verdict verdict =
                plan(snapshot.get().definition(), observed, previous)
                        .with(size.isPresent() ? size : previous.dataBytes());
        if (!standing.value().equals(Optional.of(verdict))) {
            fleet.verdicts().publish(cluster, verdict, standing.version(), leaderZnode.get());
            tell(previous, verdict);
            done(Outcome.PUBLISHED, "");
        }
    }

    /** A new primary gets an epoch above the one that the cluster itself has kept. */
    private Verdict plan(
            ClusterDefinition definition, Map<AgentId, AgentReport> observed, Verdict previous) {
        List<String> also = problems.get();
        Verdict verdict =
                VerdictPlanner.plan(definition, observed, previous, 0, also, clock.instant());
        Optional<Long> floor =
                verdict.epoch() == previous.epoch()
                        ? Optional.empty()
                        : verdict.primary().flatMap(definition::instance).map(epochs::read);
        if (floor.isEmpty()) {
            return verdict;
        }
        Verdict raised =
                VerdictPlanner.plan(
                        definition, observed, previous, floor.get(), also, clock.instant());
        raised.primary()
                .flatMap(definition::instance)
                .ifPresent(primary -> epochs.write(primary, raised.epoch()));
        return raised;
    }

    private void tell(Verdict previous, Verdict verdict) {
        boolean isNews =
                verdict.health() != previous.health()
                        || !verdict.primary().equals(previous.primary());
        (isNews ? log.atInfo() : log.atDebug())
                .addKeyValue("cluster", cluster)
                .addKeyValue("health", Words.of(verdict.health()))
                .addKeyValue("primary", verdict.primary().map(Object::toString).orElse("none"))
                .addKeyValue("epoch", verdict.epoch())
                .addKeyValue("reason", verdict.reason())
                .log("verdict published");
    }

    /** Counts the outcome; logs a failure when it is the first of its kind in a row. */
    private void done(Outcome outcome, String reason) {
        if (outcome != Outcome.PUBLISHED && !last.equals(Optional.of(outcome))) {
            log.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("outcome", Words.of(outcome))
                    .addKeyValue("reason", reason)
                    .log("verdict not published");
        }
        last = Optional.of(outcome);
        onOutcome.accept(outcome);
    }

    /** Ends it, and waits a moment for a write that is under way. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .log("a verdict is still being written");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
