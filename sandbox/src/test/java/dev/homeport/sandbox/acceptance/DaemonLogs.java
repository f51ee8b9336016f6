package dev.homeport.sandbox.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What routers and agents of a sandbox have logged since some moment. */
final class DaemonLogs {
    private static final Pattern NAME = Pattern.compile("[ar]\\d+[a-z]*\\.log");

    /** As ZooKeeper's client says it, and as Homeport does. */
    private static final Pattern REFUSAL =
            Pattern.compile("(?i)NoAuth|refuses to let|its ACL does not admit");

    private final Path data;
    private final Map<Path, Integer> before;

    private DaemonLogs(Path data, Map<Path, Integer> before) {
        this.data = data;
        this.before = before;
    }

    /** All of it. */
    static DaemonLogs fromTheStart(Path data) {
        return new DaemonLogs(data, Map.of());
    }

    /** What comes from now on. */
    static DaemonLogs fromNow(Path data) throws IOException {
        Map<Path, Integer> lengths = new TreeMap<>();
        for (Path log : logs(data)) {
            lengths.put(log, Math.toIntExact(Files.size(log)));
        }
        return new DaemonLogs(data, lengths);
    }

    private static List<Path> logs(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data, 2)) {
            return files.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .toList();
        }
    }

    /**
     * Lines that say that ZooKeeper refuses a daemon something, each with the name of its file.
     *
     * @throws AssertionError if there are no logs: then nothing was looked at
     */
    List<String> refusals() throws IOException {
        List<Path> logs = logs(data);
        if (logs.isEmpty()) {
            throw new AssertionError("no daemon has logged anything in " + data);
        }
        return logs.stream()
                .flatMap(this::lines)
                .filter(line -> REFUSAL.matcher(line).find())
                .toList();
    }

    private Stream<String> lines(Path log) {
        try {
            byte[] all = Files.readAllBytes(log);
            byte[] since = Arrays.copyOfRange(all, before.getOrDefault(log, 0), all.length);
            return new String(since, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> log.getFileName() + ": " + line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
