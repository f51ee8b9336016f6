package dev.homeport.router.guard;

import dev.homeport.quarantine.Deed;
import dev.homeport.quarantine.Fate;
import dev.homeport.quarantine.Intention;
import dev.homeport.quarantine.NameKind;
import dev.homeport.quarantine.SetAside;
import dev.homeport.topology.Instance;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.StatementClass;
import dev.homeport.topology.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What sessions ask of the guard. Never blocks; answers may come on any thread. Futures of the
 * quarantine fail with {@link dev.homeport.quarantine.QuarantineException}.
 */
public interface Guard {
    /** Looks at nothing. */
    Guard OFF = new GuardOff();

    /** Whether statements are looked at. */
    boolean isOn();

    /** Whether any rule there is may do more with such statements than let them pass. */
    boolean mayConcern(StatementClass kind);

    /**
     * What becomes of a statement. Uses up an approval where one is needed and there. The statement
     * is on record as running when the future completes, before anybody can have sent it; whoever
     * gets it must say what came of it, whatever happens, or it stays so.
     */
    CompletableFuture<JudgedStatement> judge(DestructiveAct act);

    /** It was carried out, or not. */
    void done(JudgedStatement judged, Outcome outcome);

    /** A CREATE TABLE failed: other routers know when the future is done. Never fails. */
    CompletableFuture<Void> createFailed(ProjectId project, TableName table);

    /** A CREATE TABLE was carried out: a table of that name may have gone just before. */
    void created(ProjectId project, TableName table);

    /** As {@link dev.homeport.quarantine.Quarantine#kinds}. */
    CompletableFuture<Map<TableName, NameKind>> kinds(Instance instance, Set<TableName> names);

    /** As {@link dev.homeport.quarantine.Quarantine#begin}. */
    CompletableFuture<SetAside> begin(Instance instance, Deed deed, Intention intention);

    /**
     * As {@link dev.homeport.quarantine.Quarantine#finish}; what fails is tried again later.
     *
     * @param isSessionGone the session was lost, and nobody knows whether its statement still runs:
     *     it is ended first
     */
    CompletableFuture<List<Fate>> finish(
            Instance instance, Deed deed, SetAside aside, boolean isSessionGone);

    /** What came of a statement that does not run any more. */
    enum Outcome {
        /** The server executed it. */
        EXECUTED,
        /** The server executed it, and what it destroyed is in quarantine. */
        QUARANTINED,
        /** The server refused it. */
        FAILED,
        /** The guard refused it. */
        REFUSED,
        /** The session was lost meanwhile. */
        UNKNOWN
    }
}
