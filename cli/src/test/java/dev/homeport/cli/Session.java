package dev.homeport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the command in surroundings that a test sees through. */
final class Session {
    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> questions = new ArrayList<>();
    private final Path directory;
    private Optional<String> answer = Optional.empty();

    Session(Path directory) {
        this.directory = directory;
    }

    Session with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Somebody sits there and says that. */
    Session saying(String text) {
        answer = Optional.of(text);
        return this;
    }

    int run(String... arguments) {
        PrintWriter outWriter = new PrintWriter(out);
        PrintWriter errWriter = new PrintWriter(err);
        int exitCode =
                Main.run(
                        new Surroundings(
                                environment,
                                directory,
                                outWriter,
                                errWriter,
                                this::ask,
                                Clock.fixed(NOW, ZoneOffset.UTC)),
                        arguments);
        outWriter.flush();
        errWriter.flush();
        return exitCode;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    List<String> questions() {
        return questions;
    }

    private Optional<String> ask(String question) {
        questions.add(question);
        return answer;
    }
}
