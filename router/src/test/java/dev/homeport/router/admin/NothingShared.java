package dev.homeport.router.admin;

import dev.homeport.router.guard.DestructiveAct;
import dev.homeport.router.guard.GuardRecords;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A guard's that tells nobody anything. */
final class NothingShared implements GuardRecords {
    @Override
    public CompletableFuture<Boolean> use(ApprovalId approval) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public void suspicious(DestructiveAct act, String why, Optional<String> tenant) {}

    @Override
    public CompletableFuture<Void> tellOthers(ProjectId project, TableName table) {
        return CompletableFuture.completedFuture(null);
    }
}
