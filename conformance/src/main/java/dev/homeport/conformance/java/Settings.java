package dev.homeport.conformance.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a program is given, and the statements that all programs run. */
final class Settings {
    /** A payload of that length is followed by an empty packet. */
    static final int PACKET_LIMIT = 0xffffff;

    private Settings() {}

    /** A setting that must be there. */
    static String get(String name) {
        return Optional.ofNullable(System.getenv(name))
                .orElseThrow(() -> new IllegalStateException("the environment has no " + name));
    }

    static String host() {
        return get("DB_HOST");
    }

    static int port() {
        return Integer.parseInt(get("DB_PORT"));
    }

    static String schema() {
        return get("DB_SCHEMA");
    }

    static String user() {
        return get("DB_USER");
    }

    static boolean isTls() {
        return get("DB_TLS").equals("verify-ca");
    }

    static String password() {
        return read(Path.of(get("DB_PASSWORD_FILE"))).strip();
    }

    /** Those of {@code setup.sql}. */
    static List<String> setup() {
        return lines("setup.sql").stream().filter(line -> !line.startsWith("--")).toList();
    }

    /** Those of {@code queries.sql} by name. */
    static Map<String, String> queries() {
        List<String> lines = lines("queries.sql");
        Map<String, String> queries = new LinkedHashMap<>();
        for (int i = 1; i + 1 < lines.size(); i += 2) {
            queries.put(lines.get(i).substring(3), lines.get(i + 1));
        }
        return queries;
    }

    private static List<String> lines(String file) {
        return read(Path.of(get("DB_PROGRAMS"), file)).lines().toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SELECT of exactly so many columns. */
    static String wideQuery(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> i + " AS c" + i)
                .collect(Collectors.joining(", ", "SELECT ", ""));
    }

    /** A statement that makes a packet of that length, with the command's byte. */
    static String statementOfLength(int length) {
        String head = "SELECT LENGTH('";
        String tail = "') AS n";
        return head + "x".repeat(length - 1 - head.length() - tail.length()) + tail;
    }

    /** All 256 byte values, again and again. */
    static byte[] allBytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** A file of 20,000 rows for LOAD DATA LOCAL INFILE. */
    static Path fileToLoad() {
        Path file = Path.of(get("DB_SCRATCH"), "rows.csv");
        List<String> rows = new ArrayList<>();
        for (int i = 1; i <= 20_000; i++) {
            rows.add(i + ",row " + i);
        }
        try {
            return Files.writeString(file, String.join("\n", rows) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Statements that must fail, by name. */
    static Map<String, String> failing() {
        Map<String, String> failing = new LinkedHashMap<>();
        failing.put("syntax", "SELEC 1");
        failing.put("no_table", "SELECT * FROM no_such_table");
        failing.put("no_column", "SELECT nothing FROM integers");
        failing.put("duplicate", "INSERT INTO numbered (name) VALUES ('one')");
        failing.put("foreign_key", "INSERT INTO children VALUES (1, 1)");
        failing.put("not_null", "INSERT INTO numbered (name) VALUES (NULL)");
        failing.put("too_long", "INSERT INTO loaded VALUES (1, REPEAT('x', 100))");
        failing.put("signal", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '\u00e9 \uD83D\uDE00'");
        failing.put("denied", "SELECT * FROM mysql.user");
        failing.put(
                "mid_rows",
                "SELECT id, (SELECT id FROM integers i2 WHERE i2.id >= i.id) FROM integers i"
                        + " ORDER BY id DESC");
        return failing;
    }
}
