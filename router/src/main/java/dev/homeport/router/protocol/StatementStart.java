package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

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

    private static final Found ORDINARY = new Found.Ordinary();
    private static final Found UNCLEAR = new Found.Unclear();

    private StatementStart() {}

    /** What a statement is to the router. */
    public sealed interface Found {
        /** Nothing that concerns the router. */
        record Ordinary() implements Found {}

        /** More bytes are needed to tell. */
        record Unclear() implements Found {}

        /** KILL with the number of a connection. {@code query}: only what it runs. */
        record Kill(boolean query, long connectionId) implements Found {}

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
     * Where the next statement of a text with several starts: behind the next semicolon outside
     * quotes and comments.
     *
     * @return the end if there is none
     */
    public static int nextStatement(ByteBuf in, int from, int end) {
        return SqlScan.afterSemicolon(in, from, end);
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
        int length = Math.min(end - wordEnd, LOOKAHEAD_BYTES);
        String rest = in.toString(wordEnd, length, StandardCharsets.UTF_8);
        return kill ? kill(rest, whole && length == end - wordEnd) : use(rest);
    }

    private static Found use(String rest) {
        List<String> words = SqlWords.of(rest);
        return words.isEmpty() ? ORDINARY : new Found.Use(SqlWords.unquoted(words.getFirst()));
    }

    /** {@code KILL [HARD | SOFT] [CONNECTION | QUERY [ID]] number}, or {@code ... USER name}. */
    private static Found kill(String rest, boolean whole) {
        List<String> words = SqlWords.of(rest);
        int next = 0;
        if (isOneOf(words, next, "HARD", "SOFT")) {
            next++;
        }
        boolean query = isOneOf(words, next, "QUERY");
        if (query || isOneOf(words, next, "CONNECTION")) {
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
                ? new Found.Kill(query, Long.parseLong(words.get(next)))
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
