package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Looks at the start of a statement, through white space and comments, for the two that the router
 * must not pass on as they are: KILL, because the id in it is one of the router's, and USE, because
 * it leaves the project. For every other statement the first word decides, in place, and nothing is
 * allocated.
 *
 * <p>Code in an executable comment is read both ways, as code and as a comment, because which it is
 * depends on the version of the server.
 */
public final class StatementStart {
    /** A statement that hides its first words behind more than this is not looked through. */
    public static final int LOOKAHEAD_BYTES = 8 * 1024;

    private static final String KILL = "KILL";
    private static final String USE = "USE";

    /** A name of 64 characters of four bytes, in quotes. */
    private static final int NEAR_BYTES = 260;

    private static final byte EXECUTABLE_COMMENT_MARK = '!';

    private static final Found ORDINARY = new Found.Ordinary();
    private static final Found UNCLEAR = new Found.Unclear();

    private StatementStart() {}

    /** What a statement is to the router. */
    public sealed interface Found {
        /** Nothing that concerns the router. */
        record Ordinary() implements Found {}

        /** More bytes are needed to tell. */
        record Unclear() implements Found {}

        /**
         * KILL with the number of a connection.
         *
         * @param how the words before the number that say what to end and how, such as {@code HARD
         *     QUERY}; empty where there are none
         */
        record Kill(String how, long connectionId) implements Found {
            /** The same statement with another connection's number; it may have any 32 bits. */
            public String of(int otherConnectionId) {
                String number = Integer.toUnsignedString(otherConnectionId);
                return how.isEmpty() ? "KILL " + number : "KILL " + how + " " + number;
            }
        }

        /**
         * KILL with something else than a number of a connection: an expression, a user, a query
         * id, or with another statement behind it.
         */
        record OtherKill(boolean isByConnection) implements Found {}

        /** USE of a schema. */
        record Use(String schema) implements Found {}
    }

    /**
     * What the statement is to the router.
     *
     * @param in holds the text, or its beginning, from {@code index} to {@code end}
     * @param whole whether the text ends there
     */
    public static Found look(ByteBuf in, int index, int end, boolean whole) {
        boolean last = whole || end - index >= LOOKAHEAD_BYTES;
        int at = SqlScan.skipBlank(in, index, end, true);
        Found found = lookAt(in, at, end, last, whole);
        if (!(found instanceof Found.Ordinary)) {
            return found;
        }
        int otherwise = SqlScan.skipBlank(in, index, end, false);
        return otherwise == at ? ORDINARY : lookAt(in, otherwise, end, last, whole);
    }

    /**
     * Looks for a statement among several that one text holds. Takes time in proportion to the
     * text, whatever stands in it.
     *
     * @return the first for which the test holds, else an ordinary one
     */
    public static Found find(ByteBuf in, int from, int end, Predicate<Found> wanted) {
        Found asCode = find(in, from, end, true, wanted);
        boolean isReadOneWay =
                !(asCode instanceof Found.Ordinary)
                        || in.indexOf(from, end, EXECUTABLE_COMMENT_MARK) < 0;
        return isReadOneWay ? asCode : find(in, from, end, false, wanted);
    }

    /** Whether the first word is there to its end, however comments are read. */
    public static boolean hasWord(ByteBuf in, int from, int end) {
        return hasWordAt(in, SqlScan.skipBlank(in, from, end, true), end)
                && hasWordAt(in, SqlScan.skipBlank(in, from, end, false), end);
    }

    private static boolean hasWordAt(ByteBuf in, int at, int end) {
        return at >= 0 && at < end && SqlScan.afterWord(in, at, end) < end;
    }

    /** Whether there is nothing but blanks, comments and semicolons. */
    public static boolean isBlank(ByteBuf in, int from, int end) {
        return SqlScan.skipBlank(in, from, end, true) >= end;
    }

    private static Found find(
            ByteBuf in, int from, int end, boolean executed, Predicate<Found> wanted) {
        int at = from;
        while (at < end) {
            int word = SqlScan.skipBlank(in, at, end, executed);
            if (word < 0) {
                return ORDINARY; // the rest is a comment
            }
            Found found = lookAt(in, word, end, true, true);
            if (wanted.test(found)) {
                return found;
            }
            at = SqlScan.afterSemicolon(in, word, end, executed);
        }
        return ORDINARY;
    }

    private static Found lookAt(ByteBuf in, int at, int end, boolean last, boolean whole) {
        // The word and the character behind it have to be seen; so has the end of a comment.
        if (at < 0 || end - at <= KILL.length()) {
            if (!last) {
                return UNCLEAR;
            }
            if (at < 0 || at >= end) {
                return ORDINARY;
            }
        }
        int wordEnd = SqlScan.afterWord(in, at, end);
        boolean kill = SqlScan.isWord(in, at, wordEnd, KILL);
        if (!kill && !SqlScan.isWord(in, at, wordEnd, USE)) {
            return ORDINARY;
        }
        if (!last) {
            return UNCLEAR;
        }
        return kill
                ? kill(
                        text(in, wordEnd, end, LOOKAHEAD_BYTES),
                        whole && end - wordEnd <= LOOKAHEAD_BYTES)
                : use(in, wordEnd, end);
    }

    private static String text(ByteBuf in, int from, int end, int most) {
        return in.toString(from, Math.min(end - from, most), StandardCharsets.UTF_8);
    }

    /** A text may hold thousands of these: the name is looked for near by first. */
    private static Found use(ByteBuf in, int from, int end) {
        List<String> words = SqlWords.of(text(in, from, end, NEAR_BYTES), 2);
        // With another word behind it the first is whole.
        if (words.size() < 2 && end - from > NEAR_BYTES) {
            words = SqlWords.of(text(in, from, end, LOOKAHEAD_BYTES), 1);
        }
        return words.isEmpty() ? ORDINARY : new Found.Use(SqlWords.unquoted(words.getFirst()));
    }

    /** {@code KILL [HARD | SOFT] [CONNECTION | QUERY [ID]] number}, or {@code ... USER name}. */
    private static Found kill(String rest, boolean whole) {
        List<String> words = SqlWords.of(rest);
        int next = 0;
        if (isOneOf(words, next, "HARD", "SOFT")) {
            next++;
        }
        if (isOneOf(words, next, "QUERY", "CONNECTION")) {
            next++;
        }
        if (isOneOf(words, next, "ID", "USER")) {
            return new Found.OtherKill(false);
        }
        boolean isPlain =
                whole
                        && next < words.size()
                        && isNumber(words.get(next))
                        && words.stream().skip(next + 1).allMatch(";"::equals)
                        // What stands in there may count or not: too obscure to be translated.
                        && !rest.contains("/*!")
                        && !rest.contains("/*M!");
        return isPlain
                ? new Found.Kill(
                        String.join(" ", words.subList(0, next)).toUpperCase(Locale.ROOT),
                        Long.parseLong(words.get(next)))
                : new Found.OtherKill(true);
    }

    private static boolean isOneOf(List<String> words, int index, String... wanted) {
        return index < words.size()
                && List.of(wanted).contains(words.get(index).toUpperCase(Locale.ROOT));
    }

    private static boolean isNumber(String word) {
        return word.length() <= 18 && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
