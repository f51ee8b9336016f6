package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements of which is known what they do, plain and disguised. */
class ClassifierCorpusTest {
    private static String found(Corpus.Entry entry) {
        return Described.of(Described.classify(entry.statement(), entry.reading()));
    }

    private static void assertAll(Stream<Corpus.Entry> entries) {
        var softly = new SoftAssertions();
        entries.forEach(
                entry -> {
                    String found = found(entry);
                    boolean isOrdinary = Described.isOrdinary(entry.statement(), entry.reading());
                    softly.assertThat(found.toUpperCase(Locale.ROOT))
                            .as(entry.toString())
                            .isEqualTo(entry.expected().toUpperCase(Locale.ROOT));
                    // What is prepared is looked at only when it is classified.
                    boolean isPrepared =
                            entry.statement().toUpperCase(Locale.ROOT).contains("EXECUTE");
                    if (!isPrepared) {
                        softly.assertThat(isOrdinary)
                                .as("ordinary: " + entry)
                                .isEqualTo(entry.isOrdinary());
                    }
                });
        softly.assertAll();
    }

    private static Stream<Corpus.Entry> variants(Corpus.Entry entry) {
        return Variants.of(entry.statement()).stream().map(entry::with);
    }

    /** One statement that is whole, and that every server reads the same. */
    private static boolean isPlain(Corpus.Entry entry) {
        String statement = entry.statement();
        return !entry.expected().contains("?")
                && !entry.expected().contains("&")
                && !statement.contains(";")
                && !statement.contains("/*")
                && !statement.contains("--")
                && !statement.contains("#")
                && !statement.startsWith("BEGIN")
                && !statement.startsWith("IF")
                && !statement.startsWith("FOR");
    }

    private static boolean isPreparable(Corpus.Entry entry) {
        return isPlain(entry)
                && !entry.expected().startsWith("EXECUTE")
                && !entry.expected().startsWith("PREPARE")
                && !entry.statement().startsWith("EXECUTE");
    }

    private static String literal(String statement) {
        return "'" + statement.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    @Test
    void isLargeEnough() {
        assertThat(Corpus.entries().stream().map(Corpus.Entry::statement).distinct().count())
                .isGreaterThan(400);
    }

    @Test
    void classifiesEveryStatement() {
        assertAll(Corpus.entries().stream());
    }

    @Test
    void classifiesEveryOtherSpellingTheSame() {
        assertAll(Corpus.entries().stream().flatMap(ClassifierCorpusTest::variants));
    }

    @Test
    void looksThroughExecutableComments() {
        assertAll(
                Corpus.entries().stream()
                        .filter(ClassifierCorpusTest::isPlain)
                        .flatMap(
                                entry ->
                                        Stream.of("/*! %s */", "/*!50000 %s */", "/*!50000%s*/ ")
                                                .map(
                                                        around ->
                                                                entry.with(
                                                                        around.formatted(
                                                                                entry
                                                                                        .statement())))));
    }

    @Test
    void findsEveryStatementAmongOthers() {
        assertAll(
                Corpus.entries().stream()
                        .filter(ClassifierCorpusTest::isPlain)
                        .flatMap(
                                entry ->
                                        Stream.of(
                                                        "SELECT ';'; %s",
                                                        "/* ; */ DO 1; /* ' */ %s",
                                                        "%s; SELECT 1;",
                                                        "UPDATE x SET a = ';' WHERE b; %s ; COMMIT")
                                                .map(
                                                        around ->
                                                                entry.with(
                                                                        around.replace(
                                                                                "%s",
                                                                                entry
                                                                                        .statement())))));
    }

    @Test
    void looksThroughWhatMariaDbPutsBeforeAStatement() {
        assertAll(
                Corpus.entries().stream()
                        .filter(Corpus.Entry::mariadb)
                        .filter(ClassifierCorpusTest::isPlain)
                        .filter(entry -> !entry.statement().startsWith("("))
                        .map(
                                entry ->
                                        entry.with(
                                                "SET STATEMENT a = 1 FOR SET STATEMENT b = (2) FOR "
                                                        + entry.statement())));
    }

    @Test
    void readsWhatIsPrepared() {
        assertAll(
                Corpus.entries().stream()
                        .filter(ClassifierCorpusTest::isPreparable)
                        .map(
                                entry ->
                                        new Corpus.Entry(
                                                entry.mariadb(),
                                                "PREPARE(" + entry.expected() + ")",
                                                "PREPARE s FROM " + literal(entry.statement()))));
    }

    @Test
    void readsWhatIsRunAtOnce() {
        assertAll(
                Corpus.entries().stream()
                        .filter(Corpus.Entry::mariadb)
                        .filter(ClassifierCorpusTest::isPreparable)
                        .map(
                                entry ->
                                        entry.with(
                                                "EXECUTE IMMEDIATE "
                                                        + literal(entry.statement()))));
    }

    @Test
    void cutsTheTextWhereTheStatementsAre() {
        // Given
        String text = "SELECT 1; /* x */ DROP TABLE t; UPDATE u SET a = ';' ;\nTRUNCATE v -- x";
        var reading = new Reading(true, true, true);
        // When
        List<Statement> statements = Described.classify(text, reading);
        // Then
        assertThat(statements.stream().map(one -> text.substring(one.from(), one.to())))
                .containsExactly(
                        " /* x */ DROP TABLE t", " UPDATE u SET a = ';' ", "\nTRUNCATE v -- x");
    }

    @Test
    void keepsThousandsOfNamesAndSaysIfThereAreMore() {
        // Given
        String most = "t,".repeat(Statement.Destructive.MOST_TABLES - 1) + "t";
        var reading = new Reading(false, true, true);
        // When
        var all = (Statement.Destructive) Described.classify("DROP TABLE " + most, reading).get(0);
        var more =
                (Statement.Destructive)
                        Described.classify("DROP TABLE " + most + ", u", reading).get(0);
        // Then
        assertThat(all.allNamed()).isTrue();
        assertThat(all.tables()).hasSize(Statement.Destructive.MOST_TABLES);
        assertThat(more.allNamed()).isFalse();
        assertThat(more.tables()).hasSize(Statement.Destructive.MOST_TABLES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE größe",
                "TRUNCATE größe",
                "CREATE OR REPLACE TABLE größe (a INT)",
                "DELETE FROM größe",
                "UPDATE größe SET a = 1",
                "ALTER TABLE größe DROP c"
            })
    void saysThatANameIsNotReadWhereTheCharacterSetIsNotKnown(String text) {
        // Given
        var unknown = new Reading(false, true, true, 0, false);
        // When
        var found = (Statement.Destructive) Described.classify(text, unknown).get(0);
        // Then
        assertThat(found.allNamed()).isFalse();
        assertThat(found.sure()).isFalse();
    }

    @Test
    void ignoresWhatStandsBehindASemicolonWhereOnlyOneStatementMayStand() {
        var single = new Reading(false, true, true);
        assertThat(Described.classify("SELECT 1; DROP TABLE t", single)).isEmpty();
        assertThat(Described.isOrdinary("SELECT 1; DROP TABLE t", single)).isTrue();
        assertThat(Described.of(Described.classify("DROP TABLE t; SELECT 1", single)))
                .isEqualTo("DROP_TABLE t");
    }

    @ParameterizedTest
    @CsvSource({
        "5.5.5-10.11.19-MariaDB-0+deb12u1-log, 101119",
        "11.8.9-MariaDB, 110809",
        "8.0.36, 80036",
        "9.7.4-2, 90704",
        "5.7.44-log, 50744",
        "garbage, 0",
        "8, 0",
        "8.0, 0"
    })
    void readsVersions(String version, int number) {
        assertThat(Reading.versionNumber(version)).isEqualTo(number);
    }
}
