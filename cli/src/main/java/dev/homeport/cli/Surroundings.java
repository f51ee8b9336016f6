package dev.homeport.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world around it.
 *
 * @param directory the current one
 * @param out for answers
 * @param err for everything else, so that an answer can be piped on
 */
record Surroundings(
        Map<String, String> environment,
        Path directory,
        PrintWriter out,
        PrintWriter err,
        Terminal terminal,
        Clock clock) {
    Surroundings {
        environment = Map.copyOf(environment);
        requireNonNull(directory, "directory");
        requireNonNull(out, "out");
        requireNonNull(err, "err");
        requireNonNull(terminal, "terminal");
        requireNonNull(clock, "clock");
    }

    /** Somebody who can be asked. */
    interface Terminal {
        /** The answer; empty where nobody is there. */
        Optional<String> ask(String question);
    }

    /** A variable of the environment; an empty one counts as absent. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
