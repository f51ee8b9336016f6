package dev.homeport.router.protocol;

import java.util.ArrayList;
import java.util.List;

/** The words of the rare statements that have to be read closely. */
final class SqlWords {
    private SqlWords() {}

    /**
     * The words, quoted names and single other characters of a text, without white space and
     * comments. What stands in an executable comment counts.
     */
    static List<String> of(String text) {
        return of(text, Integer.MAX_VALUE);
    }

    /** The first of them, at most so many. */
    static List<String> of(String text, int most) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length() && words.size() < most) {
            int next = afterBlank(text, at);
            if (next == at) {
                next = afterToken(text, at);
                words.add(text.substring(at, next));
            }
            at = next;
        }
        return words;
    }

    /** A quoted name without its quotes; any other word as it is. */
    static String unquoted(String word) {
        char quote = word.charAt(0);
        boolean isQuoted =
                word.length() > 1
                        && (quote == '`' || quote == '"')
                        && word.charAt(word.length() - 1) == quote;
        String one = String.valueOf(quote);
        return isQuoted ? word.substring(1, word.length() - 1).replace(one + one, one) : word;
    }

    /** Behind the blank or comment that starts there; the index itself if none does. */
    private static int afterBlank(String text, int at) {
        if (text.charAt(at) <= ' ') {
            return at + 1;
        }
        if (text.startsWith("*/", at)) {
            return at + 2;
        }
        if (text.startsWith("/*!", at) || text.startsWith("/*M!", at)) {
            return afterVersion(text, text.indexOf('!', at) + 1);
        }
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at + 2);
            return end < 0 ? text.length() : end + 2;
        }
        if (text.charAt(at) == '#' || isDashComment(text, at)) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end + 1;
        }
        return at;
    }

    private static boolean isDashComment(String text, int at) {
        return text.startsWith("--", at) && (at + 2 >= text.length() || text.charAt(at + 2) <= ' ');
    }

    /** A version has five or six digits; fewer belong to the code. */
    private static int afterVersion(String text, int at) {
        int next = at;
        while (next < text.length() && next - at < 6 && Character.isDigit(text.charAt(next))) {
            next++;
        }
        return next - at < 5 ? at : next;
    }

    private static int afterToken(String text, int at) {
        char first = text.charAt(at);
        if (first == '`' || first == '"' || first == '\'') {
            return afterQuoted(text, at, first);
        }
        int end = at;
        while (end < text.length() && SqlScan.isWordChar(text.charAt(end))) {
            end++;
        }
        return Math.max(end, at + 1);
    }

    private static int afterQuoted(String text, int at, char quote) {
        int end = at + 1;
        while (end < text.length()) {
            if (text.charAt(end) == quote) {
                if (end + 1 >= text.length() || text.charAt(end + 1) != quote) {
                    return end + 1;
                }
                end++;
            }
            end++;
        }
        return text.length();
    }
}
