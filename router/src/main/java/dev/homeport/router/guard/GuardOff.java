package dev.homeport.router.guard;

import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.Fate;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.NameKind;
import dev.homeport.quarantine.QuarantineException;
import dev.homeport.quarantine.SetAside;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A router without a guard: everything passes. */
final class GuardOff implements Guard {
    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public boolean mayConcern(StatementClass kind) {
        return false;
    }

    @Override
    public CompletableFuture<JudgedStatement> judge(DestructiveAct act) {
        return CompletableFuture.completedFuture(
                new JudgedStatement(0, act, new GuardDecision.Pass(Ruling.ALLOWED, "")));
    }

    @Override
    public void done(JudgedStatement judged, Outcome outcome) {}

    @Override
    public void created(ProjectId project, TableName table) {}

    @Override
    public CompletableFuture<Void> createFailed(ProjectId project, TableName table) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Map<TableName, NameKind>> kinds(
            Instance instance, Set<TableName> names) {
        return unsupported();
    }

    @Override
    public CompletableFuture<SetAside> begin(Instance instance, Deed deed, Intention intention) {
        return unsupported();
    }

    @Override
    public CompletableFuture<List<Fate>> finish(
            Instance instance, Deed deed, SetAside aside, boolean isSessionGone) {
        return unsupported();
    }

    private static <T> CompletableFuture<T> unsupported() {
        return CompletableFuture.failedFuture(
                new QuarantineException(
                        QuarantineException.Reason.UNSUPPORTED, "this router has no guard"));
    }
}
