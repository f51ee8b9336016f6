package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;

/**
 * Decides most texts by their first word, and those with semicolons by the word behind each of
 * them, whatever quotes it stands in. So it need not know how the text is read.
 */
final class FirstWords {
    /** A comment that is longer is left to the lexer: there may be many of them. */
    private static final int LOOKAHEAD_BYTES = 256;

    private FirstWords() {}

    /** Where the last statement starts that is one; {@code from} if there is only one. */
    static int lastStatement(ByteBuf in, int from, int end) {
        int at = end;
        while (at > from && (in.getByte(at - 1) == ';' || isBlank(in.getByte(at - 1)))) {
            at--;
        }
        while (at > from && in.getByte(at - 1) != ';') {
            at--;
        }
        return at;
    }

    /** Whether every statement is ordinary for sure. */
    static boolean areOrdinary(ByteBuf in, int from, int end, Reading reading) {
        int at = reading.multiStatements() ? in.indexOf(from, end, (byte) ';') : -1;
        // One statement may change the character set for the next.
        if (!isOrdinary(in, from, end, reading.utf8() && at < 0)) {
            return false;
        }
        while (at >= 0) {
            if (!isOrdinary(in, at + 1, end, false)) {
                return false;
            }
            at = in.indexOf(at + 1, end, (byte) ';');
        }
        return true;
    }

    private static boolean isOrdinary(ByteBuf in, int from, int end, boolean isUtf8) {
        int start = skipBlanks(in, from, end);
        if (start < 0) {
            return false;
        }
        if (start >= end) {
            return true;
        }
        int stop = start;
        while (stop < end && isWord(in.getByte(stop))) {
            stop++;
        }
        boolean isUnclear = stop < end && in.getByte(stop) < 0 && !isUtf8;
        if (isUnclear || isComment(in, start, end)) {
            return false;
        }
        if (stop == start) {
            return true; // no statement starts with anything else
        }
        Word word = Word.of(in, start, stop);
        return switch (word) {
            case SET -> {
                int next = skipBlanks(in, stop, end);
                yield next >= 0
                        && next < end
                        && !isComment(in, next, end)
                        && !isStatement(in, next, end);
            }
            case BEGIN -> skipBlanks(in, stop, end) == end;
            default -> !word.isVerb();
        };
    }

    private static boolean isStatement(ByteBuf in, int from, int end) {
        int stop = from;
        while (stop < end && isWord(in.getByte(stop))) {
            stop++;
        }
        boolean isUnclear = stop < end && in.getByte(stop) < 0;
        return isUnclear || Word.of(in, from, stop) == Word.STATEMENT;
    }

    private static boolean isComment(ByteBuf in, int at, int end) {
        int c = in.getByte(at);
        return (c == '/' && at + 1 < end && in.getByte(at + 1) == '*')
                || c == '#'
                || (c == '-' && at + 1 < end && in.getByte(at + 1) == '-');
    }

    /** Behind blanks and near comments that nobody executes; -1 if that is not clear. */
    private static int skipBlanks(ByteBuf in, int from, int end) {
        int at = from;
        int most = Math.min(end, from + LOOKAHEAD_BYTES);
        while (at < most) {
            int c = in.getByte(at);
            if (isBlank(in.getByte(at))) {
                at++;
                continue;
            }
            int next = at;
            if (c == '/' && isPlainComment(in, at, end)) {
                next = afterComment(in, at + 2, most);
            } else if (c == '#' || isDashes(in, at, end)) {
                next = in.indexOf(at, most, (byte) '\n');
            }
            if (next <= at) {
                return next;
            }
            at = next;
        }
        return most == end ? at : -1;
    }

    private static boolean isPlainComment(ByteBuf in, int at, int end) {
        if (at + 2 >= end || in.getByte(at + 1) != '*') {
            return false;
        }
        int c = in.getByte(at + 2);
        return c != '!' && c != 'M';
    }

    private static boolean isDashes(ByteBuf in, int at, int end) {
        return at + 2 < end
                && in.getByte(at) == '-'
                && in.getByte(at + 1) == '-'
                && isBlank(in.getByte(at + 2));
    }

    private static boolean isBlank(byte b) {
        return b >= 0 && b <= ' ';
    }

    private static int afterComment(ByteBuf in, int from, int most) {
        for (int i = from; i + 1 < most; i++) {
            if (in.getByte(i) == '*' && in.getByte(i + 1) == '/') {
                return i + 2;
            }
        }
        return -1;
    }

    private static boolean isWord(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '_';
    }
}
