package dev.homeport.router.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.router.protocol.StatementStart.Found;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementStartTest {
    private static Found look(String sql) {
        ByteBuf in = Bytes.buffer(sql);
        return StatementStart.look(in, 0, in.writerIndex(), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL 42",
                "kill 42",
                "  KiLl\t42 ; ",
                ";;KILL 42;",
                "/* who */ KILL /* what */ 42 -- why",
                "-- line\nKILL 42",
                "# line\nKILL 42 # why",
                "--\nKILL 42",
                "/*!50000 KILL 42 */",
                "/*M!100100 KILL 42*/",
                "/*! KILL 42 */",
                "/*!999999 SELECT 1 */ KILL 42",
                "/**/KILL/**/42",
                "KILL 42 --"
            })
    void findsTheConnectionThatIsToBeKilled(String sql) {
        assertThat(look(sql)).isEqualTo(new Found.Kill("", 42));
    }

    @ParameterizedTest
    @CsvSource({
        "KILL 42, KILL 4294967295",
        "KILL CONNECTION 42, KILL CONNECTION 4294967295",
        "kill soft 42, KILL SOFT 4294967295",
        "KILL HARD CONNECTION 42, KILL HARD CONNECTION 4294967295",
        "KILL QUERY 42, KILL QUERY 4294967295",
        "kill hard query 42;, KILL HARD QUERY 4294967295",
        "KILL/*x*/SOFT/*x*/QUERY/*x*/42, KILL SOFT QUERY 4294967295"
    })
    void keepsWhatIsToBeKilledAndHow(String sql, String sentOn) {
        // When
        Found found = look(sql);
        // Then: what is sent on says the same of another connection
        assertThat(found)
                .isInstanceOfSatisfying(
                        Found.Kill.class,
                        kill -> {
                            assertThat(kill.connectionId()).isEqualTo(42);
                            assertThat(kill.of(-1)).isEqualTo(sentOn);
                        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL CONNECTION_ID()",
                "KILL(42)",
                "KILL (42)",
                "KILL @id",
                "KILL 42+1",
                "KILL -42",
                "KILL 4.2",
                "KILL '42'",
                "KILL \"42\"",
                "KILL`42`",
                "KILL 0x2a",
                "KILL 99999999999999999999",
                "KILL 42; SELECT 1",
                "KILL 42; KILL 43",
                "KILL /*!42 */",
                "KILL /*!50000 42 */",
                "KILL /*M!42*/ 43",
                "KILL (SELECT 42)",
                "KILL ?",
                "KILL"
            })
    void refusesToTranslateAnyOtherKillOfAConnection(String sql) {
        assertThat(look(sql)).isEqualTo(new Found.OtherKill(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KILL USER app",
                "KILL QUERY ID 42",
                "kill hard query id 7",
                "KILL SOFT USER x"
            })
    void letsKillsPassThatNameNoConnection(String sql) {
        assertThat(look(sql)).isEqualTo(new Found.OtherKill(false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USE p2",
                "use p2;",
                "USE`p2`",
                "USE \"p2\"",
                "/* c */ USE /* c */ p2 # c",
                "USE p2--",
                "USE p2-- ",
                "USE p2/*!*/",
                "/*!40000 USE p2 */",
                "/*!999999 SELECT 1*/USE p2",
                "USE/**/p2",
                "(USE p2"
            })
    void findsTheSchemaThatIsEntered(String sql) {
        assertThat(look(sql)).isEqualTo(new Found.Use("p2"));
    }

    @Test
    void unquotesANameWithQuotesInIt() {
        assertThat(look("USE `a``b`")).isEqualTo(new Found.Use("a`b"));
        assertThat(look("USE `a b`")).isEqualTo(new Found.Use("a b"));
        assertThat(look("USE `é`")).isEqualTo(new Found.Use("é"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ";",
                "SELECT 1",
                "UPDATE t SET a = 1",
                "USER",
                "USERS",
                "use_it",
                "UNLOCK TABLES",
                "KILLER 42",
                "kill_it",
                "KILL9",
                "USEé p2",
                "USE",
                "-- KILL 42",
                "# USE p2",
                "/* KILL 42 */",
                "/* KILL 42",
                "SELECT 'KILL 42'",
                "INSERT INTO t VALUES ('USE p2')",
                "/*!40101 SET NAMES utf8 */",
                "/*!40000 ALTER TABLE t DISABLE KEYS */;",
                "WITH x AS (SELECT 1) SELECT * FROM x"
            })
    void takesAllOthersForOrdinary(String sql) {
        assertThat(look(sql)).isEqualTo(new Found.Ordinary());
    }

    @Test
    void looksThroughALongComment() {
        // Given
        String comment = "/*" + "x".repeat(5000) + "*/";
        // When / Then
        assertThat(look(comment + "KILL 42")).isEqualTo(new Found.Kill("", 42));
        assertThat(look("KILL " + comment + " 42")).isEqualTo(new Found.Kill("", 42));
        assertThat(look("USE " + comment + " p2")).isEqualTo(new Found.Use("p2"));
    }

    @Test
    void translatesNoKillWhoseTextItDoesNotSeeToTheEnd() {
        // Given
        String comment = "/*" + "x".repeat(StatementStart.LOOKAHEAD_BYTES) + "*/";
        // When / Then
        assertThat(look("KILL " + comment + " 42")).isEqualTo(new Found.OtherKill(true));
        assertThat(look("KILL 42 " + comment + "; SELECT 1")).isEqualTo(new Found.OtherKill(true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/* c */ KILL 42",
                "-- c\nUSE p2",
                "/*!50000 KILL 42 */",
                "KILL QUERY 42",
                "UPDATE t SET a = 1",
                "   SELECT 1",
                "/*!999999 SELECT 1 */ KILL 42"
            })
    void neverJudgesTheBeginningOtherwiseThanTheWhole(String sql) {
        // Given
        ByteBuf in = Bytes.buffer(sql);
        Found whole = look(sql);
        for (int cut = 0; cut < sql.length(); cut++) {
            // When
            Found beginning = StatementStart.look(in, 0, cut, false);
            // Then
            assertThat(beginning).isIn(whole, new Found.Unclear());
            if (!(whole instanceof Found.Ordinary)) {
                assertThat(beginning).isEqualTo(new Found.Unclear());
            }
        }
    }

    @Test
    void waitsForNoMoreThanItsLookahead() {
        // Given
        ByteBuf in = Bytes.buffer("/*" + "x".repeat(StatementStart.LOOKAHEAD_BYTES));
        // When
        Found found = StatementStart.look(in, 0, in.writerIndex(), false);
        // Then
        assertThat(found).isEqualTo(new Found.Ordinary());
    }

    @Test
    void findsEveryStatementOfAText() {
        assertThat(statements("SELECT 1; USE p2; KILL 42"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p2"), new Found.Kill("", 42));
        assertThat(statements("SELECT ';USE p2', \"';USE p2\", `;USE p2`;USE p3"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p3"));
        assertThat(statements("SELECT 'it''s; USE p2', 'a\\'; USE p2'; USE p3"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p3"));
        assertThat(statements("SELECT 1 /* ; USE p2 */ -- ; USE p2\n # ; USE p2\n ; USE p3"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p3"));
        assertThat(statements("SELECT 1 /*!50000 ; USE p2 */"))
                .startsWith(new Found.Ordinary(), new Found.Use("p2"));
        assertThat(statements("SELECT 5--3; USE p3"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p3"));
        assertThat(statements("SELECT 4/2-1; USE p3"))
                .containsExactly(new Found.Ordinary(), new Found.Use("p3"));
        assertThat(statements("SELECT 'open; USE p2")).containsExactly(new Found.Ordinary());
        assertThat(statements("SELECT 'open\\")).containsExactly(new Found.Ordinary());
        assertThat(statements("SELECT 1;")).containsExactly(new Found.Ordinary());
    }

    private static List<Found> statements(String sql) {
        ByteBuf in = Bytes.buffer(sql);
        List<Found> found = new ArrayList<>();
        StatementStart.find(in, 0, in.writerIndex(), one -> !found.add(one));
        return found;
    }

    @Test
    void readsExecutableCommentsBothWaysAmongSeveralStatements() {
        assertThat(statements("DO 1; /*!999999 DO 2 */ USE p2; DO 3"))
                .containsExactly(
                        new Found.Ordinary(),
                        new Found.Ordinary(),
                        new Found.Ordinary(),
                        // as comments
                        new Found.Ordinary(),
                        new Found.Use("p2"),
                        new Found.Ordinary());
        assertThat(statements("DO 1; /*! ; USE p2 */"))
                .containsExactly(
                        new Found.Ordinary(),
                        new Found.Use("p2"),
                        // as comments
                        new Found.Ordinary(),
                        new Found.Ordinary());
    }

    @Test
    void stopsAtTheFirstStatementThatIsLookedFor() {
        // Given
        ByteBuf in = Bytes.buffer("DO 1; USE p2; USE p3; DO 2");
        // When
        Found found = StatementStart.find(in, 0, in.writerIndex(), one -> one instanceof Found.Use);
        // Then
        assertThat(found).isEqualTo(new Found.Use("p2"));
        assertThat(StatementStart.find(in, 0, 4, one -> one instanceof Found.Use))
                .isEqualTo(new Found.Ordinary());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                "; ",
                "(",
                "*/",
                "/*!",
                "/*!;",
                "/*!1*/;",
                "/*!;*/",
                "/* ;",
                "/*;*/",
                "--\n;",
                "#;\n",
                "USE p1;",
                "USE ",
                "USE/**/p1;",
                "use`a;",
                "';';",
                "';",
                "\";\\\"",
                "KILL ",
                "a;",
                "/*M!1;--"
            })
    void takesTimeInProportionToTheTextWhateverItIs(String part) {
        // Given
        var in = new CountingBuffer(part.repeat(64 * 1024 / part.length()));
        // When
        StatementStart.look(in, 0, in.writerIndex(), true);
        StatementStart.find(in, 0, in.writerIndex(), one -> false);
        // Then: about one name is read per statement, and the text a few times
        assertThat(in.bytesSeen()).isLessThan(60L * in.writerIndex());
    }

    @Test
    void findsANameFarBehindTheWord() {
        // Given
        String far = "/*" + "x".repeat(300) + "*/";
        String longName = "n".repeat(300);
        // When / Then
        assertThat(look("USE " + far + " p2")).isEqualTo(new Found.Use("p2"));
        assertThat(look("USE " + longName)).isEqualTo(new Found.Use(longName));
        assertThat(look("USE " + longName + " x")).isEqualTo(new Found.Use(longName));
        assertThat(look("USE `" + longName + "`;")).isEqualTo(new Found.Use(longName));
    }

    @Property(tries = 2000)
    void neverThrowsOnAnyBytes(@ForAll byte[] bytes, @ForAll boolean whole) {
        // Given
        ByteBuf in = Bytes.buffer(bytes);
        // When
        Found found = StatementStart.look(in, 0, in.writerIndex(), whole);
        Found other = StatementStart.find(in, 0, in.writerIndex(), one -> false);
        // Then
        assertThat(found).isNotNull();
        assertThat(other).isEqualTo(new Found.Ordinary());
    }

    @Property(tries = 4000)
    void isAtEaseWithEveryMixOfItsOwnMarks(
            @ForAll
                    @StringLength(max = 24)
                    @Chars({
                        '/', '*', '!', 'M', '-', '#', '\n', ' ', ';', '\'', '"', '`', '\\', '5',
                        'K', 'I', 'L', 'U', 'S', 'E', '('
                    })
                    String sql) {
        // Given
        ByteBuf in = Bytes.buffer(sql);
        Found whole = look(sql);
        for (int cut = 0; cut < sql.length(); cut++) {
            // When
            Found beginning = StatementStart.look(in, 0, cut, false);
            // Then
            if (!(whole instanceof Found.Ordinary)) {
                assertThat(beginning).isEqualTo(new Found.Unclear());
            }
        }
        assertThat(statements(sql)).doesNotContainNull();
    }

    @Example
    void staysInsideItsBounds() {
        // Given
        ByteBuf in = Bytes.buffer("SELECT 1", "KILL 42");
        // When / Then
        assertThat(StatementStart.look(in, 0, 8, true)).isEqualTo(new Found.Ordinary());
        assertThat(StatementStart.look(in, 8, 15, true)).isEqualTo(new Found.Kill("", 42));
        assertThat(StatementStart.look(in, 8, 13, true)).isEqualTo(new Found.OtherKill(true));
    }
}
