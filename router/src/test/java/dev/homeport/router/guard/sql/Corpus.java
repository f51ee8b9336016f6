package dev.homeport.router.guard.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The statements of {@code guard/statements.txt}, where the format is described. */
final class Corpus {
    private static final List<Entry> ENTRIES = load();

    private Corpus() {}

    /**
     * One statement.
     *
     * @param expected as {@link Described} writes it
     */
    record Entry(boolean mariadb, String expected, String statement) {
        boolean isOrdinary() {
            return expected.equals("-");
        }

        Entry with(String otherStatement) {
            return new Entry(mariadb, expected, otherStatement);
        }

        Reading reading() {
            return new Reading(true, true, mariadb, mariadb ? 101_119 : 90_700, true);
        }

        @Override
        public String toString() {
            return (mariadb ? "mariadb: " : "mysql: ") + expected + " | " + statement;
        }
    }

    /** All; one for both kinds of server stands there twice. */
    static List<Entry> entries() {
        return ENTRIES;
    }

    private static List<Entry> load() {
        List<Entry> entries = new ArrayList<>();
        String section = "";
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                Corpus.class.getResourceAsStream("/guard/statements.txt"),
                                StandardCharsets.UTF_8))) {
            for (String line : in.lines().toList()) {
                if (line.startsWith("[")) {
                    section = line;
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    add(entries, section, line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(entries);
    }

    private static void add(List<Entry> entries, String section, String line) {
        int bar = line.indexOf(" | ");
        assertThat(bar).as(line).isPositive();
        String expected = line.substring(0, bar);
        String statement =
                line.substring(bar + 3)
                        .replace("\\\\", "\u0001")
                        .replace("\\n", "\n")
                        .replace("\\t", "\t")
                        .replace("\\0", "\0")
                        .replace("\u0001", "\\");
        if (!section.equals("[mysql]")) {
            entries.add(new Entry(true, expected, statement));
        }
        if (!section.equals("[mariadb]")) {
            entries.add(new Entry(false, expected, statement));
        }
    }
}
