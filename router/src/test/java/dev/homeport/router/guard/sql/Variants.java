package dev.homeport.router.guard.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Other spellings of a statement, which mean the same to every server. */
final class Variants {
    /** What may stand for a blank. */
    private static final List<String> BLANKS =
            List.of(
                    "\t",
                    "\n",
                    "\r\n",
                    "\f",
                    "\u000b",
                    "  \n ",
                    "/**/",
                    " /* ; DROP TABLE x; */ ",
                    "/* ' */",
                    "/* \" */",
                    "/* ` */",
                    "/* -- */",
                    "/*/ * /*/",
                    "/***/",
                    " -- it's ; a comment\n",
                    " --\t\n",
                    " # `a \" comment ;\n",
                    "#\n",
                    "/*! */",
                    "/*!50000 */",
                    "/*!99999 ; DROP TABLE x */",
                    "/*!99999 /* x */ */");

    private Variants() {}

    static List<String> of(String statement) {
        List<String> variants = new ArrayList<>();
        boolean hasCode = statement.contains("/*!") || statement.contains("/*M!");
        for (String blank : BLANKS) {
            if (hasCode && blank.startsWith("/*!")) {
                continue; // the end of one within another ends both
            }
            variants.add(blanks(statement, at -> blank));
            variants.add(blank + statement);
            // A comment behind it may be open, to the end of the line or for good.
            variants.add(statement + "\n");
        }
        variants.add("  " + statement);
        if (statement.contains("/*M!") || statement.contains("\\")) {
            return variants; // there the case of a letter matters
        }
        variants.add(mixed(statement));
        variants.add(mixed(statement).toLowerCase(Locale.ROOT));
        variants.add(statement.toUpperCase(Locale.ROOT));
        return variants;
    }

    /** With something else in place of every blank that stands between two tokens. */
    private static String blanks(String statement, UnaryOperator<String> blank) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < statement.length()) {
            int next = afterToken(statement, at);
            String token = statement.substring(at, next);
            result.append(token.equals(" ") ? blank.apply(token) : token);
            at = next;
        }
        return result.toString();
    }

    /** Every second letter outside quotes in the other case. */
    private static String mixed(String statement) {
        StringBuilder result = new StringBuilder(statement);
        for (int i = 0; i < result.length(); i += 2) {
            char c = result.charAt(i);
            result.setCharAt(i, Character.isUpperCase(c) ? Character.toLowerCase(c) : toUpper(c));
        }
        return result.toString();
    }

    private static char toUpper(char c) {
        return c < 0x80 ? Character.toUpperCase(c) : c;
    }

    /** Behind what starts there: something in quotes, a comment, or one character. */
    private static int afterToken(String text, int at) {
        char c = text.charAt(at);
        if (c == '\'' || c == '"' || c == '`') {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != c) {
                end += text.charAt(end) == '\\' && c != '`' ? 2 : 1;
            }
            return Math.min(end + 1, text.length());
        }
        if (c == '#' || text.startsWith("-- ", at)) {
            int end = text.indexOf('\n', at);
            return end < 0 ? text.length() : end;
        }
        if (text.startsWith("/*!", at) || text.startsWith("/*M!", at)) {
            // Its version must stay a number of its own.
            int end = text.indexOf('!', at) + 1;
            while (end < text.length() && " 0123456789".indexOf(text.charAt(end)) >= 0) {
                end++;
            }
            return text.startsWith("99999", text.indexOf('!', at) + 1)
                    ? Math.max(end, text.lastIndexOf("*/") + 2)
                    : end;
        }
        if (text.startsWith("/*", at)) {
            int end = text.indexOf("*/", at + 2);
            return end < 0 ? text.length() : end + 2;
        }
        return at + 1;
    }
}
