package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.cli.RefusedException.Problem;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A file with records of a fleet: sections {@code clusters} (records by their id), {@code
 * placement-policy} and {@code guard}. What it does not have it says nothing of. Only its form is
 * known here; what a record may say, routers know.
 */
final class FleetFile {
    private static final String CLUSTERS = "clusters";
    private static final List<String> SECTIONS = List.of(CLUSTERS, "placement-policy", "guard");
    private static final long MOST_BYTES = 1 << 20;

    private final String shownName;
    private final YamlText text;
    private final SortedMap<RecordName, ObjectNode> records = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();

    private FleetFile(String shownName, YamlText text) {
        this.shownName = shownName;
        this.text = text;
    }

    /** A file whose form is wrong: one line for each thing, with file and line. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        private final transient List<String> lines;

        Malformed(List<String> lines) {
            super(String.join("\n", lines));
            this.lines = lines;
        }

        List<String> lines() {
            return lines;
        }
    }

    /**
     * Reads a file.
     *
     * @param directory what the path is relative to
     */
    static FleetFile read(Path directory, Path path) throws Malformed {
        String shown = path.toString();
        try {
            FleetFile file = new FleetFile(shown, YamlText.parse(content(directory, path)));
            file.sort();
            if (!file.problems.isEmpty()) {
                throw new Malformed(file.problems.stream().map(file::shown).toList());
            }
            return file;
        } catch (YamlText.Malformed e) {
            throw new Malformed(List.of(at(shown, e.line()) + e.getMessage()));
        }
    }

    private static String content(Path directory, Path path) throws Malformed {
        Path file = directory.resolve(path);
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new Malformed(
                        List.of("%s: is larger than %d bytes".formatted(path, MOST_BYTES)));
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new Malformed(List.of(path + ": does not exist"));
        } catch (CharacterCodingException e) {
            throw new Malformed(List.of(path + ": is no text in UTF-8"));
        } catch (IOException e) {
            throw new Malformed(
                    List.of(
                            "%s: cannot be read: %s"
                                    .formatted(path, e.getClass().getSimpleName())));
        }
    }

    private void sort() {
        if (text.isEmpty()) {
            add("", "says nothing; it has sections " + String.join(", ", SECTIONS));
        } else if (!text.tree().isObject()) {
            add("", "must have sections, such as clusters:");
        }
        text.tree()
                .fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!SECTIONS.contains(name)) {
                                addUnknown(name);
                            }
                        });
        sortClusters(text.tree().path(CLUSTERS));
        sortRecord(RecordName.POLICY, text.tree().path(RecordName.POLICY.section()));
        sortRecord(RecordName.GUARD, text.tree().path(RecordName.GUARD.section()));
    }

    private void sortClusters(JsonNode clusters) {
        if (isAbsent(clusters)) {
            return;
        }
        if (!clusters.isObject()) {
            add(CLUSTERS, "must have a record for each id, such as c1: {family: mariadb, ...}");
            return;
        }
        clusters.fieldNames()
                .forEachRemaining(
                        id -> {
                            if (isAbsent(clusters.path(id))) {
                                add(CLUSTERS + "." + id, "must be a record, was empty");
                            }
                            sortRecord(RecordName.cluster(id), clusters.path(id));
                        });
    }

    private void sortRecord(RecordName name, JsonNode body) {
        if (body instanceof ObjectNode record) {
            records.put(name, record);
        } else if (!isAbsent(body)) {
            add(name.section(), "must be a record, was " + Texts.cut(body.toString(), 60));
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private void add(String path, String rule) {
        problems.add(new Problem(path, rule, Optional.empty()));
    }

    private void addUnknown(String name) {
        problems.add(
                new Problem(
                        Texts.cut(name, 60),
                        "unknown section; known are "
                                + SECTIONS.stream().sorted().collect(Collectors.joining(", ")),
                        Spelling.nearest(name, SECTIONS)));
    }

    /** The records, in the order in which they are to be written. */
    SortedMap<RecordName, ObjectNode> records() {
        return records;
    }

    /** Whether it says which clusters there are. */
    boolean namesClusters() {
        return records.keySet().stream().anyMatch(name -> name.kind() == RecordName.Kind.CLUSTER);
    }

    /** {@code FILE:LINE: clusters.c1.weight: must be ...}. */
    String shown(RecordName name, Problem problem) {
        String path =
                problem.field().isEmpty() ? name.section() : name.section() + "." + problem.field();
        return shown(new Problem(path, problem.rule(), problem.suggestion()));
    }

    private String shown(Problem problem) {
        return at(shownName, text.line(problem.field())) + problem.text();
    }

    private static String at(String file, OptionalInt line) {
        return file + (line.isPresent() ? ":" + line.getAsInt() : "") + ": ";
    }
}
