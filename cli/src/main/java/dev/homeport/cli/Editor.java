package dev.homeport.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The editor of the person at the terminal: {@code VISUAL}, else {@code EDITOR}, else vi. */
final class Editor {
    private static final String DEFAULT = "vi";

    private final String origin;
    private final List<String> command;

    private Editor(String origin, List<String> command) {
        this.origin = origin;
        this.command = command;
    }

    /**
     * Looks it up.
     *
     * @throws CommandException if the setting makes no sense
     */
    static Editor of(Surroundings surroundings) {
        for (String variable : List.of("VISUAL", "EDITOR")) {
            var line = surroundings.variable(variable);
            if (line.isPresent()) {
                return new Editor(variable, words(variable, line.get()));
            }
        }
        return new Editor("no VISUAL and no EDITOR", List.of(DEFAULT));
    }

    private static List<String> words(String variable, String line) {
        try {
            return CommandWords.of(line);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    ExitCode.USAGE, "%s is no command: %s".formatted(variable, e.getMessage()), e);
        }
    }

    /**
     * Opens a file and waits until it is closed.
     *
     * @throws CommandException if it cannot be started or says that it failed
     */
    void open(Path file) {
        List<String> words = new ArrayList<>(command);
        words.add(file.toString());
        InterruptKey key = InterruptKey.giveAway();
        try {
            int status = new ProcessBuilder(words).inheritIO().start().waitFor();
            if (status != 0) {
                throw new CommandException(
                        ExitCode.NOT_CONFIRMED,
                        "the editor (%s) ended with %d, so nothing was done"
                                .formatted(command.getFirst(), status));
            }
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "the editor \"%s\" cannot be started (%s); say which with EDITOR"
                            .formatted(command.getFirst(), origin),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.NOT_CONFIRMED, "interrupted", e);
        } finally {
            key.close();
        }
    }
}
