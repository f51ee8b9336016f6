package dev.homeport.router.session;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Finds whom a KILL of one session means, on this router or on another one. Only connections of the
 * same project and user on the same instance can be meant; everybody else does not exist.
 *
 * <p>At most one question to other routers is open, for the command that waits for its answer. All
 * on the event loop of the session.
 */
final class KillTargets {
    private final ServingSession session;
    private Optional<CompletableFuture<OtherRouters.Answer>> asked = Optional.empty();

    KillTargets(ServingSession session) {
        this.session = session;
    }

    /** Whom a KILL means. */
    sealed interface Whom {
        /** That connection of the instance. */
        record Backend(int connectionId) implements Whom {}

        /** Nobody whom the asker may know of. */
        record Nobody() implements Whom {}

        /** Other routers are asked; the session is resumed when they have answered. */
        record NotKnownYet() implements Whom {}
    }

    /**
     * Whom that id means. Asked again about a command that had to wait, it goes on where it was.
     *
     * @param connectionId as it stands in the KILL: any number
     */
    Whom find(long connectionId) {
        int id = (int) connectionId;
        if (id != connectionId || id <= 0) {
            return counted(new Whom.Nobody(), KillOutcome.UNKNOWN);
        }
        Optional<SessionRegistry.Target> own = session.services().registry().target(id);
        return own.isPresent() ? checked(own.get(), KillOutcome.HERE) : findElsewhere(id);
    }

    private Whom findElsewhere(int id) {
        if (asked.isEmpty()) {
            CompletableFuture<OtherRouters.Answer> answer =
                    session.services().otherRouters().find(id);
            asked = Optional.of(answer);
            if (!answer.isDone()) {
                answer.thenRunAsync(session::resume, session.front().eventLoop());
            }
        }
        if (!asked.get().isDone()) {
            return new Whom.NotKnownYet();
        }
        OtherRouters.Answer answer = asked.get().join();
        asked = Optional.empty();
        return switch (answer) {
            case OtherRouters.Answer.Session(SessionRegistry.Target target) ->
                    checked(target, KillOutcome.ELSEWHERE);
            case OtherRouters.Answer.Nobody(KillOutcome why) -> counted(new Whom.Nobody(), why);
        };
    }

    private Whom checked(SessionRegistry.Target target, KillOutcome where) {
        boolean isAskers =
                target.project().equals(session.route().project())
                        && target.user().equals(session.user())
                        && target.instance().equals(session.route().instance());
        return isAskers
                ? counted(new Whom.Backend(target.backendConnectionId()), where)
                : counted(new Whom.Nobody(), KillOutcome.NOT_YOURS);
    }

    private Whom counted(Whom whom, KillOutcome outcome) {
        session.services().meters().killed(outcome);
        return whom;
    }
}
