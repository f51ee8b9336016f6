package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that servers read differently: the strictest reading counts, and is not sure. */
class DoubtsTest {
    private static final Reading UNKNOWN_MARIADB = new Reading(true, true, true, 0, false);
    private static final Reading UNKNOWN_MYSQL = new Reading(true, true, false, 0, false);

    private static List<Statement> classify(String text, Reading reading) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        List<Statement> found = Classifier.classify(in, 0, in.writerIndex(), reading);
        boolean isOrdinary = Classifier.isOrdinary(in, 0, in.writerIndex(), reading);
        assertThat(isOrdinary).isEqualTo(found.isEmpty());
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*!80000 DROP */ TABLE t",
                "/*!99999 DROP TABLE t */",
                "DROP TABLE /*!90500 t */",
                "SELECT 1 /*!80000 ; DROP TABLE t */",
                "SELECT 1 /*!80000 */; /*!90000 DROP */ TABLE t",
                "SELECT /*!800001*/; DROP TABLE t",
                "SELECT $$ ' $$; DROP TABLE t -- '",
                "SELECT $a$ ' $a$; DROP TABLE t -- '",
            })
    void mysqlOfAnyVersion(String text) {
        assertThat(Described.of(classify(text, UNKNOWN_MYSQL))).matches("DROP_.*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*!120000 DROP */ TABLE t",
                "/*M!120000 DROP TABLE t */",
                "/*!99997 DROP TABLE t */",
                "/*M!130000 DROP */ /*M!140000 TABLE */ t",
            })
    void mariadbOfAnyVersion(String text) {
        assertThat(Described.of(classify(text, UNKNOWN_MARIADB))).matches("DROP_.*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP\u00a0TABLE\u00a0t",
                "DROP\u00ffTABLE\u00fft",
                "\u00a0DROP TABLE t",
                "SELECT 1;\u00a0DROP TABLE t",
                "SELECT '\u0081\\'; DROP TABLE t; -- '",
                "SELECT '\u00a1\\'; DROP TABLE t; -- '",
                "SELECT '\u00e0\\'; DROP TABLE t; -- '",
                "SELECT `\u0081`; DROP TABLE t; -- `",
                "SELECT a\u0081`; DROP TABLE t; -- `",
                "SELECT 1 --\u0085'\n; DROP TABLE t; -- '",
                "SELECT 1 --\u0080'\n; DROP TABLE t; --\u00ff '",
            })
    void clientsOfAnyCharacterSet(String text) {
        assertThat(Described.of(classify(text, UNKNOWN_MARIADB)))
                .matches("DROP_(TABLE|DATABASE)\\? .*");
        assertThat(Described.of(classify(text, UNKNOWN_MYSQL)))
                .matches("DROP_(TABLE|DATABASE)\\? .*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET NAMES gbk; SELECT '\u0081\\'; DROP TABLE t; -- '",
                "SET character_set_client = latin1; DROP\u00a0TABLE t",
                "SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT '\\'; DROP TABLE t; -- '",
                "SET @@session.sql_mode = 'ANSI_QUOTES'; SELECT \"\\\"; DROP TABLE t; -- \"",
                "/*! SET NAMES latin1 */;\u00a0DROP TABLE t",
                "EXECUTE IMMEDIATE 'S\\ET sql\\_mode=\"\"'; SELECT '\\'; DROP TABLE t; -- '",
                "SET STATEMENT a=1 FOR SET sql_mode=''; SELECT '\\'; DROP TABLE t; -- '",
            })
    void textsThatChangeHowTheyAreRead(String text) {
        var known = new Reading(true, true, true, 101_119, true);
        assertThat(Described.of(classify(text, known))).startsWith("DROP_TABLE?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "true | SELECT '\\'; DROP TABLE t; -- ' | -",
                "false | SELECT '\\'; DROP TABLE t; -- ' | DROP_TABLE t",
                "false | SELECT \"\\\"; DROP TABLE t; -- \" | DROP_TABLE t",
                "true | SELECT \"\\\"; DROP TABLE t; -- \" | DROP_TABLE? t",
                "false | PREPARE s FROM 'DROP\\nTABLE t' | PREPARE(-)",
                "true | PREPARE s FROM 'DROP\\nTABLE t' | PREPARE(DROP_TABLE t)",
                "true | UPDATE t SET a = \"x\\\"y\" WHERE b = 1 | -",
                "true | INSERT INTO t VALUES (\"a\\\"b\", '\"; drop table t') | -",
            })
    void backslashesAsTheServerSays(boolean escapes, String text, String expected) {
        var reading = new Reading(true, escapes, true, 101_119, true);
        assertThat(Described.of(classify(text, reading))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'größe\\'; drop table t'",
                "SELECT 'voil\u00c3\u00a0; drop'",
                "INSERT INTO t VALUES ('\u00e9\u00e8', 'x')",
                "UPDATE t SET a = '\u00ff' WHERE b = 1",
                "DELETE FROM t WHERE a = '\u00a0'",
            })
    void ordinaryTextsOfAnyCharacterSet(String text) {
        assertThat(classify(text, UNKNOWN_MARIADB)).isEmpty();
    }
}
