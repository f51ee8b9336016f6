package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ByteProcessor;

/**
 * Cuts SQL text into tokens where it lies, as the servers' own lexers do ({@code sql/sql_lex.cc} of
 * MariaDB and MySQL). A lexer is used again and again and allocates nothing.
 *
 * <p>Where the text alone does not say how a server reads it, {@link #doubts} says so after the
 * fact, and the text can be read again under another {@link #read reading}. Blanks are read more
 * generously than the servers do (any control character is one): what only then becomes a statement
 * is an error to the server.
 */
final class Lexer {
    /** What a token is. */
    enum Kind {
        /** Nothing more. */
        END,
        /** Without quotes, and a keyword if it looks like one. */
        WORD,
        /** Without quotes, but beside a dot that makes it a name. */
        NAME,
        /** A name in quotes. */
        QUOTED,
        /** A literal in quotes. */
        TEXT,
        NUMBER,
        /** {@code @v}, {@code @@v}, and what stands behind a user's at sign. */
        VARIABLE,
        /** One other character. */
        SYMBOL,
        /** A quote or comment without an end: to a server a syntax error. */
        BROKEN
    }

    /** An executable comment whose version decides, and the server's is not known. */
    static final int DOUBT_VERSION = 1;

    /** As {@link #DOUBT_VERSION} or {@link #DOUBT_DASHES}, of more than one version or byte. */
    static final int DOUBT_MANY = 1 << 1;

    /** A version of five digits and another digit, or of six. */
    static final int DOUBT_SIX_DIGITS = 1 << 2;

    /** A double-quoted text with a backslash, which in a name (ANSI_QUOTES) would not escape. */
    static final int DOUBT_ANSI = 1 << 3;

    /** A backslash in a literal: only asked for where the mode itself may change. */
    static final int DOUBT_BACKSLASH = 1 << 4;

    /** {@code $$}, where quoting by dollars came with some version. */
    static final int DOUBT_DOLLAR = 1 << 5;

    /** Two dashes and a byte above ASCII, which is a control character in some character sets. */
    static final int DOUBT_DASHES = 1 << 6;

    /** Bytes that are read otherwise in other character sets: a bit per {@link #charset}. */
    static final int DOUBT_CHARSET_0 = 1 << 8;

    /** In no character set but UTF-8 (and ASCII): bytes above ASCII are letters. */
    static final int CHARSET_UTF8 = 0;

    /** In this and the next ones one byte above ASCII is a blank. */
    static final int CHARSET_BLANK_A0 = 1;

    static final int CHARSET_BLANK_FF = 2;

    /** In this and the next ones the second byte of a character may be a backslash. */
    static final int CHARSET_GBK = 3;

    static final int CHARSET_BIG5 = 4;
    static final int CHARSET_SJIS = 5;
    static final int CHARSETS = 6;

    /** From here on MySQL has dollar quotes and six digits in versions for sure. */
    private static final int MYSQL_9 = 90_000;

    /** Every MariaDB that a router is put before is newer. */
    private static final int OLD_MARIADB = 100_200;

    /** Every MySQL that a router is put before is newer; also where MariaDB and MySQL part. */
    private static final int MYSQL_5_7 = 50_700;

    /** Galera runs what stands in a comment of this version. */
    private static final int GALERA = 99_997;

    private static final int LAST_FIVE_DIGITS = 99_999;

    // A buffer goes through its bytes faster than one can ask it for each.
    private static final ByteProcessor PLAIN_IN_SINGLE = b -> b != '\'' && b != '\\';
    private static final ByteProcessor ASCII_IN_SINGLE = b -> b != '\'' && b != '\\' && b >= 0;
    private static final ByteProcessor PLAIN_IN_DOUBLE = b -> b != '"' && b != '\\';
    private static final ByteProcessor ASCII_IN_DOUBLE = b -> b != '"' && b != '\\' && b >= 0;
    private static final ByteProcessor PLAIN_IN_NAME = b -> b != '`' && b != ']';
    private static final ByteProcessor ASCII_IN_NAME = b -> b != '`' && b != ']' && b >= 0;

    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;
    private Reading reading = new Reading(false, true, false);
    private boolean mayChangeModes;

    private boolean newer;
    private boolean sixDigits;
    private boolean ansiQuotes;
    private boolean backslashEscapes;
    private boolean dollarQuotes;
    private boolean highDashes;
    private int charset;

    private int at;
    private boolean inCode;
    private boolean isNameNext;
    private int doubts;
    private int doubtfulVersion;
    private int doubtfulByte;

    private Kind kind = Kind.END;
    private int start;
    private int stop;
    private Word word = Word.NONE;

    /**
     * Begins a text.
     *
     * @param mayChange whether statements of the text may change how later ones are read
     */
    void open(ByteBuf text, int from, int to, Reading how, boolean mayChange) {
        in = text;
        end = to;
        reading = how;
        mayChangeModes = mayChange;
        read(from, 0, CHARSET_UTF8);
    }

    /** Lets go of the text. */
    void close() {
        in = Unpooled.EMPTY_BUFFER;
        end = 0;
        at = 0;
    }

    /**
     * Reads the text that was {@link #open opened} from there on.
     *
     * @param otherwise the doubts that are decided the other way than they would be
     * @param withCharset one of the constants
     */
    void read(int from, int otherwise, int withCharset) {
        at = from;
        newer = (otherwise & DOUBT_VERSION) != 0;
        ansiQuotes = (otherwise & DOUBT_ANSI) != 0;
        backslashEscapes = reading.backslashEscapes() ^ ((otherwise & DOUBT_BACKSLASH) != 0);
        boolean is9 = reading.serverVersion() >= MYSQL_9 || reading.serverVersion() == 0;
        sixDigits = reading.mariadb() || (is9 ^ ((otherwise & DOUBT_SIX_DIGITS) != 0));
        dollarQuotes = !reading.mariadb() && (is9 ^ ((otherwise & DOUBT_DOLLAR) != 0));
        highDashes = (otherwise & DOUBT_DASHES) != 0;
        charset = withCharset;
        inCode = false;
        isNameNext = false;
        doubts = 0;
        doubtfulVersion = 0;
        doubtfulByte = 0;
        kind = Kind.END;
        start = from;
        stop = from;
        word = Word.NONE;
    }

    /** Goes back to a token that was the present one earlier in this reading, and is no name. */
    void rewind(int toStart, boolean wasInCode) {
        at = toStart;
        stop = -1;
        inCode = wasInCode;
        isNameNext = false;
        kind = Kind.END;
        next();
    }

    /** Moves behind a semicolon that separates statements: to the server a text of its own. */
    void nextStatement() {
        inCode = false;
        next();
    }

    Kind kind() {
        return kind;
    }

    int start() {
        return start;
    }

    /** Behind the token. */
    int stop() {
        return stop;
    }

    /** The keyword, if the token is one. */
    Word word() {
        return word;
    }

    boolean isInCode() {
        return inCode;
    }

    boolean hasBackslashEscapes() {
        return backslashEscapes;
    }

    /** What has been read one way and could be read another, so far. */
    int doubts() {
        return doubts;
    }

    boolean is(Word wanted) {
        return word == wanted;
    }

    boolean isSymbol(char wanted) {
        return kind == Kind.SYMBOL && in.getByte(start) == wanted;
    }

    boolean isEnd() {
        return kind == Kind.END || kind == Kind.BROKEN || isSymbol(';');
    }

    /** The first byte of the token. */
    int first() {
        return in.getUnsignedByte(start);
    }

    ByteBuf text() {
        return in;
    }

    /** Moves to the next token. At the end, and behind what is broken, it stays. */
    void next() {
        word = Word.NONE;
        int before = stop;
        if (kind == Kind.BROKEN || !skipBlanks()) {
            return;
        }
        start = at;
        if (at >= end) {
            token(Kind.END, end);
            return;
        }
        int c = in.getUnsignedByte(at);
        if (isNameNext) {
            isNameNext = false;
            token(Kind.NAME, afterWord(at));
        } else if (c >= '0' && c <= '9') {
            numberOrWord();
        } else if (c == '$' && startsDollarQuote()) {
            dollarQuoted();
        } else if (isWordByte(c)) {
            wordOrName();
        } else {
            switch (c) {
                case '`' -> quoted(Kind.QUOTED, c);
                case '"' -> quoted(ansiQuotes ? Kind.QUOTED : Kind.TEXT, c);
                case '\'' -> quoted(Kind.TEXT, c);
                case '@' -> variable();
                case '[' -> bracket();
                case '.' -> dot(before);
                default -> token(Kind.SYMBOL, at + 1);
            }
        }
    }

    private void token(Kind what, int behind) {
        kind = what;
        stop = behind;
        at = behind;
    }

    private void broken() {
        token(Kind.BROKEN, end);
    }

    private int byteAt(int index) {
        return index < end ? in.getUnsignedByte(index) : -1;
    }

    /** Whether there was an end to all of them; otherwise the token is a broken one. */
    private boolean skipBlanks() {
        while (at < end) {
            int c = in.getUnsignedByte(at);
            if (isBlank(c)) {
                at++;
            } else if (c == '#' || (c == '-' && byteAt(at + 1) == '-' && endsDashes(at + 2))) {
                int newline = in.indexOf(at, end, (byte) '\n');
                at = newline < 0 ? end : newline + 1;
            } else if (c == '/' && byteAt(at + 1) == '*') {
                start = at;
                if (!skipComment()) {
                    broken();
                    return false;
                }
            } else if (c == '*' && inCode && byteAt(at + 1) == '/') {
                inCode = false;
                at += 2;
            } else {
                return true;
            }
        }
        return true;
    }

    private boolean isBlank(int c) {
        if (c < 0x80) {
            return c <= ' ';
        }
        if (isUtf8()) {
            return false;
        }
        int blankIn = charsetWithBlank(c);
        if (blankIn != CHARSET_UTF8) {
            doubts |= DOUBT_CHARSET_0 << blankIn;
        }
        return blankIn != CHARSET_UTF8 && blankIn == charset;
    }

    private static int charsetWithBlank(int c) {
        return switch (c) {
            case 0xa0 -> CHARSET_BLANK_A0;
            case 0xff -> CHARSET_BLANK_FF;
            default -> CHARSET_UTF8;
        };
    }

    /** Two dashes start a comment if a blank or control character follows, or nothing. */
    private boolean endsDashes(int index) {
        int c = byteAt(index);
        if (c >= 0x80 && !isUtf8()) {
            if (doubtfulByte != 0 && doubtfulByte != c) {
                doubts |= DOUBT_MANY;
            }
            doubtfulByte = c;
            doubts |= DOUBT_DASHES;
            return highDashes;
        }
        return c <= ' ' || c == 0x7f;
    }

    private boolean isUtf8() {
        return reading.utf8() && !mayChangeModes;
    }

    private boolean skipComment() {
        int bang = at + 2;
        boolean own = reading.mariadb() && byteAt(bang) == 'M' && byteAt(bang + 1) == '!';
        if (own) {
            bang++;
        }
        if (byteAt(bang) != '!') {
            return skipTo(afterComment(at + 2, false));
        }
        int digits = 0;
        int version = 0;
        int five = 0;
        while (digits < 6 && byteAt(bang + 1 + digits) >= '0' && byteAt(bang + 1 + digits) <= '9') {
            version = 10 * version + byteAt(bang + 1 + digits) - '0';
            digits++;
            five = digits == 5 ? version : five;
        }
        if (digits == 6 && !hasSixDigits(bang + 7)) {
            digits = 5;
            version = five;
        }
        if (digits >= 5 && !runs(version, own)) {
            return skipTo(afterComment(bang + 1, true));
        }
        inCode = true;
        at = bang + 1 + (digits >= 5 ? digits : 0);
        return true;
    }

    /** MySQL takes the sixth only if a blank follows it, and before MySQL 9 perhaps never. */
    private boolean hasSixDigits(int index) {
        if (reading.mariadb()) {
            return true;
        }
        if (reading.serverVersion() < MYSQL_9) {
            doubts |= DOUBT_SIX_DIGITS;
        }
        int c = byteAt(index);
        return sixDigits && (c == ' ' || (c >= '\t' && c <= '\r'));
    }

    /** Whether the server takes what stands in a comment of that version for code. */
    private boolean runs(int version, boolean own) {
        int server = reading.serverVersion();
        if (version == GALERA && reading.mariadb()) {
            return isDoubtful(version);
        }
        if (reading.mariadb() && !own && version >= MYSQL_5_7 && version <= LAST_FIVE_DIGITS) {
            return false;
        }
        if (server > 0) {
            return version <= server;
        }
        return version <= (reading.mariadb() ? OLD_MARIADB : MYSQL_5_7) || isDoubtful(version);
    }

    private boolean isDoubtful(int version) {
        if (doubtfulVersion != 0 && doubtfulVersion != version) {
            doubts |= DOUBT_MANY;
        }
        doubtfulVersion = version;
        doubts |= DOUBT_VERSION;
        return newer;
    }

    private boolean skipTo(int index) {
        at = index < 0 ? at : index;
        return index >= 0;
    }

    /**
     * Behind the end of a comment that is none of the code; -1 if there is none.
     *
     * @param holdsOne whether another comment may stand in it, as in those of other versions
     */
    private int afterComment(int from, boolean holdsOne) {
        int index = from;
        while (index + 1 < end) {
            int c = in.getByte(index);
            if (c == '*' && in.getByte(index + 1) == '/') {
                return index + 2;
            }
            if (holdsOne && c == '/' && in.getByte(index + 1) == '*') {
                index = afterComment(index + 2, false);
                if (index < 0) {
                    return -1;
                }
            } else {
                index++;
            }
        }
        return -1;
    }

    private boolean isWordByte(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '$'
                || (c >= 0x80 && !isBlank(c));
    }

    private int afterWord(int from) {
        int index = from;
        while (index < end) {
            int c = in.getUnsignedByte(index);
            if (!isWordByte(c)) {
                break;
            }
            index += c < 0x80 ? 1 : charBytes(index, c);
        }
        return Math.min(index, end);
    }

    /** How many bytes the character has, of those that matter here: 1 or 2. */
    private int charBytes(int index, int lead) {
        int second = byteAt(index + 1);
        boolean isOdd = second >= 0x40 && second <= 0x7e;
        if (isUtf8() || (!isOdd && charset < CHARSET_GBK)) {
            return 1;
        }
        if (isOdd && !isLetter(second)) {
            doubts |=
                    (DOUBT_CHARSET_0 << CHARSET_GBK)
                            | (DOUBT_CHARSET_0 << CHARSET_BIG5)
                            | (DOUBT_CHARSET_0 << CHARSET_SJIS);
        }
        boolean isPair =
                switch (charset) {
                    case CHARSET_GBK ->
                            lead >= 0x81 && lead <= 0xfe && (isOdd || isIn(second, 0x80, 0xfe));
                    case CHARSET_BIG5 ->
                            lead >= 0xa1 && lead <= 0xf9 && (isOdd || isIn(second, 0xa1, 0xfe));
                    case CHARSET_SJIS ->
                            (isIn(lead, 0x81, 0x9f) || isIn(lead, 0xe0, 0xfc))
                                    && (isOdd || isIn(second, 0x80, 0xfc));
                    default -> false;
                };
        return isPair ? 2 : 1;
    }

    private static boolean isIn(int c, int from, int to) {
        return c >= from && c <= to;
    }

    private static boolean isLetter(int c) {
        return isIn(c | 0x20, 'a', 'z');
    }

    /** A dot behind it makes a name even of a keyword, and so does one before it. */
    private void wordOrName() {
        int behind = afterWord(at);
        boolean isName =
                byteAt(behind) == '.' && behind + 1 < end && isWordByte(byteAt(behind + 1));
        if (!isName) {
            word = Word.of(in, at, behind);
        }
        token(isName ? Kind.NAME : Kind.WORD, behind);
    }

    /** {@code 1e5FOR} is a number and a keyword, {@code 1FOR} is a name. */
    private void numberOrWord() {
        int index = afterDigits(at);
        int c = byteAt(index);
        if (c == '.') {
            token(Kind.NUMBER, afterFraction(index + 1));
            return;
        }
        int exponent = afterExponent(index);
        if (exponent > index) {
            token(Kind.NUMBER, exponent);
            return;
        }
        int behind = afterWord(index);
        if (behind == index) {
            token(Kind.NUMBER, index);
        } else {
            token(Kind.NAME, behind);
        }
    }

    private int afterDigits(int from) {
        int index = from;
        while (isIn(byteAt(index), '0', '9')) {
            index++;
        }
        return index;
    }

    private int afterFraction(int from) {
        return afterExponent(afterDigits(from));
    }

    private int afterExponent(int index) {
        if ((byteAt(index) | 0x20) != 'e') {
            return index;
        }
        int sign = byteAt(index + 1);
        int digits = index + (sign == '+' || sign == '-' ? 2 : 1);
        return isIn(byteAt(digits), '0', '9') ? afterDigits(digits) : index;
    }

    private void dot(int before) {
        boolean isBehindName = before == at && (kind == Kind.NAME || kind == Kind.WORD);
        if (!isBehindName && isIn(byteAt(at + 1), '0', '9')) {
            token(Kind.NUMBER, afterFraction(at + 1));
            return;
        }
        isNameNext = at + 1 < end && isWordByte(byteAt(at + 1));
        token(Kind.SYMBOL, at + 1);
    }

    private void variable() {
        int c = byteAt(at + 1);
        if (c == '\'' || c == '"' || c == '`') {
            at++;
            quoted(Kind.VARIABLE, c);
            return;
        }
        int index = at + 1;
        if (c == '@') {
            index = byteAt(at + 2) == '`' ? at + 2 : afterVariable(at + 2);
        } else {
            index = afterVariable(index);
        }
        token(Kind.VARIABLE, index);
    }

    private int afterVariable(int from) {
        int index = from;
        while (index < end) {
            int c = in.getUnsignedByte(index);
            if (c >= 0x80 || (c != '.' && !isWordByte(c))) {
                break;
            }
            index++;
        }
        return index;
    }

    /** With sql_mode MSSQL of MariaDB a name; everywhere else a syntax error. */
    private void bracket() {
        if (reading.mariadb()) {
            quoted(Kind.QUOTED, ']');
        } else {
            token(Kind.SYMBOL, at + 1);
        }
    }

    private void quoted(Kind what, int quote) {
        boolean isName = quote == '`' || quote == ']' || (quote == '"' && ansiQuotes);
        int index = at + 1;
        while (index < end) {
            index = afterPlain(index, quote);
            if (index < 0) {
                break;
            }
            int c = in.getUnsignedByte(index);
            if (c == quote) {
                if (byteAt(index + 1) != quote) {
                    token(what, index + 1);
                    return;
                }
                index += 2;
            } else if (c == '\\') {
                index += isEscape(quote, isName) ? 2 : 1;
            } else {
                index += c < 0x80 ? 1 : charBytes(index, c);
            }
        }
        broken();
    }

    /** The next byte that may mean something between those quotes; -1 if there is none. */
    private int afterPlain(int from, int quote) {
        boolean isUtf8 = isUtf8();
        ByteProcessor plain =
                switch (quote) {
                    case '\'' -> isUtf8 ? PLAIN_IN_SINGLE : ASCII_IN_SINGLE;
                    case '"' -> isUtf8 ? PLAIN_IN_DOUBLE : ASCII_IN_DOUBLE;
                    default -> isUtf8 ? PLAIN_IN_NAME : ASCII_IN_NAME;
                };
        return in.forEachByte(from, end - from, plain);
    }

    private boolean isEscape(int quote, boolean isName) {
        if (quote == '`' || quote == ']') {
            return false;
        }
        if (mayChangeModes) {
            doubts |= DOUBT_BACKSLASH;
        }
        if (quote == '"' && (backslashEscapes || mayChangeModes)) {
            doubts |= DOUBT_ANSI;
        }
        return backslashEscapes && !isName;
    }

    /** {@code $$} or {@code $tag$}, where that quotes. */
    private boolean startsDollarQuote() {
        if (reading.mariadb()) {
            return false;
        }
        int index = at + 1;
        while (index < end && in.getByte(index) != '$' && isWordByte(in.getUnsignedByte(index))) {
            index++;
        }
        if (byteAt(index) != '$') {
            return false;
        }
        if (reading.serverVersion() < MYSQL_9) {
            doubts |= DOUBT_DOLLAR;
        }
        return dollarQuotes;
    }

    private void dollarQuoted() {
        int tagEnd = in.indexOf(at + 1, end, (byte) '$') + 1;
        int length = tagEnd - at;
        int index = tagEnd;
        while (index >= 0 && index + length <= end) {
            index = in.indexOf(index, end, (byte) '$');
            if (index < 0 || index + length > end) {
                break;
            }
            if (isSame(at, index, length)) {
                token(Kind.TEXT, index + length);
                return;
            }
            index++;
        }
        broken();
    }

    private boolean isSame(int one, int other, int length) {
        for (int i = 0; i < length; i++) {
            if (in.getByte(one + i) != in.getByte(other + i)) {
                return false;
            }
        }
        return true;
    }
}
