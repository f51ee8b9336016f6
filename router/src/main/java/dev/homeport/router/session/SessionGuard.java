package dev.homeport.router.session;

import dev.homeport.router.guard.sql.Classifier;
import dev.homeport.router.guard.sql.PassingText;
import dev.homeport.router.guard.sql.Reading;
import dev.homeport.router.guard.sql.Statement;
import dev.homeport.router.protocol.StatementStart;
import dev.homeport.topology.StatementClass;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which commands of one session the guard has to see: by their texts, and where they execute what
 * was prepared before, by what that was. Mutable; touched only by the event loop of its session.
 */
final class SessionGuard {
    /** What a text that is not ordinary may be long, to be looked through. */
    static final int MOST_TEXT_BYTES = 1024 * 1024;

    /** From here on a text of several statements that is ordinary so far passes while it comes. */
    static final int MOST_HELD_BYTES = 64 * 1024;

    /** The same of a single statement whose first words are there. */
    private static final int MOST_HELD_BYTES_OF_ONE = 4 * 1024;

    private final ServingSession session;

    /** For one and for several statements, without and with backslashes that escape. */
    private final List<Reading> readings;

    private final PassingText passing = new PassingText();

    /** A text that trickles in is looked at each time it has doubled, not at every piece. */
    private int nextLookBytes;

    private boolean watched;

    /** What still comes in front of the text that passes. */
    private int unread;

    private final PreparedStatements prepared = new PreparedStatements();

    SessionGuard(ServingSession session) {
        this.session = session;
        Reading any = session.reading();
        this.readings =
                List.of(
                        with(any, false, false),
                        with(any, false, true),
                        with(any, true, false),
                        with(any, true, true));
    }

    private static Reading with(Reading any, boolean multiStatements, boolean backslashEscapes) {
        return new Reading(
                multiStatements, backslashEscapes, any.mariadb(), any.serverVersion(), any.utf8());
    }

    private Reading reading(boolean multiStatements) {
        int escapes = session.tracker().isBackslashEscaping() ? 1 : 0;
        return readings.get((multiStatements ? 2 : 0) + escapes);
    }

    /** What a look at a command says. */
    sealed interface Look {
        /** It is nothing to the guard. */
        record Pass() implements Look {}

        /** More of it has to be seen. */
        record NeedMore() implements Look {}

        /** The guard decides. */
        record Guarded(List<Statement> statements) implements Look {
            public Guarded {
                statements = List.copyOf(statements);
            }
        }

        /** It is too long to be looked through, and begins like something that must be. */
        record TooLong() implements Look {}

        Look PASS = new Pass();
        Look NEED_MORE = new NeedMore();
        Look TOO_LONG = new TooLong();
    }

    /**
     * Looks at a text.
     *
     * @param command index of the command byte
     * @param from where the text begins
     * @param whole whether the text ends at {@code end}
     */
    Look look(ByteBuf in, int command, int from, int end, boolean whole, boolean multiStatements) {
        if (!session.services().guard().isOn()) {
            return Look.PASS;
        }
        Reading reading = reading(multiStatements);
        if (!whole && end - from < nextLookBytes) {
            return Look.NEED_MORE;
        }
        nextLookBytes = 0;
        boolean isOrdinary = Classifier.isOrdinary(in, from, end, reading);
        if (!whole) {
            isOrdinary &= StatementStart.hasWord(in, from, end);
            int most =
                    !isOrdinary
                            ? MOST_TEXT_BYTES
                            : multiStatements ? MOST_HELD_BYTES : MOST_HELD_BYTES_OF_ONE;
            if (end - from < most) {
                nextLookBytes = Math.min(2 * (end - from), most);
                return Look.NEED_MORE;
            }
        }
        if (isOrdinary) {
            watched = !whole && multiStatements;
            if (watched) {
                passing.begin(reading);
                unread = from - command;
            }
            return Look.PASS;
        }
        List<Statement> statements = Classifier.classify(in, from, end, reading);
        if (!whole) {
            return statements.stream().allMatch(SessionGuard::mayHaveWhere)
                    ? Look.PASS
                    : Look.TOO_LONG;
        }
        return statements.stream().anyMatch(this::mayConcern)
                ? new Look.Guarded(statements)
                : Look.PASS;
    }

    private boolean mayConcern(Statement statement) {
        return !(statement instanceof Statement.Destructive one)
                || session.services().guard().mayConcern(one.kind());
    }

    /** A command comes: what passed before has passed. */
    void onCommand() {
        watched = false;
    }

    /** Whether the rest of the text that passes must be looked at. */
    boolean isWatching() {
        return watched;
    }

    /**
     * The next bytes of that command pass, from its first one on.
     *
     * @return whether it must not pass
     */
    boolean findsMore(ByteBuf in, int from, int end) {
        int skipped = Math.min(unread, end - from);
        unread -= skipped;
        return passing.finds(in, from + skipped, end);
    }

    /** Whether it is only what its end may still make an ordinary one. */
    private static boolean mayHaveWhere(Statement statement) {
        return statement instanceof Statement.Destructive one
                && (one.kind() == StatementClass.DELETE_ALL
                        || one.kind() == StatementClass.UPDATE_ALL);
    }

    /**
     * Cuts a text where the guard has to see a statement.
     *
     * @param command whose text it is
     * @param textIndex where in its payload the text begins
     */
    List<GuardedTurn.Part> parts(KeptCommand command, int textIndex, List<Statement> statements) {
        List<GuardedTurn.Part> parts = new ArrayList<>();
        int end = command.bytes() - textIndex;
        int from = 0;
        for (Statement one : statements) {
            if (!isSeen(one, statements)) {
                continue; // goes with what is around it
            }
            if (!isBlank(command, textIndex + from, textIndex + one.from())) {
                parts.add(part(command, textIndex, from, one.from(), Optional.empty()));
            }
            parts.add(part(command, textIndex, one.from(), one.to(), Optional.of(one)));
            from = one.to();
        }
        if (parts.isEmpty() || !isBlank(command, textIndex + from, textIndex + end)) {
            parts.add(part(command, textIndex, from, end, Optional.empty()));
        }
        // One that is alone goes as it came, with whatever is around it.
        return parts.size() == 1
                ? List.of(new GuardedTurn.Part(command, parts.getFirst().statement()))
                : parts;
    }

    private static GuardedTurn.Part part(
            KeptCommand command, int textIndex, int from, int to, Optional<Statement> statement) {
        int begin = command.afterSemicolons(textIndex + from, textIndex + to) - textIndex;
        return new GuardedTurn.Part(command.part(textIndex, begin, to), statement);
    }

    private static boolean isBlank(KeptCommand command, int from, int to) {
        return StatementStart.isBlank(command.payload(), from, to);
    }

    /** Whether the guard has to see it when its turn comes. */
    private boolean isSeen(Statement statement, List<Statement> text) {
        return switch (statement) {
            case Statement.Destructive destructive -> true;
            case Statement.CreateTable create -> true;
            case Statement.Execute execute ->
                    prepared.named(execute.name()).isPresent()
                            || text.stream().anyMatch(Statement.Prepare.class::isInstance);
            case Statement.Prepare prepare ->
                    prepare.prepared().isPresent() || prepared.named(prepare.name()).isPresent();
        };
    }

    /** What the session has prepared. */
    PreparedStatements prepared() {
        return prepared;
    }
}
