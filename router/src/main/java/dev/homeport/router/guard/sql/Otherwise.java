package dev.homeport.router.guard.sql;

import java.util.Arrays;

/**
 * Which readings of a text are still to be tried: every combination of what is in doubt. A reading
 * may come upon further doubts.
 */
final class Otherwise {
    private static final int[] CHOICES = {
        Lexer.DOUBT_VERSION,
        Lexer.DOUBT_SIX_DIGITS,
        Lexer.DOUBT_ANSI,
        Lexer.DOUBT_BACKSLASH,
        Lexer.DOUBT_DOLLAR,
        Lexer.DOUBT_DASHES
    };
    private static final int COMBINATIONS = 1 << CHOICES.length;

    private final boolean[] tried = new boolean[COMBINATIONS * Lexer.CHARSETS];
    private int doubts;
    private int at;

    /** Forgets what has been tried; the plain reading has been, and had these doubts. */
    void start(int firstDoubts) {
        doubts = 0;
        at = 0;
        if (firstDoubts != 0) {
            Arrays.fill(tried, false);
            tried[0] = true;
            doubts = firstDoubts;
        }
    }

    /** Takes up what another reading has come upon. */
    void add(int moreDoubts) {
        doubts |= moreDoubts;
    }

    /** Whether there are more readings than that, or some that cannot be told apart. */
    boolean isTooMuch(int most) {
        if ((doubts & Lexer.DOUBT_MANY) != 0) {
            return true;
        }
        int readings = 1;
        for (int choice : CHOICES) {
            readings *= (doubts & choice) != 0 ? 2 : 1;
        }
        int charsets = 1;
        for (int charset = 1; charset < Lexer.CHARSETS; charset++) {
            charsets += hasCharset(charset) ? 1 : 0;
        }
        return readings * charsets > most;
    }

    /** Moves to one that has not been tried; false if there is none. */
    boolean next() {
        if (doubts == 0) {
            return false;
        }
        for (int i = 0; i < tried.length; i++) {
            if (!tried[i] && isPossible(i)) {
                tried[i] = true;
                at = i;
                return true;
            }
        }
        return false;
    }

    private boolean isPossible(int index) {
        int charset = index / COMBINATIONS;
        int decided = decided(index);
        return (decided & ~doubts) == 0 && (charset == Lexer.CHARSET_UTF8 || hasCharset(charset));
    }

    private boolean hasCharset(int charset) {
        return (doubts & (Lexer.DOUBT_CHARSET_0 << charset)) != 0;
    }

    /** The doubts that this one decides otherwise. */
    int decided() {
        return decided(at);
    }

    private static int decided(int index) {
        int decided = 0;
        for (int i = 0; i < CHOICES.length; i++) {
            decided |= (index & (1 << i)) != 0 ? CHOICES[i] : 0;
        }
        return decided;
    }

    int charset() {
        return at / COMBINATIONS;
    }
}
