package dev.homeport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs sysbench's point selects over one way to the database.
 *
 * @param user as the way wants it, with the project where it routes by user
 */
record Sysbench(String host, int port, String user, String password, String schema) {
    private static final int TABLE_ROWS = 10_000;
    private static final Pattern QUERIES =
            Pattern.compile("queries:\\s+(\\d+)\\s+\\(([\\d.]+) per");
    private static final Pattern P99 = Pattern.compile("99th percentile:\\s+([\\d.]+)");

    /**
     * What a run came to.
     *
     * @param perSecond queries
     * @param p99Millis 99th percentile of the latency
     */
    record Outcome(long queries, double perSecond, double p99Millis) {}

    void prepare() {
        run("cleanup", 1, 0);
        run("prepare", 1, 0);
    }

    void cleanUp() {
        run("cleanup", 1, 0);
    }

    Outcome selects(int connections, int seconds) {
        String output = run("run", connections, seconds);
        Matcher queries = QUERIES.matcher(output);
        Matcher p99 = P99.matcher(output);
        if (!queries.find() || !p99.find()) {
            throw new IllegalStateException("sysbench said: " + output);
        }
        return new Outcome(
                Long.parseLong(queries.group(1)),
                Double.parseDouble(queries.group(2)),
                Double.parseDouble(p99.group(1)));
    }

    private String run(String verb, int connections, int seconds) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "sysbench",
                                "oltp_point_select",
                                "--db-driver=mysql",
                                "--mysql-host=" + host,
                                "--mysql-port=" + port,
                                "--mysql-user=" + user,
                                "--mysql-db=" + schema,
                                "--db-ps-mode=disable",
                                "--tables=1",
                                "--table-size=" + TABLE_ROWS,
                                "--percentile=99",
                                "--threads=" + connections,
                                "--time=" + seconds));
        // sysbench reads options from a file, too: a password has no place in a list of processes.
        Path options = writeOptions();
        command.add("--config-file=" + options);
        command.add(verb);
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0 && !verb.equals("cleanup")) {
                throw new IllegalStateException("sysbench " + verb + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("sysbench cannot be run; is it installed?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            options.toFile().delete();
        }
    }

    private Path writeOptions() {
        try {
            Path file = java.nio.file.Files.createTempFile("sysbench", ".cnf"); // mode 0600
            return java.nio.file.Files.writeString(file, "mysql-password=" + password + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
