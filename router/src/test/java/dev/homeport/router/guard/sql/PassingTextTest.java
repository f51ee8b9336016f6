package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassingTextTest {
    private static final Reading READING = new Reading(true, true, true);

    /** Fed at once, byte by byte, and in two pieces cut anywhere: always the same. */
    private static boolean finds(String text, Reading reading) {
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        var whole = new PassingText();
        whole.begin(reading);
        boolean found = whole.finds(in, 0, in.readableBytes());
        for (int cut = 0; cut <= in.readableBytes(); cut++) {
            var pieces = new PassingText();
            pieces.begin(reading);
            boolean inPieces =
                    pieces.finds(in, 0, cut) || pieces.finds(in, cut, in.readableBytes());
            assertThat(inPieces).as("cut at %d of %s", cut, text).isEqualTo(found);
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; DROP TABLE t",
                "SELECT 1;drop/**/table t",
                "SELECT 'it''s; fine'; TRUNCATE t",
                "SELECT \"a;b\" ; /* c */ -- d\n # e\n DROP TABLE t",
                "SELECT 1; /*!50000 DROP */ TABLE t",
                "SELECT 1; /*M!100100 DROP */ TABLE t",
                "SELECT 1; CREATE OR REPLACE TABLE t (i INT)",
                "SELECT '\\'; DROP'; RESET MASTER ",
                "SELECT 4/2; SHUTDOWN;",
                "SELECT 4--2; DROP TABLE t",
                "SELECT 2*3; DROP TABLE t",
                "INSERT INTO `a;b` VALUES (1); PURGE BINARY LOGS TO 'x'"
            })
    void findsAStatementThatDestroys(String text) {
        assertThat(finds(text, READING)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; SELECT 2; ",
                "INSERT INTO t VALUES ('; DROP TABLE t'); SELECT 1",
                "INSERT INTO t VALUES ('\\'; DROP TABLE t'); SELECT 1",
                "SELECT `; DROP TABLE t`; SELECT 1",
                "SELECT 1 /* ; DROP TABLE t */; SELECT 2",
                "SELECT 1 -- ; DROP TABLE t\n; SELECT 2",
                "SELECT 1 # ; DROP TABLE t\n; SELECT 2",
                "SELECT 1; CREATE TABLE t (i INT)",
                "SELECT 1; CREATE INDEX i ON t (j)",
                "SELECT 1; ALTER TABLE t DROP COLUMN c",
                "SELECT 1; dropped"
            })
    void passesWhatOnlyLooksLikeOne(String text) {
        assertThat(finds(text, READING)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = "INSERT INTO t VALUES ('\\'); DROP TABLE t; -- '")
    void goesByWhetherBackslashesEscape(String text) {
        assertThat(finds(text, new Reading(true, false, true))).isTrue();
        assertThat(finds(text, READING)).isFalse();
    }
}
