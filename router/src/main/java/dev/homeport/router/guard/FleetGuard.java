package dev.homeport.router.guard;

import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.Fate;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.NameKind;
import dev.homeport.quarantine.Quarantine;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.SetAside;
import dev.homeport.topology.Approval;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardRule;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import dev.homeport.topology.Words;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The guard of a router, by the rules of the fleet. Thread-safe. */
public final class FleetGuard implements Guard {
    private static final Logger log = LoggerFactory.getLogger(FleetGuard.class);

    /** How long the guard waits for what other sessions hold; then the session itself waits on. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

    /** The server notices late that a client has left while it executes a statement. */
    private static final Duration LOST_SESSION_WAIT = Duration.ofSeconds(10);

    private final FleetSource fleet;
    private final GuardRecords records;
    private final QuarantineDesk desk;
    private final RecentStatements recent;
    private final GuardMeters meters;
    private final Clock clock;
    private final DropHistory history = new DropHistory();

    /**
     * @param quarantines the quarantine of each instance
     * @param blocking a thread for each task
     */
    public FleetGuard(
            FleetSource fleet,
            GuardRecords records,
            Function<Instance, Quarantine> quarantines,
            Executor blocking,
            RecentStatements recent,
            GuardMeters meters,
            Clock clock) {
        this.fleet = fleet;
        this.records = records;
        this.desk = new QuarantineDesk(quarantines, blocking);
        this.recent = recent;
        this.meters = meters;
        this.clock = clock;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public boolean mayConcern(StatementClass kind) {
        if (kind != StatementClass.OPAQUE) {
            return true; // agents ask who did it
        }
        for (GuardRule rule : state().policy().rules()) {
            if (rule.otherwise().isPresent() || rule.actions().containsKey(kind)) {
                return true;
            }
        }
        return false;
    }

    private GuardState state() {
        return fleet.current().map(FleetSnapshot::guard).orElse(GuardState.DEFAULT);
    }

    @Override
    public CompletableFuture<JudgedStatement> judge(DestructiveAct act) {
        // The agents read the binary log, perhaps before this router reads the server's answer:
        // they must find the statement here by then.
        return decide(act)
                .thenApply(
                        decision ->
                                new JudgedStatement(
                                        recent.add(act, decision, clock.instant()), act, decision));
    }

    private CompletableFuture<GuardDecision> decide(DestructiveAct act) {
        GuardState state = state();
        Instant now = clock.instant();
        Judgement judgement = GuardJudge.judge(state, act, history, now);
        String note = note(judgement);
        judgement
                .suspicion()
                .ifPresent(
                        suspicion -> records.suspicious(act, suspicion.text(), judgement.tenant()));
        return switch (judgement.action()) {
            case ALLOW, LOG -> decided(allowed(state.policy(), act, judgement, note));
            case QUARANTINE -> decided(keep(state, note));
            case APPROVE -> approved(state, act, judgement, note, now);
            case REFUSE ->
                    decided(
                            new GuardDecision.Refuse(
                                    "a rule of the fleet forbids " + Words.of(act.kind()), note));
        };
    }

    /** A table that is made again behind its DROP was not meant to go: that shows only then. */
    private static GuardDecision allowed(
            GuardPolicy policy, DestructiveAct act, Judgement judgement, String note) {
        Ruling ruling = judgement.rulingOfPass();
        return ruling == Ruling.ALLOWED
                        && act.kind() == StatementClass.DROP_TABLE
                        && policy.memory().isPositive()
                ? new GuardDecision.Hold(policy.memory(), note)
                : new GuardDecision.Pass(ruling, note);
    }

    private CompletableFuture<GuardDecision> approved(
            GuardState state, DestructiveAct act, Judgement judgement, String note, Instant now) {
        Optional<Approval> approval =
                state.approvalFor(act.project(), act.kind(), act.tables(), now);
        if (approval.isEmpty()) {
            return decided(notApproved(act, note));
        }
        return records.use(approval.get().id())
                .thenApply(
                        wasGood -> {
                            if (!wasGood) {
                                return notApproved(act, note);
                            }
                            String approvedNote =
                                    joined(note, "approved by " + approval.get().id());
                            return judgement.suspicion().isPresent()
                                    ? keep(state, approvedNote)
                                    : new GuardDecision.Pass(Ruling.APPROVED, approvedNote);
                        });
    }

    private static GuardDecision notApproved(DestructiveAct act, String note) {
        return new GuardDecision.Refuse(
                "an operator has to approve %s of project %s before"
                        .formatted(Words.of(act.kind()), act.project()),
                note);
    }

    private static GuardDecision keep(GuardState state, String note) {
        return new GuardDecision.Keep(state.policy().retention(), note);
    }

    private static String note(Judgement judgement) {
        List<String> parts = new ArrayList<>();
        judgement.suspicion().ifPresent(one -> parts.add("suspicious: " + one.text()));
        judgement.announcement().ifPresent(one -> parts.add("announced: " + one));
        if (judgement.action() != judgement.wanted()) {
            parts.add("observed only, would be: " + Words.of(judgement.wanted()));
        } else if (judgement.action() == GuardAction.LOG) {
            parts.add("by rule: log");
        }
        return String.join("; ", parts);
    }

    private static String joined(String note, String more) {
        return note.isEmpty() ? more : note + "; " + more;
    }

    private static CompletableFuture<GuardDecision> decided(GuardDecision decision) {
        return CompletableFuture.completedFuture(decision);
    }

    @Override
    public void done(JudgedStatement judged, Outcome outcome) {
        DestructiveAct act = judged.act();
        Instant now = clock.instant();
        recent.done(judged.number(), outcome, now);
        meters.done(act.kind(), outcome);
        Ruling ruling = judged.decision().ruling();
        boolean isGone = outcome == Outcome.EXECUTED || outcome == Outcome.QUARANTINED;
        if (isGone
                && act.kind() == StatementClass.DROP_TABLE
                && (ruling == Ruling.ALLOWED || ruling == Ruling.OBSERVED)) {
            history.passed(act, outcome == Outcome.QUARANTINED, now);
        }
        if (isGone && act.kind().canBeQuarantined()) {
            int tables = Math.max(1, act.tables().size());
            history.dropped(act.project(), Optional.empty(), tables, now);
            var policy = state().policy();
            for (TableName table : act.tables()) {
                Optional<String> tenant = policy.tenantOf(table.table());
                if (tenant.isPresent()) {
                    history.dropped(act.project(), tenant, 1, now);
                }
            }
        }
        log.atInfo()
                .addKeyValue("project", act.project())
                .addKeyValue("cluster", act.cluster())
                .addKeyValue("statement", Words.of(act.kind()))
                .addKeyValue("tables", act.tables().size())
                .addKeyValue("outcome", Words.of(outcome))
                .addKeyValue("note", judged.decision().note())
                .log("destructive statement");
    }

    @Override
    public void created(ProjectId project, TableName table) {
        GuardPolicy policy = state().policy();
        history.created(project, table, policy.memory(), clock.instant())
                .ifPresent(
                        drop -> {
                            if (drop.isHeld()) {
                                keepLonger(drop.act(), table, policy);
                            } else {
                                madeAgain(drop.act(), table, "nothing of it was kept", policy);
                            }
                        });
    }

    /** Of a table without rows nothing was lost. */
    private void keepLonger(DestructiveAct drop, TableName table, GuardPolicy policy) {
        desk.ask(
                        drop.instance(),
                        quarantine ->
                                quarantine.keepMadeAgain(drop.project(), table, policy.retention()))
                .whenComplete(
                        (kept, thrown) -> {
                            if (thrown != null) {
                                madeAgain(
                                        drop,
                                        table,
                                        "it is kept for %s from then only"
                                                .formatted(policy.memory()),
                                        policy);
                            } else if (!kept.isEmpty()) {
                                madeAgain(drop, table, "what was in it is kept", policy);
                            }
                        });
    }

    private void madeAgain(
            DestructiveAct drop, TableName table, String consequence, GuardPolicy policy) {
        records.suspicious(
                drop,
                "%s was made again a moment later, and %s".formatted(table, consequence),
                policy.tenantOf(table.table()));
    }

    @Override
    public CompletableFuture<Void> createFailed(ProjectId project, TableName table) {
        onCreateFailed(project, table);
        return records.tellOthers(project, table);
    }

    /** Another router says that a CREATE TABLE failed there. */
    public void onCreateFailed(ProjectId project, TableName table) {
        history.createFailed(project, table, clock.instant());
    }

    @Override
    public CompletableFuture<Map<TableName, NameKind>> kinds(
            Instance instance, Set<TableName> names) {
        return desk.ask(instance, quarantine -> quarantine.kinds(names));
    }

    @Override
    public CompletableFuture<SetAside> begin(Instance instance, Deed deed, Intention intention) {
        return desk.ask(instance, quarantine -> quarantine.begin(deed, intention, LOCK_WAIT));
    }

    @Override
    public CompletableFuture<List<Fate>> finish(
            Instance instance, Deed deed, SetAside aside, boolean isSessionGone) {
        return desk.ask(
                instance,
                quarantine ->
                        isSessionGone
                                ? finishWithout(quarantine, deed, aside)
                                : quarantine.finish(aside));
    }

    private static List<Fate> finishWithout(Quarantine quarantine, Deed deed, SetAside aside)
            throws QuarantineException {
        boolean isOver = false;
        try {
            isOver = quarantine.awaitEnd(deed.threadId(), LOST_SESSION_WAIT);
        } finally {
            if (!isOver) {
                quarantine.abandon(aside);
            }
        }
        if (!isOver) {
            throw new QuarantineException(
                    QuarantineException.Reason.LOCKED,
                    "the session that was lost still runs its statement");
        }
        return quarantine.finish(aside);
    }
}
