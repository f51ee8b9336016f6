package dev.homeport.router.protocol;

import io.netty.buffer.ByteBuf;

/** Finds its way through the bytes of SQL text in place: blanks, comments, quotes, words. */
final class SqlScan {
    private SqlScan() {}

    /** Whether names and numbers may have that character; bytes above ASCII count as letters. */
    static boolean isWordChar(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || c == '$'
                || c >= 0x80;
    }

    /**
     * Where the first word of a statement starts.
     *
     * @param executed whether what stands in an executable comment is code
     * @return the end if there is none; -1 if a comment does not end here
     */
    static int skipBlank(ByteBuf in, int from, int end, boolean executed) {
        int at = from;
        while (at >= 0 && at < end) {
            int c = in.getByte(at);
            if ((c <= ' ' && c >= 0) || c == ';' || c == '(' || isAt(in, at, end, '*', '/')) {
                at += c == '*' ? 2 : 1;
                continue;
            }
            int code = executed ? codeInComment(in, at, end) : at;
            int next = code > at ? code : afterComment(in, at, end);
            if (next == at) {
                return at;
            }
            at = next;
        }
        return Math.min(at, end);
    }

    /**
     * The index behind the next semicolon outside quotes and comments, or the end.
     *
     * @param executed whether what stands in an executable comment is code
     */
    static int afterSemicolon(ByteBuf in, int from, int end, boolean executed) {
        if (in.indexOf(from, end, (byte) ';') < 0) {
            return end; // the usual case
        }
        int at = from;
        while (at >= 0 && at < end) {
            int c = in.getByte(at);
            switch (c) {
                case ';' -> {
                    return at + 1;
                }
                case '\'', '"', '`' -> at = afterQuoted(in, at, end);
                case '/', '#', '-' -> {
                    int code = executed ? codeInComment(in, at, end) : at;
                    int next = code > at ? code : afterComment(in, at, end);
                    at = next == at ? at + 1 : next;
                }
                default -> at++;
            }
        }
        return end;
    }

    /** The end of the word that starts there. */
    static int afterWord(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end && isWordChar(in.getUnsignedByte(at))) {
            at++;
        }
        return at;
    }

    /** Whether that word stands there, in any case. */
    static boolean isWord(ByteBuf in, int at, int wordEnd, String upper) {
        if (wordEnd - at != upper.length()) {
            return false;
        }
        for (int i = 0; i < upper.length(); i++) {
            if ((in.getByte(at + i) & ~0x20) != upper.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Behind the opening of an executable comment; the index itself if none starts there. */
    private static int codeInComment(ByteBuf in, int at, int end) {
        if (!isAt(in, at, end, '/', '*')) {
            return at;
        }
        int bang = at + 2 < end && in.getByte(at + 2) == 'M' ? at + 3 : at + 2;
        if (bang >= end || in.getByte(bang) != '!') {
            return at;
        }
        int code = bang + 1;
        while (code < end && in.getByte(code) >= '0' && in.getByte(code) <= '9') {
            code++;
        }
        return code;
    }

    /** Behind the comment that starts there; the index itself if none does, -1 if it has no end. */
    private static int afterComment(ByteBuf in, int at, int end) {
        if (isAt(in, at, end, '/', '*')) {
            int close = at + 2;
            while (close < end && !isAt(in, close, end, '*', '/')) {
                close++;
            }
            return close < end ? close + 2 : -1;
        }
        boolean isDash =
                isAt(in, at, end, '-', '-')
                        && (at + 2 >= end
                                || (in.getByte(at + 2) >= 0 && in.getByte(at + 2) <= ' '));
        if (in.getByte(at) == '#' || isDash) {
            int newline = in.indexOf(at, end, (byte) '\n');
            return newline < 0 ? -1 : newline + 1;
        }
        return at;
    }

    private static int afterQuoted(ByteBuf in, int from, int end) {
        int quote = in.getByte(from);
        int at = from + 1;
        while (at < end && in.getByte(at) != quote) {
            at += in.getByte(at) == '\\' && quote != '`' ? 2 : 1;
        }
        return at + 1;
    }

    private static boolean isAt(ByteBuf in, int at, int end, char first, char second) {
        return at + 1 < end && in.getByte(at) == first && in.getByte(at + 1) == second;
    }
}
