package dev.homeport.router.guard.sql;

import dev.homeport.topology.StatementClass;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells which statements of a text can destroy data, from the text alone. Pure; safe for use by
 * several threads. Takes time in proportion to the text and never throws, whatever stands in it.
 *
 * <p>Where a text can be read in several ways, all of them are tried, and the strictest counts.
 */
public final class Classifier {
    /** Each is a pass over the text. */
    private static final int MOST_READINGS = 16;

    private static final FastThreadLocal<Classifier> OF_THREAD =
            new FastThreadLocal<>() {
                @Override
                protected Classifier initialValue() {
                    return new Classifier();
                }
            };

    private static final PreparedReader.Inner NOTHING = (text, escapes) -> List.of();

    private final Lexer lexer = new Lexer();
    private final StatementReader reader = new StatementReader(lexer);
    private final Otherwise otherwise = new Otherwise();

    private Classifier() {}

    /**
     * Whether the text holds ordinary statements only, however it is read. Allocates nothing for
     * one of those, and for most looks at the first word only.
     *
     * @param in holds the text from {@code from} to {@code end}; is not changed
     */
    public static boolean isOrdinary(ByteBuf in, int from, int end, Reading reading) {
        return FirstWords.areOrdinary(in, from, end, reading)
                || OF_THREAD.get().areOrdinary(in, from, end, reading);
    }

    /**
     * The statements of the text that are not ordinary, in order. Where readings differ about what
     * stands where, one destructive statement that is not sure spans from there to the end.
     *
     * @param in holds the text from {@code from} to {@code end}; is not changed
     */
    public static List<Statement> classify(ByteBuf in, int from, int end, Reading reading) {
        return new Classifier().read(in, from, end, reading, false);
    }

    private boolean areOrdinary(ByteBuf in, int from, int end, Reading reading) {
        try {
            boolean isMulti = open(in, from, end, reading);
            reader.use(reading, isMulti, true, NOTHING);
            boolean areOrdinary = reader.areOrdinary();
            otherwise.start(lexer.doubts());
            reader.use(reading, isMulti, false, NOTHING);
            while (areOrdinary && !otherwise.isTooMuch(MOST_READINGS) && otherwise.next()) {
                lexer.read(from, otherwise.decided(), otherwise.charset());
                areOrdinary = reader.areOrdinary();
                otherwise.add(lexer.doubts());
            }
            return areOrdinary
                    && (!otherwise.isTooMuch(MOST_READINGS) || !RawVerbs.areIn(in, from, end));
        } finally {
            lexer.close();
        }
    }

    /** Begins the text; whether it may hold several statements. */
    private boolean open(ByteBuf in, int from, int end, Reading reading) {
        int last = reading.multiStatements() ? FirstWords.lastStatement(in, from, end) : from;
        lexer.open(in, from, end, reading, SettingChanges.areIn(in, from, last));
        return last > from;
    }

    private List<Statement> read(
            ByteBuf in, int from, int end, Reading reading, boolean isPrepared) {
        PreparedReader.Inner inner =
                (text, escapes) -> isPrepared ? opaque(text) : prepared(text, escapes, reading);
        boolean isMulti = open(in, from, end, reading);
        reader.use(reading, isMulti, true, inner);
        List<Statement> found = new ArrayList<>();
        reader.read(from, found);
        otherwise.start(lexer.doubts());
        reader.use(reading, isMulti, false, inner);
        while (!otherwise.isTooMuch(MOST_READINGS) && otherwise.next()) {
            lexer.read(from, otherwise.decided(), otherwise.charset());
            List<Statement> other = new ArrayList<>();
            reader.read(from, other);
            otherwise.add(lexer.doubts());
            found = Readings.strictest(found, other, end - from);
        }
        if (!otherwise.isTooMuch(MOST_READINGS)) {
            return List.copyOf(found);
        }
        // Some doubts may concern nothing that matters.
        boolean areOrdinary =
                FirstWords.areOrdinary(in, from, end, reading)
                        || areOrdinary(in, from, end, reading);
        return areOrdinary ? List.of() : RawVerbs.in(in, from, end);
    }

    private static List<Statement> prepared(ByteBuf text, boolean escapes, Reading reading) {
        Reading how =
                new Reading(
                        false, escapes, reading.mariadb(), reading.serverVersion(), reading.utf8());
        return new Classifier().read(text, text.readerIndex(), text.writerIndex(), how, true);
    }

    /** What is prepared in a text that is prepared: no server does it, so it is not followed. */
    private static List<Statement> opaque(ByteBuf text) {
        return List.of(
                new Statement.Destructive(
                        StatementClass.OPAQUE,
                        List.of(),
                        false,
                        Optional.empty(),
                        false,
                        false,
                        0,
                        text.readableBytes()));
    }
}
