package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.SessionLimit;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;

/**
 * Carries out what the fleet's changes mean for one session: at once in an idle moment, else at the
 * end of the transaction or at the deadline, whichever comes first.
 */
final class LimitKeeper {
    private final ServingSession session;
    private SessionLimit limit = new SessionLimit.Unlimited();
    private Optional<ScheduledFuture<?>> timer = Optional.empty();

    LimitKeeper(ServingSession session) {
        this.session = session;
    }

    void apply(SessionLimit newLimit) {
        if (newLimit.equals(limit) || (isStop(newLimit) && limit instanceof SessionLimit.Cut)) {
            return; // a session that is to leave its instance at once is not given time by a stop
        }
        cancel();
        limit = newLimit;
        switch (newLimit) {
            case SessionLimit.Unlimited none -> {}
            case SessionLimit.RefuseNext next -> {}
            case SessionLimit.Finish finish -> enforceBy(finish.deadline(), finish.error());
            case SessionLimit.Cut cut -> enforceBy(cut.deadline(), cut.error());
        }
    }

    private void enforceBy(Duration deadline, ClientError error) {
        if (session.isBetweenTransactions()) {
            onIdle();
        } else if (deadline.isZero() || session.tracker().isStreaming()) {
            // A stream has no end to wait for.
            session.cut(error);
        } else {
            timer = Optional.of(session.front().schedule(deadline, () -> session.cut(error)));
        }
    }

    /** Every command is answered: an open limit may be carried out now. */
    void onIdle() {
        if (limit instanceof SessionLimit.Unlimited || !session.isBetweenTransactions()) {
            return;
        }
        switch (limit) {
            case SessionLimit.Unlimited none -> {}
            case SessionLimit.RefuseNext next -> {}
            case SessionLimit.Finish finish -> {
                session.front()
                        .closeGently(isStop(limit) ? CloseReason.STOPPING : CloseReason.TOPOLOGY);
            }
            case SessionLimit.Cut cut -> session.dropBackend(cut.error());
        }
    }

    private static boolean isStop(SessionLimit limit) {
        return limit instanceof SessionLimit.Finish finish
                && finish.error().kind() == ErrorKind.ROUTER_STOPPING;
    }

    /** The error for a command that comes now, if it may not be sent. */
    Optional<ClientError> refusalOfCommand() {
        if (limit instanceof SessionLimit.Unlimited) {
            return Optional.empty();
        }
        boolean inTransaction = session.tracker().isInTransaction();
        return switch (limit) {
            case SessionLimit.Unlimited none -> Optional.empty();
            case SessionLimit.RefuseNext next ->
                    inTransaction ? Optional.empty() : Optional.of(next.error());
            case SessionLimit.Finish finish ->
                    inTransaction ? Optional.empty() : Optional.of(finish.error());
            case SessionLimit.Cut cut -> {
                if (!inTransaction) {
                    yield Optional.of(cut.error());
                }
                yield cut.mayContinue()
                        ? Optional.empty()
                        : Optional.of(cut.error().as(ErrorKind.TRANSACTION_LOST));
            }
        };
    }

    void cancel() {
        timer.ifPresent(running -> running.cancel(false));
        timer = Optional.empty();
    }
}
