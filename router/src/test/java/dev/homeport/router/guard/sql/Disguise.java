package dev.homeport.router.guard.sql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes texts that try to destroy {@code d.victim} or the schema {@code e} without looking like it.
 * Many are syntax errors; which ones only a server can tell. One seed, one text.
 */
final class Disguise {
    private static final List<String> CHARSETS =
            List.of(
                    "utf8mb4",
                    "utf8mb4",
                    "utf8mb4",
                    "utf8mb4",
                    "latin1",
                    "gbk",
                    "big5",
                    "sjis",
                    "cp932",
                    "cp850",
                    "koi8r",
                    "macroman",
                    "latin2",
                    "greek",
                    "hebrew",
                    "swe7",
                    "euckr",
                    "ujis",
                    "cp1251",
                    "cp866",
                    "keybcs2",
                    "armscii8",
                    "hp8",
                    "dec8");

    private static final List<String> MODES =
            List.of("ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "IGNORE_SPACE", "PIPES_AS_CONCAT");

    private static final List<String> MARIADB_MODES = List.of("ORACLE", "MSSQL");

    private static final List<String> VERSIONS =
            List.of(
                    "", "", "", "00000", "32302", "40101", "50000", "50000", "50699", "50700",
                    "50701", "80000", "90000", "90700", "90799", "090000", "090700 ", "099999 ",
                    "99997", "99999", "100000", "100100", "101119 ", "101120", "110809", "110810 ",
                    "120000", "500000", "500001", "800001 ", "999999", "5000", "500", "0");

    private static final List<String> BLANKS =
            List.of(
                    " ",
                    " ",
                    " ",
                    " ",
                    "  ",
                    "\t",
                    "\n",
                    "\r",
                    "\u000b",
                    "\f",
                    "\u00a0",
                    "\u00ff",
                    "\u00ca",
                    "\u009a",
                    "\u0085",
                    "\u0001",
                    "\0",
                    "",
                    "/**/",
                    "/* ' */",
                    "/* \" */",
                    "/* ` */",
                    "/*/*/",
                    "/***/",
                    "/* /* */",
                    "/*!*/",
                    "/*! */",
                    "/*!50000 */",
                    "/*!99999 x */",
                    "/*!99999 /* x */ y */",
                    "/*!999999 ' */",
                    "/*M! */",
                    "/*M!999999 x */",
                    "/*+ x */",
                    "/*+ ` */",
                    "-- x\n",
                    "--\n",
                    "--\t'\n",
                    "--\u007f\n",
                    "--\u0001`\n",
                    "--\u0085\n",
                    "-- \r\n",
                    "#\n",
                    "# ' \n",
                    "#\"\n",
                    "--x\n",
                    "*/",
                    "/*",
                    "/*!",
                    ";");

    private static final List<String> SOUP =
            List.of(
                    "'",
                    "'",
                    "\"",
                    "\"",
                    "`",
                    "\\",
                    "\\",
                    ";",
                    " -- ",
                    "#",
                    "\n",
                    "/*",
                    "*/",
                    "/*!",
                    "/*!99999 ",
                    "$$",
                    "$a$",
                    "[",
                    "]",
                    "(",
                    ")",
                    "\u0081",
                    "\u00a1",
                    "\u00e0",
                    "\u00fe",
                    "\u00c3\u00a9",
                    "\u00a0",
                    "a",
                    " ",
                    ",",
                    "''",
                    "\"\"",
                    "``",
                    "\\'",
                    "\\\"",
                    "\\\\",
                    "--",
                    "/*+",
                    "1",
                    "@",
                    ".",
                    "\0",
                    "x'",
                    "n'",
                    "_latin1'",
                    "WHERE NULL ");

    private final Random random;
    private final boolean mariadb;

    Disguise(long seed, boolean mariadb) {
        this.random = new Random(seed);
        this.mariadb = mariadb;
    }

    /** How a text is sent. */
    enum Way {
        SINGLE,
        MULTI,
        PREPARED
    }

    /**
     * A text and the session that sends it.
     *
     * @param text a character for each byte
     * @param modes as in sql_mode, separated by commas
     * @param knowsVersion whether the classifier is told the server's version
     */
    record Text(String text, Way way, String charset, String modes, boolean knowsVersion) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }

        boolean hasBackslashEscapes() {
            return !modes.contains("NO_BACKSLASH_ESCAPES");
        }

        @Override
        public String toString() {
            StringBuilder shown = new StringBuilder();
            text.chars()
                    .forEach(
                            c -> {
                                boolean isPlain = c >= ' ' && c < 0x7f && c != '\\';
                                shown.append(
                                        isPlain ? Character.toString(c) : "\\x%02x".formatted(c));
                            });
            return "%s %s [%s] %s".formatted(way, charset, modes, shown);
        }
    }

    Text next() {
        Way way = oneOf(List.of(Way.SINGLE, Way.MULTI, Way.MULTI, Way.PREPARED));
        String text = dressed(destruction());
        if (way == Way.MULTI && chance(70)) {
            text = before() + text + (chance(30) ? ";" + oneOf(BLANKS) + soup(6) : "");
        } else if (way == Way.MULTI && chance(30)) {
            text = settings() + ";" + oneOf(BLANKS) + text;
        }
        if (chance(20)) {
            text = mutated(text);
        }
        return new Text(text, way, oneOf(CHARSETS), modes(), chance(70));
    }

    private String modes() {
        List<String> modes = new ArrayList<>();
        for (String mode : MODES) {
            if (chance(20)) {
                modes.add(mode);
            }
        }
        if (mariadb && chance(15)) {
            modes.add(oneOf(MARIADB_MODES));
        }
        return String.join(",", modes);
    }

    /** What another statement is, with quotes that may or may not end before the next one. */
    private String before() {
        return switch (random.nextInt(6)) {
            case 0 -> "SELECT '" + soup(5) + "'" + blank() + ";" + blank();
            case 1 -> "SELECT \"" + soup(5) + "\"" + blank() + ";" + blank();
            case 2 -> "SELECT 1 AS `" + soup(4) + "`;" + blank();
            case 3 -> "DO 1" + blank() + ";" + blank();
            case 4 -> "SELECT /*" + soup(4) + "*/ 1;" + blank();
            default -> "SELECT 1, " + soup(4) + ";" + blank();
        };
    }

    private String settings() {
        return oneOf(
                List.of(
                        "SET NAMES gbk",
                        "SET NAMES latin1",
                        "SET character_set_client = big5",
                        "SET sql_mode = 'ANSI_QUOTES'",
                        "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
                        "SET @@session.sql_mode = ''",
                        "/*! SET NAMES sjis */",
                        "SET CHARACTER SET koi8r"));
    }

    private String destruction() {
        String victim = victim();
        return switch (random.nextInt(mariadb ? 22 : 16)) {
            case 0, 1 -> "DROP TABLE " + victim;
            case 2 -> "DROP TABLE IF EXISTS nosuch , " + victim;
            case 3 ->
                    "DROP TABLES IF EXISTS " + victim + oneOf(List.of("", " RESTRICT", " CASCADE"));
            case 4 -> "TRUNCATE TABLE " + victim;
            case 5 -> "TRUNCATE " + victim;
            case 6 -> "DELETE FROM " + victim;
            case 7 -> "DELETE FROM " + victim + tail();
            case 8 -> "DELETE v FROM " + victim + " AS v" + tail();
            case 9 -> "UPDATE " + victim + " SET b = " + value() + tail();
            case 10 -> "UPDATE " + victim + " v JOIN ( SELECT 1 WHERE 1 ) w SET v.b = 5" + tail();
            case 11 -> "ALTER TABLE " + victim + " DROP " + oneOf(List.of("", "COLUMN ")) + "c";
            case 12 -> "ALTER TABLE " + victim + " ADD e INT , DROP c";
            case 13 ->
                    "DROP " + oneOf(List.of("DATABASE ", "SCHEMA ")) + oneOf(List.of("e", "`e`"));
            case 14 -> prepared();
            case 15 -> "WITH w AS ( SELECT 1 WHERE 1 ) DELETE FROM " + victim + tail();
            case 16 -> "CREATE OR REPLACE TABLE " + victim + " ( a INT )";
            case 17 ->
                    "SET STATEMENT max_statement_time = "
                            + oneOf(List.of("5 ", "5e0", "5.", "5.0", ".5e1", "( 5 ) "))
                            + "FOR "
                            + plain();
            case 18 ->
                    "ANALYZE "
                            + oneOf(List.of("", "FORMAT = JSON "))
                            + "DELETE FROM "
                            + victim
                            + tail();
            case 19 -> "EXECUTE IMMEDIATE " + literal(plain());
            case 20 -> compound();
            default -> "CREATE OR REPLACE DATABASE e";
        };
    }

    private String plain() {
        return oneOf(
                List.of(
                        "DROP TABLE d.victim",
                        "TRUNCATE d.victim",
                        "DELETE FROM d.victim",
                        "UPDATE d.victim SET b = 5",
                        "ALTER TABLE d.victim DROP c"));
    }

    private String compound() {
        String plain = plain();
        return oneOf(
                List.of(
                        "BEGIN NOT ATOMIC " + plain + " ; END",
                        "BEGIN NOT ATOMIC DO 1 ; " + plain + " ; END",
                        "BEGIN " + plain + " ; END",
                        "IF 1 THEN " + plain + " ; END IF",
                        "CASE 1 WHEN 1 THEN " + plain + " ; END CASE",
                        "FOR i IN 1 .. 1 DO " + plain + " ; END FOR",
                        "REPEAT " + plain + " ; UNTIL 1 END REPEAT",
                        "DECLARE x INT ; BEGIN " + plain + " ; END",
                        "BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR SQLEXCEPTION "
                                + plain
                                + " ; SELECT nosuch ; END"));
    }

    private String prepared() {
        return oneOf(
                List.of(
                        "PREPARE s FROM " + literal(plain()) + " ; EXECUTE s",
                        "SET @v = " + literal(plain()) + " ; PREPARE s FROM @v ; EXECUTE s"));
    }

    /** As a literal, with escapes that may mean something or not. */
    private String literal(String text) {
        String quote = oneOf(List.of("'", "'", "\""));
        StringBuilder literal = new StringBuilder(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isEscaped = chance(8) && "ntrbZ0%_".indexOf(c) < 0;
            literal.append(isEscaped ? "\\" : "").append(c == ' ' && chance(20) ? "\\n" : c);
        }
        return literal + quote;
    }

    private String victim() {
        return oneOf(
                List.of(
                        "victim",
                        "d.victim",
                        "`victim`",
                        "`d`.`victim`",
                        "d . victim",
                        "`d` . victim",
                        "d. victim",
                        "d .victim",
                        "\"victim\"",
                        "\"d\".\"victim\"",
                        "[victim]",
                        ".victim",
                        "d.`victim`"));
    }

    private String value() {
        return oneOf(
                List.of(
                        "5",
                        "5.",
                        "5e0",
                        "'5'",
                        "\"5\"",
                        "( SELECT 5 WHERE 1 )",
                        "@where",
                        "@",
                        "0x5",
                        "'\\'' '5'",
                        "IF ( 1 , 5 , 6 )",
                        "5 /* WHERE NULL */"));
    }

    /** What may stand behind a DELETE or UPDATE; a real WHERE finds no row, cut short or not. */
    private String tail() {
        return oneOf(
                List.of(
                        "",
                        "",
                        " WHERE NULL",
                        "WHERE NULL",
                        " ORDER BY a LIMIT 9",
                        " LIMIT 9",
                        " /* WHERE NULL */",
                        " -- WHERE NULL",
                        " # WHERE NULL",
                        " /*!99999 WHERE NULL */",
                        " /*!50700 WHERE NULL */",
                        " /*!80000 WHERE NULL */",
                        " /*M! WHERE NULL */",
                        " /*!100100 WHERE NULL */",
                        " ORDER BY 2*/* WHERE NULL */3",
                        " ORDER BY @where",
                        " ORDER BY 'where'",
                        " ORDER BY \"where\"",
                        " ORDER BY victim.a",
                        " ORDER BY ( SELECT 1 WHERE 1 )",
                        " /*! WHERE NULL */",
                        " ORDER BY '" + soup(3) + "' , \" WHERE NULL \"",
                        " ORDER BY '\\' , a WHERE NULL -- '",
                        " ORDER BY `where`"));
    }

    /** With other blanks, in other case, with parts in executable comments. */
    private String dressed(String statement) {
        String[] tokens = statement.split(" ", -1);
        StringBuilder result = new StringBuilder(chance(20) ? blank() : "");
        int closeAt = -1;
        for (int i = 0; i < tokens.length; i++) {
            if (i > 0) {
                result.append(chance(25) ? blank() : " ");
            }
            if (closeAt < 0 && chance(12)) {
                result.append(chance(80) || !mariadb ? "/*!" : "/*M!").append(oneOf(VERSIONS));
                result.append(chance(70) ? " " : "");
                closeAt = i + random.nextInt(Math.min(3, tokens.length - i));
            }
            result.append(chance(15) ? cased(tokens[i]) : tokens[i]);
            if (i == closeAt) {
                result.append(chance(95) ? " */" : "");
                closeAt = -1;
            }
        }
        return result.append(chance(15) ? blank() : "").append(chance(15) ? ";" : "").toString();
    }

    private String cased(String token) {
        StringBuilder result = new StringBuilder();
        boolean isName = token.toLowerCase(Locale.ROOT).contains("victim");
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            result.append(!isName && random.nextBoolean() ? Character.toLowerCase(c) : c);
        }
        return result.toString();
    }

    private String blank() {
        return oneOf(BLANKS) + (chance(15) ? oneOf(BLANKS) : "");
    }

    private String soup(int most) {
        StringBuilder soup = new StringBuilder();
        int parts = random.nextInt(most + 1);
        for (int i = 0; i < parts; i++) {
            soup.append(oneOf(SOUP));
        }
        return soup.toString();
    }

    private String mutated(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        String head = text.substring(0, at);
        return switch (random.nextInt(3)) {
            case 0 -> head + text.substring(at + 1);
            case 1 -> head + oneOf(SOUP) + text.substring(at);
            default -> head + (char) random.nextInt(256) + text.substring(at + 1);
        };
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
