package dev.homeport.topology.fields;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration file that cannot be used. The message names the file and lists everything that is
 * wrong with it, one line each, so that it can be shown to people as it is.
 */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigException(Path file, Problems problems) {
        super(message(file, problems.all()));
    }

    ConfigException(Path file, Problems problems, Throwable cause) {
        super(message(file, problems.all()), cause);
    }

    private static String message(Path file, List<Problems.Problem> problems) {
        if (problems.size() == 1) {
            return file + ": " + problems.get(0).text();
        }
        return problems.stream()
                .map(problem -> "  " + problem.text())
                .collect(
                        Collectors.joining(
                                "\n", file + " has " + problems.size() + " problems:\n", ""));
    }
}
