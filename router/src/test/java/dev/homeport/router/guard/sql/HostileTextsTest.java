package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes at all: the classifier answers, and in proportion to their number. */
class HostileTextsTest {
    private static final int AROUND = 32;

    @Provide
    Arbitrary<Reading> readings() {
        Arbitrary<Boolean> flag = Arbitraries.of(true, false);
        return Combinators.combine(
                        flag, flag, flag, Arbitraries.of(0, 50_744, 80_036, 101_119), flag)
                .as(Reading::new);
    }

    @Provide
    Arbitrary<byte[]> anyBytes() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    @Provide
    Arbitrary<byte[]> soups() {
        return Arbitraries.of(
                        "'",
                        "\"",
                        "`",
                        "\\",
                        ";",
                        "--",
                        " ",
                        "#",
                        "\n",
                        "/*",
                        "*/",
                        "/*!",
                        "/*!99999",
                        "/*!80000",
                        "/*M!",
                        "$$",
                        "[",
                        "]",
                        "(",
                        ")",
                        ".",
                        "@",
                        ",",
                        "\u0081",
                        "\u00a0",
                        "\u00ff",
                        "1e",
                        "DROP",
                        "TABLE",
                        "DELETE",
                        "FROM",
                        "UPDATE",
                        "SET",
                        "WHERE",
                        "STATEMENT",
                        "FOR",
                        "BEGIN",
                        "END",
                        "IF",
                        "CASE",
                        "PREPARE",
                        "EXECUTE",
                        "IMMEDIATE",
                        "CREATE",
                        "OR",
                        "REPLACE",
                        "PROCEDURE",
                        "EVENT",
                        "ALTER",
                        "WITH",
                        "AS",
                        "DECLARE",
                        "HANDLER",
                        "sql_mode",
                        "x")
                .list()
                .ofMaxSize(60)
                .map(parts -> String.join("", parts).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<byte[]> brokenStatements() {
        return Combinators.combine(
                        Arbitraries.of(Corpus.entries()),
                        Arbitraries.longs(),
                        Arbitraries.integers().between(1, 4))
                .as((entry, seed, edits) -> edited(entry.statement(), new Random(seed), edits));
    }

    private static byte[] edited(String statement, Random random, int edits) {
        StringBuilder text =
                new StringBuilder(
                        new String(
                                statement.getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1));
        for (int i = 0; i < edits && !text.isEmpty(); i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, (char) random.nextInt(256));
                case 2 -> text.setCharAt(at, (char) random.nextInt(256));
                default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same whatever stands around the text; and what is called ordinary is. */
    private static void assertAnswers(Reading reading, byte... text) {
        List<Statement> first = List.of();
        for (int around : new int[] {0, '\'', ';', 0xff}) {
            ByteBuf in = Unpooled.buffer(text.length + 2 * AROUND);
            in.writeBytes(bytes(around)).writeBytes(text).writeBytes(bytes(around));
            int end = AROUND + text.length;
            List<Statement> found = Classifier.classify(in, AROUND, end, reading);
            if (Classifier.isOrdinary(in, AROUND, end, reading)) {
                assertThat(found).isEmpty();
            }
            if (around == 0) {
                first = found;
            }
            assertThat(found).isEqualTo(first);
            assertThat(in.refCnt()).isEqualTo(1);
            assertThat(in.readableBytes()).isEqualTo(text.length + 2 * AROUND);
        }
        int at = 0;
        for (Statement statement : first) {
            assertThat(statement.from()).isBetween(at, text.length);
            assertThat(statement.to()).isBetween(statement.from(), text.length);
            at = statement.to();
        }
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[AROUND];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Property(tries = 3000)
    void answersToAnyBytes(@ForAll("anyBytes") byte[] text, @ForAll("readings") Reading reading) {
        assertAnswers(reading, text);
    }

    @Property(tries = 5000)
    void answersToAnyTokens(@ForAll("soups") byte[] text, @ForAll("readings") Reading reading) {
        assertAnswers(reading, text);
    }

    @Property(tries = 5000)
    void answersToBrokenStatements(
            @ForAll("brokenStatements") byte[] text, @ForAll("readings") Reading reading) {
        assertAnswers(reading, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/*!",
                "/*!50000",
                "/*!99999",
                "/*!99999 /*",
                "/*M!120000 ",
                "/*",
                "*/",
                "/**/",
                ";",
                "; ",
                ";/*",
                ";/*!",
                ";--",
                "; DROP TABLE t",
                "'",
                "\"",
                "`",
                "\\",
                "'\\",
                "\"\\\"",
                "--",
                "-- ",
                "#",
                "#\n",
                "$$",
                "$a",
                "$a$ ",
                "[",
                "(",
                ")",
                ".",
                "a.",
                "@",
                "@'",
                "1e",
                "\u00a0",
                "\u0081\\",
                "\u00ff",
                "DROP ",
                "DROP TABLE ",
                "DROP TABLE t,",
                "t,",
                "DELETE ",
                "DELETE FROM t; ",
                "UPDATE ",
                "UPDATE t SET ",
                "a JOIN ",
                "SET STATEMENT ",
                "SET STATEMENT a=1 FOR ",
                "ANALYZE ",
                "WITH ",
                "BEGIN ",
                "BEGIN NOT ATOMIC ",
                "IF 1 THEN ",
                "CASE ",
                "END ",
                "LOOP ",
                "BEGIN NOT ATOMIC DELETE ",
                "CREATE PROCEDURE p() BEGIN ",
                "CREATE EVENT e DO BEGIN; ",
                "CREATE PROCEDURE p() BEGIN; ",
                "PREPARE s FROM '",
                "PREPARE s FROM 'x'; ",
                "EXECUTE IMMEDIATE '",
                "EXECUTE IMMEDIATE ''",
                "ALTER TABLE t ",
                "ALTER TABLE t DROP ",
                "DECLARE ",
                "DECLARE HANDLER FOR ",
                "SET sql_mode='\\'; ",
                "SET NAMES x; \"\\\"",
                "CREATE DEFINER=",
                "/*!120000 */",
                "; /*!120000 BEGIN */"
            })
    void takesTimeInProportion(String part) {
        for (String head :
                List.of("", "DELETE FROM t ", "BEGIN NOT ATOMIC ", "DROP TABLE ", "DO 1; ")) {
            for (boolean isKnown : new boolean[] {true, false}) {
                var reading = new Reading(true, true, part.length() % 2 == 0, 0, isKnown);
                // When
                double few = bytesSeen(head + part.repeat(500), reading);
                double many = bytesSeen(head + part.repeat(5000), reading);
                // Then: a square would be a hundred times as many
                assertThat(many).as(head + part).isLessThan(20 * few + 10_000);
            }
        }
    }

    private static long bytesSeen(String text, Reading reading) {
        CountingText in = new CountingText(text);
        Classifier.isOrdinary(in, 0, in.writerIndex(), reading);
        Classifier.classify(in, 0, in.writerIndex(), reading);
        return in.bytesSeen();
    }
}
