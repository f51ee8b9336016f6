package dev.homeport.agent.watch.binlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words, names and signs of a statement, in their order. Comments are left out, but what stands
 * in executable ones ({@code /*!50000 }) is not. Any text gives some tokens; reading stops after
 * {@link #MOST}, and statements that matter here are named by their first ones.
 *
 * @see <a href="https://mariadb.com/kb/en/comment-syntax/">Comment syntax</a>
 */
final class Tokens {
    /** A DROP of some ten thousand tables. */
    static final int MOST = 100_000;

    enum Kind {
        /** Without quotes: a key word, a name, a number. */
        WORD,
        /** In backticks or double quotes. */
        QUOTED,
        /** In single quotes; its content is not kept. */
        TEXT,
        /** One character. */
        SIGN,
        END
    }

    /**
     * One of them.
     *
     * @param text as it was spelled, without quotes
     */
    record Token(Kind kind, String text) {
        /** Whether it is that key word. */
        boolean is(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        boolean isSign(char sign) {
            return kind == Kind.SIGN && text.charAt(0) == sign;
        }

        boolean isName() {
            return kind == Kind.WORD || kind == Kind.QUOTED;
        }
    }

    private static final Token END = new Token(Kind.END, "");

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int next;

    private Tokens(String sql) {
        this.sql = sql;
    }

    static Tokens of(String sql) {
        var tokens = new Tokens(sql);
        tokens.scan();
        return tokens;
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int ahead) {
        return next + ahead < tokens.size() ? tokens.get(next + ahead) : END;
    }

    Token take() {
        Token token = peek();
        next++;
        return token;
    }

    /** Takes the next one if it is that word. */
    boolean take(String word) {
        if (peek().is(word)) {
            next++;
            return true;
        }
        return false;
    }

    /** Takes those words if all of them come next. */
    boolean takeAll(String... words) {
        for (int i = 0; i < words.length; i++) {
            if (!peek(i).is(words[i])) {
                return false;
            }
        }
        next += words.length;
        return true;
    }

    boolean takeSign(char sign) {
        if (peek().isSign(sign)) {
            next++;
            return true;
        }
        return false;
    }

    boolean isAtEnd() {
        return peek().kind() == Kind.END || peek().isSign(';');
    }

    private void scan() {
        while (at < sql.length() && tokens.size() < MOST) {
            char c = sql.charAt(at);
            if (c == '`' || c == '"') {
                quoted(c);
            } else if (c == '\'') {
                text();
            } else if (!skipped(c)) {
                if (isWordPart(c)) {
                    word();
                } else {
                    tokens.add(new Token(Kind.SIGN, String.valueOf(c)));
                    at++;
                }
            }
        }
    }

    /** White space and comments. */
    private boolean skipped(char c) {
        if (Character.isWhitespace(c) || c == '\0') {
            at++;
            return true;
        }
        if (c == '#' || (c == '-' && isDashComment())) {
            skipLine();
            return true;
        }
        if (sql.startsWith("/*", at)) {
            comment();
            return true;
        }
        // The end of an executable comment.
        if (sql.startsWith("*/", at)) {
            at += 2;
            return true;
        }
        return false;
    }

    private boolean isDashComment() {
        return sql.startsWith("--", at) && (at + 2 == sql.length() || sql.charAt(at + 2) <= ' ');
    }

    private void skipLine() {
        while (at < sql.length() && sql.charAt(at) != '\n') {
            at++;
        }
    }

    private void comment() {
        boolean isMariaDbs = sql.startsWith("M!", at + 2);
        if (isMariaDbs || sql.startsWith("!", at + 2)) {
            at += isMariaDbs ? 4 : 3;
            while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
                at++;
            }
            return;
        }
        int end = sql.indexOf("*/", at + 2);
        at = end < 0 ? sql.length() : end + 2;
    }

    private void quoted(char quote) {
        var name = new StringBuilder();
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\' && quote == '"' && at < sql.length()) {
                // Without ANSI_QUOTES it is a text, in which a backslash escapes the quote.
                name.append(sql.charAt(at++));
            } else if (c != quote) {
                name.append(c);
            } else if (at < sql.length() && sql.charAt(at) == quote) {
                name.append(quote);
                at++;
            } else {
                break;
            }
        }
        tokens.add(new Token(Kind.QUOTED, name.toString()));
    }

    private void text() {
        at++;
        while (at < sql.length()) {
            char c = sql.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '\'') {
                if (at >= sql.length() || sql.charAt(at) != '\'') {
                    break;
                }
                at++;
            }
        }
        tokens.add(new Token(Kind.TEXT, ""));
    }

    private void word() {
        int start = at;
        while (at < sql.length() && isWordPart(sql.charAt(at))) {
            at++;
        }
        tokens.add(new Token(Kind.WORD, sql.substring(start, at)));
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 0x7f;
    }

    @Override
    public String toString() {
        return "%d tokens, first %s"
                .formatted(tokens.size(), peek().text().toUpperCase(Locale.ROOT));
    }
}
