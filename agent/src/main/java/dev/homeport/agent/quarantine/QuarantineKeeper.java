package dev.homeport.agent.quarantine;

import dev.homeport.quarantine.DiskSpace;
import dev.homeport.quarantine.Fate;
import dev.homeport.quarantine.HeldTable;
import dev.homeport.quarantine.JdbcQuarantine;
import dev.homeport.quarantine.NameKind;
import dev.homeport.quarantine.PurgePlan;
import dev.homeport.quarantine.PurgePolicy;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the quarantine of one cluster while its agent leads: finishes what a router left when
 * it died, and lets go, little by little, of what has been kept long enough. On a thread of its
 * own. That two agents believe to lead does no harm: each step is taken under the server's own
 * locks. Nor does a clock that jumps: the time is what all of {@link PurgeClocks} have reached.
 */
public final class QuarantineKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QuarantineKeeper.class);

    /** A round drops so many small tables at most: a server that drops them stalls others. */
    static final int MOST_AT_ONCE = 20;

    /** Or one that is larger. */
    private static final long MOST_BYTES_AT_ONCE = 64L << 20;

    /** From the end of a round to the next. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** The same while more has to go: gently, and yet faster than projects fill it. */
    static final Duration NEXT = Duration.ofMillis(300);

    /** What is younger may still be finished by who began it. */
    private static final Duration LEFT_ALONE = Duration.ofSeconds(30);

    /** How long it is remembered what became of a table that is not held any more. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    private static final double DISK_FREE = 0.1;

    private final ClusterId cluster;
    private final FleetSource fleet;
    private final BooleanSupplier leads;
    private final Function<Instance, JdbcQuarantine> quarantines;
    private final Function<InstanceId, DiskSpace> disks;
    private final Listener listener;
    private final QuarantineMeters meters;
    private final PurgeClocks clocks;
    private final ScheduledExecutorService executor =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("quarantine").factory());
    private boolean hasComplained;
    private boolean clocksDiffer;

    /** Is told what happens here, on the keeper's thread; must not block for long. */
    public interface Listener {
        /** It has gone for good. */
        void onPurged(PurgePlan.Purge purge);

        /**
         * What a rule let be dropped was to go for good, but its name is taken again: it is kept as
         * long as anything is.
         */
        void onMadeAgain(HeldTable table);
    }

    /**
     * @param leads whether this agent leads at this moment
     * @param quarantines that of an instance, to be closed after use
     * @param disks how full the disk of an instance is, as far as this machine can tell
     */
    public QuarantineKeeper(
            ClusterId cluster,
            FleetSource fleet,
            BooleanSupplier leads,
            Function<Instance, JdbcQuarantine> quarantines,
            Function<InstanceId, DiskSpace> disks,
            Listener listener,
            QuarantineMeters meters,
            PurgeClocks clocks) {
        this.cluster = cluster;
        this.fleet = fleet;
        this.leads = leads;
        this.quarantines = quarantines;
        this.disks = disks;
        this.listener = listener;
        this.meters = meters;
        this.clocks = clocks;
    }

    /** Begins with its rounds. */
    public void start() {
        schedule(INTERVAL);
    }

    private void schedule(Duration pause) {
        try {
            executor.schedule(
                    () -> schedule(round() ? NEXT : INTERVAL),
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.trace("closed");
        }
    }

    /** One round, if this agent leads and there is a primary; returns whether more has to go. */
    boolean round() {
        try {
            Optional<FleetSnapshot> picture = fleet.current();
            if (leads.getAsBoolean() && picture.isPresent()) {
                return primary(picture.get())
                        .map(one -> look(one, picture.get().guard().policy()))
                        .orElse(false);
            }
            // Whoever leads now tells whether they differ.
            clocksDiffer = false;
            meters.clocksApart(Duration.ZERO);
        } catch (RuntimeException e) {
            meters.failed();
            log.atError().setCause(e).log("a round of the quarantine failed");
        }
        return false;
    }

    private Optional<Instance> primary(FleetSnapshot picture) {
        return picture.cluster(cluster)
                .filter(one -> one.health() == Health.HEALTHY || one.health() == Health.DEGRADED)
                .flatMap(ClusterSnapshot::primary);
    }

    private boolean look(Instance primary, GuardPolicy rules) {
        try (JdbcQuarantine quarantine = quarantines.apply(primary)) {
            recover(quarantine);
            Instant now = time(quarantine);
            boolean isMore = purge(quarantine, rules, disks.apply(primary.id()), now);
            quarantine.forget(now.minus(REMEMBERED));
            hasComplained = false;
            return isMore;
        } catch (QuarantineException | TopologyException e) {
            meters.failed();
            if (!hasComplained) {
                hasComplained = true;
                log.atWarn()
                        .addKeyValue("cluster", cluster)
                        .addKeyValue("instance", primary.id())
                        .addKeyValue("reason", e.getMessage())
                        .log("the quarantine cannot be looked after (said once until it can)");
            }
            return false;
        }
    }

    private void recover(JdbcQuarantine quarantine) throws QuarantineException {
        List<Fate> fates = quarantine.recover(LEFT_ALONE);
        meters.recovered(fates.size());
        for (Fate fate : fates) {
            log.atWarn()
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("table", fate.table())
                    .addKeyValue("id", fate.id())
                    .addKeyValue("held", fate.held())
                    .log("a table that a router had set aside and left");
        }
    }

    /** What all clocks have reached; says so when they begin to differ, and when it is over. */
    private Instant time(JdbcQuarantine quarantine) throws QuarantineException, TopologyException {
        ClockReadings read = clocks.read(quarantine.serverTime());
        meters.clocksApart(read.apart());
        if (read.differ(clocksDiffer) != clocksDiffer) {
            clocksDiffer = !clocksDiffer;
            (clocksDiffer ? log.atWarn() : log.atInfo())
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("clocks", read.times())
                    .log(
                            clocksDiffer
                                    ? "clocks differ: what is held goes by the earliest of them"
                                    : "clocks agree again");
        }
        return read.earliest();
    }

    /** Some small tables or one large one; returns whether more has to go. */
    private boolean purge(JdbcQuarantine quarantine, GuardPolicy rules, DiskSpace disk, Instant now)
            throws QuarantineException {
        List<HeldTable> held = quarantine.list();
        meters.held(held.size(), held.stream().mapToLong(HeldTable::bytes).sum());
        List<PurgePlan.Purge> plan = PurgePlan.of(held, policy(rules), disk, now).purges();
        int looked = 0;
        long bytes = 0;
        for (PurgePlan.Purge next : plan) {
            bytes += next.table().bytes();
            if (looked == MOST_AT_ONCE || (looked > 0 && bytes > MOST_BYTES_AT_ONCE)) {
                return true;
            }
            looked++;
            if (!purge(quarantine, next, rules)) {
                return false; // It is in use: later.
            }
        }
        return false;
    }

    private boolean purge(JdbcQuarantine quarantine, PurgePlan.Purge next, GuardPolicy rules)
            throws QuarantineException {
        if (next.reason() == PurgePlan.Reason.EXPIRED
                && keepsMadeAgain(quarantine, next.table(), rules)) {
            return true;
        }
        boolean isGone = quarantine.purgeOne(next.table().id());
        if (isGone) {
            meters.purged(next.reason());
            listener.onPurged(next);
            (next.reason() == PurgePlan.Reason.EXPIRED ? log.atInfo() : log.atWarn())
                    .addKeyValue("cluster", cluster)
                    .addKeyValue("project", next.table().project())
                    .addKeyValue("table", next.table().table())
                    .addKeyValue("id", next.table().id())
                    .addKeyValue("reason", Words.of(next.reason()))
                    .log("purged from quarantine");
        }
        return isGone;
    }

    /**
     * A DROP that a rule allows is kept for a moment only, in case a CREATE of the same name
     * follows: over whichever router, or none.
     */
    private boolean keepsMadeAgain(JdbcQuarantine quarantine, HeldTable table, GuardPolicy rules)
            throws QuarantineException {
        boolean isForAMoment =
                table.statement() == StatementClass.DROP_TABLE
                        && table.keepUntil().isBefore(table.droppedAt().plus(rules.retention()));
        if (!isForAMoment
                || quarantine.kinds(Set.of(table.table())).get(table.table()) != NameKind.TABLE) {
            return false;
        }
        List<HeldTable> kept =
                quarantine.keepMadeAgain(table.project(), table.table(), rules.retention());
        kept.forEach(listener::onMadeAgain);
        return kept.stream().anyMatch(one -> one.id() == table.id());
    }

    /** As the fleet's rules spell it, no quota is none. */
    private static PurgePolicy policy(GuardPolicy rules) {
        return new PurgePolicy(
                rules.retention(),
                rules.quotaBytes() == 0 ? Long.MAX_VALUE : rules.quotaBytes(),
                rules.generations(),
                DISK_FREE);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
