package dev.homeport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The file that somebody edits a record in: what the command has to say in comments of its own kind
 * at the top, then the text. Only its owner can read it.
 */
final class EditedFile {
    private static final String MARK = "#|";

    private final Path path;

    private EditedFile(Path path) {
        this.path = path;
    }

    /** Makes an empty one in a directory of its own. */
    static EditedFile create(String name) {
        try {
            Path directory =
                    Files.createTempDirectory(
                            "homeport-edit-",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            return new EditedFile(directory.resolve(name + ".yaml"));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "no temporary file can be made: " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    /** Replaces all of it: the comments in lines of their own, then the text. */
    void write(List<String> comments, String text) {
        List<String> lines = new ArrayList<>();
        comments.forEach(comment -> lines.add((MARK + " " + comment).stripTrailing()));
        try {
            Files.writeString(path, String.join("\n", lines) + "\n" + text);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "%s cannot be written: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** The text without the command's own comments. */
    String read() {
        try {
            return Files.readString(path)
                    .lines()
                    .filter(line -> !line.startsWith(MARK))
                    .collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, "%s cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    /** Nothing in it is needed any more. */
    void delete() {
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(path.getParent());
        } catch (IOException e) {
            // An editor's own file beside it keeps the directory; what was typed is not needed.
        }
    }
}
