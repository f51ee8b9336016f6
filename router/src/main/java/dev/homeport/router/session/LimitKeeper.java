package dev.homeport.router.session;

import dev.homeport.router.error.ClientError;
import dev.homeport.router.error.ErrorKind;
import dev.homeport.router.routing.SessionLimit;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Carries out what the fleet's changes mean for one session: at once in an idle moment, else at the
 * end of the transaction or at the deadline, whichever comes first.
 */
final class LimitKeeper {
    private final ServingSession session;
    private SessionLimit limit = new SessionLimit.Unlimited();
    private Optional<ScheduledFuture<?>> timer = Optional.empty();
    private boolean isStopping;

    LimitKeeper(ServingSession session) {
        this.session = session;
    }

    /** The fleet says something else. While the router stops, only what is stricter counts. */
    void apply(SessionLimit newLimit) {
        if (newLimit.equals(limit)) {
            return;
        }
        switch (newLimit) {
            case SessionLimit.Unlimited none -> liftTo(none);
            case SessionLimit.RefuseNext next -> liftTo(next);
            case SessionLimit.Finish finish ->
                    endWithin(finish.deadline(), isStopping ? limit : finish);
            case SessionLimit.Cut cut -> endWithin(cut.deadline(), cut);
        }
    }

    /** The router stops: nothing leaves the session more time from now on. */
    void stop(SessionLimit.Finish stop) {
        isStopping = true;
        endWithin(stop.deadline(), limit instanceof SessionLimit.Cut ? limit : stop);
    }

    private void liftTo(SessionLimit newLimit) {
        if (!isStopping) {
            cancel();
            limit = newLimit;
        }
    }

    private void endWithin(Duration deadline, SessionLimit newLimit) {
        Duration left = timer.map(LimitKeeper::left).orElse(deadline);
        // The same time for another reason, or with another answer, is not given anew.
        boolean isSame = deadlineOf(limit).equals(Optional.of(deadline));
        boolean isKept = (isStopping || isSame) && left.compareTo(deadline) < 0;
        cancel();
        limit = newLimit;
        enforceWithin(isKept ? left : deadline);
    }

    private static Optional<Duration> deadlineOf(SessionLimit limit) {
        return switch (limit) {
            case SessionLimit.Unlimited none -> Optional.empty();
            case SessionLimit.RefuseNext next -> Optional.empty();
            case SessionLimit.Finish finish -> Optional.of(finish.deadline());
            case SessionLimit.Cut cut -> Optional.of(cut.deadline());
        };
    }

    private static Duration left(ScheduledFuture<?> running) {
        return Duration.ofNanos(Math.max(0, running.getDelay(TimeUnit.NANOSECONDS)));
    }

    private void enforceWithin(Duration time) {
        if (session.isBetweenTransactions()) {
            onIdle();
        } else if (time.isZero() || session.tracker().isStreaming()) {
            // A stream has no end to wait for.
            cut();
        } else {
            timer = Optional.of(session.front().schedule(time, this::cut));
        }
    }

    private void cut() {
        switch (limit) {
            case SessionLimit.Unlimited none -> {}
            case SessionLimit.RefuseNext next -> {}
            case SessionLimit.Finish finish -> session.cut(finish.error());
            case SessionLimit.Cut cut -> session.cut(cut.error());
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
            case SessionLimit.Finish finish ->
                    session.front()
                            .closeGently(isStopping ? CloseReason.STOPPING : CloseReason.TOPOLOGY);
            case SessionLimit.Cut cut -> session.dropBackend(cut.error());
        }
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
