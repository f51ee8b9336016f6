package dev.homeport.router.guard;

import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Words;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the guard shares, over ZooKeeper and the other routers. Thread-safe. */
public final class SharedGuardRecords implements GuardRecords {
    private static final Logger log = LoggerFactory.getLogger(SharedGuardRecords.class);

    /** The same suspicion opens no second incident for so long. */
    static final Duration QUIET = Duration.ofMinutes(10);

    private static final int MOST_REMEMBERED = 10_000;

    private final Approvals approvals;
    private final Incidents incidents;
    private final BiFunction<ProjectId, TableName, CompletableFuture<Void>> others;
    private final Executor blocking;
    private final Clock clock;
    private final Map<Said, Instant> said =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Said, Instant> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            };

    /** Uses up one statement of an approval; blocks. */
    @FunctionalInterface
    public interface Approvals {
        boolean use(ApprovalId approval) throws TopologyException;
    }

    /** Opens an incident that limits nothing; blocks. */
    @FunctionalInterface
    public interface Incidents {
        void open(Incident incident) throws TopologyException;
    }

    private record Said(ProjectId project, List<TableName> tables) {}

    /**
     * @param others tells other routers that a CREATE TABLE failed; never fails
     * @param blocking a thread for each task
     */
    public SharedGuardRecords(
            Approvals approvals,
            Incidents incidents,
            BiFunction<ProjectId, TableName, CompletableFuture<Void>> others,
            Executor blocking,
            Clock clock) {
        this.approvals = approvals;
        this.incidents = incidents;
        this.others = others;
        this.blocking = blocking;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Boolean> use(ApprovalId approval) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return approvals.use(approval);
                    } catch (TopologyException e) {
                        log.atWarn()
                                .addKeyValue("approval", approval)
                                .addKeyValue("reason", e.getMessage())
                                .log("an approval could not be used");
                        return false;
                    }
                },
                blocking);
    }

    @Override
    public void suspicious(DestructiveAct act, String why, Optional<String> tenant) {
        Instant now = clock.instant();
        if (isNew(new Said(act.project(), act.tables()), now)) {
            blocking.execute(() -> open(incident(act, why, tenant, now)));
        }
    }

    private synchronized boolean isNew(Said what, Instant now) {
        Instant before = said.get(what);
        if (before != null && before.plus(QUIET).isAfter(now)) {
            return false;
        }
        said.remove(what);
        said.put(what, now);
        return true;
    }

    private static Incident incident(
            DestructiveAct act, String why, Optional<String> tenant, Instant now) {
        return Incident.suspiciousDrop(
                IncidentId.of(now, act.cluster(), ThreadLocalRandom.current().nextInt()),
                act.cluster(),
                new IncidentScope(
                        Set.of(act.project()), tenant.stream().toList(), act.tables(), false),
                now,
                now,
                "%s of project %s from %s".formatted(act.user(), act.project(), act.client()),
                -1,
                Words.of(act.kind()) + " looks like a mistake: " + why);
    }

    private void open(Incident incident) {
        try {
            incidents.open(incident);
        } catch (TopologyException e) {
            log.atWarn()
                    .addKeyValue("incident", incident.id())
                    .addKeyValue("reason", e.getMessage())
                    .log("what looked like a mistake could not be told");
        }
    }

    @Override
    public CompletableFuture<Void> tellOthers(ProjectId project, TableName table) {
        return others.apply(project, table);
    }
}
