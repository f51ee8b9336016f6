package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;

/**
 * Looks for statements that destroy data in a text that is too long to be held, while it passes.
 * What is found comes too late to be judged, but in time: a server executes nothing before the last
 * byte of a text has come. Knows the actual reading of the session only, and none but the verbs
 * that destroy most. Allocates nothing. Mutable; for one thread.
 */
public final class PassingText {
    private static final String[] VERBS = {
        "DROP", "TRUNCATE", "PURGE", "RESET", "SHUTDOWN", "RESTART", "OR"
    };

    /** The word that makes OR a verb of these: CREATE OR REPLACE. */
    private static final String CREATE = "CREATE";

    /** As long as the longest of them. */
    private static final int MOST_WORD_BYTES = 8;

    private final byte[] word = new byte[MOST_WORD_BYTES];
    private int wordBytes;
    private boolean afterCreate;
    private boolean backslashEscapes;
    private State state = State.START;

    /** Where to go back to from a comment. */
    private State before = State.START;

    private byte quote;

    private enum State {
        /** Behind a semicolon: the first word has not begun. */
        START,
        WORD,
        /** Behind the first words. */
        BODY,
        QUOTED,
        ESCAPED,
        SLASH,
        COMMENT_START,
        COMMENT,
        COMMENT_STAR,
        VERSION,
        CODE_STAR,
        DASH,
        DASHES,
        LINE
    }

    /** A text begins. */
    public void begin(Reading reading) {
        state = State.START;
        afterCreate = false;
        backslashEscapes = reading.backslashEscapes();
    }

    /**
     * Looks at the next bytes.
     *
     * @return whether a statement begins there that must not pass unseen
     */
    public boolean finds(ByteBuf in, int from, int end) {
        for (int at = from; at < end; at++) {
            if (isFoundAt(in.getByte(at))) {
                return true;
            }
        }
        return false;
    }

    private boolean isFoundAt(byte c) {
        switch (state) {
            case START, WORD, BODY -> {
                return onCode(c);
            }
            case QUOTED -> {
                if (c == quote) {
                    state = State.BODY; // a doubled one opens it again at once
                } else if (c == '\\' && backslashEscapes && quote != '`') {
                    state = State.ESCAPED;
                }
            }
            case ESCAPED -> state = State.QUOTED;
            case SLASH -> {
                if (c == '*') {
                    state = State.COMMENT_START;
                } else {
                    state = State.BODY;
                    return onCode(c);
                }
            }
            case COMMENT_START -> {
                if (c == '!') {
                    state = State.VERSION;
                } else if (c != 'M') {
                    state = c == '*' ? State.COMMENT_STAR : State.COMMENT;
                }
            }
            case COMMENT -> state = c == '*' ? State.COMMENT_STAR : State.COMMENT;
            case COMMENT_STAR -> {
                if (c == '/') {
                    state = before;
                } else if (c != '*') {
                    state = State.COMMENT;
                }
            }
            case VERSION -> {
                if (c < '0' || c > '9') {
                    state = before;
                    return onCode(c);
                }
            }
            case CODE_STAR -> {
                state = before;
                return c != '/' && onCode(c);
            }
            case DASH -> {
                if (c == '-') {
                    state = State.DASHES;
                } else {
                    state = State.BODY;
                    return onCode(c);
                }
            }
            case DASHES -> {
                if (c >= 0 && c <= ' ') {
                    state = c == '\n' ? before : State.LINE;
                } else {
                    state = State.BODY;
                    return onCode(c);
                }
            }
            case LINE -> state = c == '\n' ? before : State.LINE;
        }
        return false;
    }

    private boolean onCode(byte c) {
        boolean isWordChar = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (state == State.WORD) {
            if (isWordChar) {
                keep(c);
                return false;
            }
            if (isVerb()) {
                return true;
            }
            afterCreate = isWord(CREATE);
            state = afterCreate ? State.START : State.BODY;
        }
        if (isWordChar && state == State.START) {
            state = State.WORD;
            wordBytes = 0;
            keep(c);
            return false;
        }
        onMark(c);
        return false;
    }

    private void onMark(byte c) {
        switch (c) {
            case ';' -> {
                state = State.START;
                afterCreate = false;
            }
            case '\'', '"', '`' -> {
                quote = c;
                state = State.QUOTED;
            }
            case '/' -> leaveFor(State.SLASH);
            case '-' -> leaveFor(State.DASH);
            case '#' -> leaveFor(State.LINE);
            case '*' -> leaveFor(State.CODE_STAR);
            default -> {
                if (state == State.START && c != '(' && (c > ' ' || c < 0)) {
                    state = State.BODY;
                }
            }
        }
    }

    private void leaveFor(State other) {
        before = state;
        state = other;
    }

    private void keep(byte c) {
        if (wordBytes < MOST_WORD_BYTES) {
            word[wordBytes] = (byte) (c & ~0x20);
        }
        wordBytes++;
    }

    private boolean isVerb() {
        for (String verb : VERBS) {
            if (isWord(verb)) {
                return !verb.equals("OR") || afterCreate;
            }
        }
        return false;
    }

    private boolean isWord(String wanted) {
        if (wordBytes != wanted.length()) {
            return false;
        }
        for (int i = 0; i < wordBytes; i++) {
            if (word[i] != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
