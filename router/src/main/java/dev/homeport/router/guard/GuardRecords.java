package dev.homeport.router.guard;

import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the guard of a router shares with others. Never blocks; answers come on any thread. */
public interface GuardRecords {
    /** Uses up one statement of an approval; whether it was still good. Never fails. */
    CompletableFuture<Boolean> use(ApprovalId approval);

    /** Opens an incident, unless one is open that says the same. */
    void suspicious(DestructiveAct act, String why, Optional<String> tenant);

    /** Tells all other routers that a CREATE TABLE failed; waits for them a moment. Never fails. */
    CompletableFuture<Void> tellOthers(ProjectId project, TableName table);
}
