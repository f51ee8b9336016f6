package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.cli.RefusedException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets somebody edit a record until the router would take it: what is wrong is written above the
 * text, and the editor opens again.
 */
final class EditLoop {
    private final FleetRecords fleet;
    private final FleetRecord standing;
    private final EditedFile file;
    private final Consumer<EditedFile> editor;

    /**
     * Opens nothing yet.
     *
     * @param editor opens the file and returns when it is closed
     */
    EditLoop(
            FleetRecords fleet,
            FleetRecord standing,
            EditedFile file,
            Consumer<EditedFile> editor) {
        this.fleet = fleet;
        this.standing = standing;
        this.file = file;
        this.editor = editor;
    }

    /**
     * A record that the router would take.
     *
     * @param wanted as it was typed
     * @param changes names of the fields that would be different
     */
    record Edited(ObjectNode wanted, Set<String> changes) {}

    /** What is wrong, and in which line of the text; 0 is nowhere in particular. */
    private record Complaint(int line, String text) {}

    /**
     * Returns when the router would take it; empty if the text was left as it was.
     *
     * @throws CommandException if the file was emptied, or left as it was after problems
     */
    Optional<Edited> edit() {
        String text = YamlText.of(standing.body());
        List<String> comments = header();
        for (boolean isFirst = true; ; isFirst = false) {
            file.write(comments, text);
            editor.accept(file);
            String typed = file.read();
            if (saysNothing(typed)) {
                throw new CommandException(
                        ExitCode.NOT_CONFIRMED, "the file was emptied, so nothing was done");
            }
            if (typed.equals(text)) {
                if (isFirst) {
                    return Optional.empty();
                }
                throw new CommandException(
                        ExitCode.NOT_CONFIRMED,
                        "it was left as it was, and that cannot be taken; nothing was done");
            }
            List<Complaint> complaints = new ArrayList<>();
            Optional<Edited> edited = attempt(typed, complaints);
            if (edited.isPresent()) {
                return edited;
            }
            text = typed;
            comments = header(complaints);
        }
    }

    private static boolean saysNothing(String typed) {
        return typed.lines()
                .map(String::strip)
                .allMatch(line -> line.isEmpty() || line.startsWith("#"));
    }

    private Optional<Edited> attempt(String typed, List<Complaint> complaints) {
        YamlText yaml;
        try {
            yaml = YamlText.parse(typed);
        } catch (YamlText.Malformed e) {
            complaints.add(new Complaint(e.line().orElse(0), e.getMessage()));
            return Optional.empty();
        }
        if (!(yaml.tree() instanceof ObjectNode wanted)) {
            complaints.add(new Complaint(0, "must have fields, such as weight: 100"));
            return Optional.empty();
        }
        try {
            return Optional.of(new Edited(wanted, fleet.tried(standing.name(), wanted)));
        } catch (RefusedException e) {
            if (!e.isOfContent()) {
                throw e;
            }
            for (Problem one : e.problems()) {
                complaints.add(new Complaint(yaml.line(one.field()).orElse(0), one.text()));
            }
            return Optional.empty();
        }
    }

    private List<String> header() {
        return List.of(
                standing.name().text() + ": save and leave the editor. What changes is shown, then",
                "it is written if you say yes. A file left as it is, or emptied, changes nothing.",
                "What the fields mean: docs/configure.md, \"In ZooKeeper\", and docs/guard.md.");
    }

    private List<String> header(List<Complaint> complaints) {
        List<String> lines = new ArrayList<>(header());
        lines.add("");
        lines.add("NOT TAKEN:");
        int above = lines.size() + complaints.size();
        for (Complaint one : complaints) {
            String where = one.line > 0 ? "line %d: ".formatted(above + one.line) : "";
            lines.add("  " + where + one.text.replace("\n", "; "));
        }
        return lines;
    }
}
