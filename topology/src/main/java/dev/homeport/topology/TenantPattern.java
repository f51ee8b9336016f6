package dev.homeport.topology;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds the tenant in a table's name, such as {@code _(?<tenant>\d+)_}. A small part of regular
 * expressions, which cannot run away: single characters and classes of them, {@code ^} and {@code
 * $}, one group, which is called {@code tenant}, and at most {@value #MOST_REPETITIONS}
 * repetitions, each of a single character. No alternatives, no other groups, nothing that looks
 * around or back: with those the time a match takes may double with each character. What is left
 * looks at a name of {@value TableName#MOST_CHARS} characters in a few milliseconds at the very
 * worst; longer names have no tenant.
 */
public final class TenantPattern {
    private static final int MOST_CHARS = 200;
    private static final int MOST_REPETITIONS = 3;
    private static final String GROUP = "(?<tenant>";
    private static final String REPETITIONS = "*+?{";

    /** What may stand behind a backslash: classes, and what is no letter and no digit. */
    private static final String CLASSES = "dDwWsS";

    private final Pattern pattern;

    /**
     * @throws IllegalArgumentException if it is no such pattern; the message says what it may have
     */
    public TenantPattern(String text) {
        if (text.length() > MOST_CHARS) {
            throw new IllegalArgumentException(
                    "must have at most %d characters".formatted(MOST_CHARS));
        }
        new Check(text).run();
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "must be a regular expression: " + e.getDescription(), e);
        }
    }

    /** The tenant at the first place that matches; empty where none does. */
    public Optional<String> tenantOf(String table) {
        if (table.length() > TableName.MOST_CHARS) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(table);
        return matcher.find()
                ? Optional.of(matcher.group("tenant")).filter(tenant -> !tenant.isEmpty())
                : Optional.empty();
    }

    /** Two are equal if they are written alike. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TenantPattern that && that.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** Reads the text once from left to right and lets through only what the class promises. */
    private static final class Check {
        private final String text;
        private int at;
        private int groups;
        private int repetitions;
        private boolean isInGroup;

        Check(String text) {
            this.text = text;
        }

        void run() {
            while (at < text.length()) {
                step();
            }
            if (groups != 1 || isInGroup) {
                throw wrong("must have exactly one group, (?<tenant>...)");
            }
        }

        private void step() {
            char c = text.charAt(at);
            if (text.startsWith(GROUP, at) && groups == 0) {
                groups++;
                isInGroup = true;
                at += GROUP.length();
            } else if (c == ')' && isInGroup) {
                isInGroup = false;
                at++;
                if (at < text.length() && REPETITIONS.indexOf(text.charAt(at)) >= 0) {
                    throw wrong("must not repeat the group");
                }
            } else if (c == '(' || c == ')' || c == '|') {
                throw wrong("must have no alternatives, and no group but (?<tenant>...)");
            } else if (c == '^' || c == '$') {
                at++;
            } else {
                skipOne();
                skipRepetition();
            }
        }

        /** One character, or a class of them. */
        private void skipOne() {
            char c = text.charAt(at);
            if (c == '\\') {
                skipEscape();
            } else if (c == '[') {
                skipClass();
            } else if (REPETITIONS.indexOf(c) >= 0) {
                throw wrong("must repeat single characters only");
            } else {
                at++;
            }
        }

        private void skipEscape() {
            char next = at + 1 < text.length() ? text.charAt(at + 1) : 'x';
            if (CLASSES.indexOf(next) < 0 && Character.isLetterOrDigit(next)) {
                throw wrong("must have a backslash only before d, w, s and signs");
            }
            at += 2;
        }

        private void skipClass() {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != ']') {
                if (text.charAt(end) == '[' || text.startsWith("&&", end)) {
                    throw wrong("must have no class within a class");
                }
                if (text.charAt(end) == '\\') {
                    at = end;
                    skipEscape();
                    end = at;
                } else {
                    end++;
                }
            }
            at = end + 1;
        }

        private void skipRepetition() {
            if (at >= text.length() || REPETITIONS.indexOf(text.charAt(at)) < 0) {
                return;
            }
            if (++repetitions > MOST_REPETITIONS) {
                throw wrong("must have at most %d repetitions".formatted(MOST_REPETITIONS));
            }
            int brace = text.charAt(at) == '{' ? text.indexOf('}', at) : at;
            at = (brace < 0 ? text.length() : brace) + 1;
            // Lazy or possessive.
            if (at < text.length() && (text.charAt(at) == '?' || text.charAt(at) == '+')) {
                at++;
            }
        }

        private static IllegalArgumentException wrong(String rule) {
            return new IllegalArgumentException(
                    rule + ", such as _(?<tenant>\\d+)_: a pattern that could run away is refused");
        }
    }
}
