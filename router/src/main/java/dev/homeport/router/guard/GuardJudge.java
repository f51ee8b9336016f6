package dev.homeport.router.guard;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.GuardAction;
import dev.homeport.topology.GuardBudgets;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.GuardSubject;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What becomes of a statement that can destroy data, by the rules and by what came before. Changes
 * nothing: the same rules, statement and history give the same judgement.
 */
final class GuardJudge {
    private GuardJudge() {}

    static Judgement judge(GuardState state, DestructiveAct act, DropHistory history, Instant now) {
        GuardPolicy policy = state.policy();
        Optional<String> tenant = tenantOf(policy, act);
        Optional<Announcement> announcement = state.announcementOf(act.project(), tenant, now);
        GuardAction byRule = byRule(policy, act);
        Optional<Suspicion> suspicion =
                act.kind().canBeQuarantined()
                        ? suspicion(policy, act, tenant, history, announcement.isPresent(), now)
                        : Optional.empty();
        GuardAction wanted =
                suspicion.isPresent() && byRule.compareTo(GuardAction.QUARANTINE) < 0
                        ? GuardAction.QUARANTINE
                        : byRule;
        return new Judgement(
                policy.inForce(wanted),
                wanted,
                suspicion,
                tenant,
                announcement.map(Announcement::id));
    }

    /** The strictest of what the rules say of each table. */
    private static GuardAction byRule(GuardPolicy policy, DestructiveAct act) {
        var subject = new GuardSubject(act.project(), act.cluster(), act.user());
        return named(act).stream()
                .map(table -> policy.actionFor(subject, act.kind(), table))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static List<TableName> named(DestructiveAct act) {
        if (!act.tables().isEmpty()) {
            return act.tables();
        }
        return List.of(
                act.kind() == StatementClass.DROP_DATABASE
                        ? new TableName(act.schema(), "")
                        : TableName.NONE);
    }

    private static Optional<String> tenantOf(GuardPolicy policy, DestructiveAct act) {
        Set<Optional<String>> tenants =
                act.tables().stream()
                        .map(table -> policy.tenantOf(table.table()))
                        .collect(Collectors.toSet());
        return tenants.size() == 1 ? tenants.iterator().next() : Optional.empty();
    }

    private static Optional<Suspicion> suspicion(
            GuardPolicy policy,
            DestructiveAct act,
            Optional<String> tenant,
            DropHistory history,
            boolean announced,
            Instant now) {
        for (TableName table : act.tables()) {
            if (history.hasFailed(act.project(), table, policy.memory(), now)) {
                return Optional.of(new Suspicion.FailedCreate(table));
            }
            if (history.wasMadeAgain(act.project(), table, policy.memory(), now)) {
                return Optional.of(new Suspicion.MadeAgain(table));
            }
            if (policy.isShared(table)) {
                return Optional.of(new Suspicion.SharedTable(table));
            }
        }
        return announced ? Optional.empty() : burst(policy.burst(), act, tenant, history, now);
    }

    private static Optional<Suspicion> burst(
            GuardBudgets budget,
            DestructiveAct act,
            Optional<String> tenant,
            DropHistory history,
            Instant now) {
        int more = Math.max(1, act.tables().size());
        int ofProject =
                more + history.droppedWithin(act.project(), Optional.empty(), budget.window(), now);
        if (ofProject > budget.tables()) {
            return Optional.of(
                    new Suspicion.Burst("project " + act.project(), ofProject, budget.tables()));
        }
        if (tenant.isEmpty()) {
            return Optional.empty();
        }
        int ofTenant = more + history.droppedWithin(act.project(), tenant, budget.window(), now);
        return ofTenant > budget.tenantTables()
                ? Optional.of(
                        new Suspicion.Burst(
                                "tenant " + tenant.get(), ofTenant, budget.tenantTables()))
                : Optional.empty();
    }
}
