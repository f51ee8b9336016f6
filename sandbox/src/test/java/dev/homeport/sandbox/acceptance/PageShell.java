package dev.homeport.sandbox.acceptance;

import dev.homeport.testkit.process.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A shell in which somebody types what stands on a page, one command after the other, with {@code
 * homeport} in its path and no terminal. For one thread.
 */
final class PageShell implements AutoCloseable {
    private final String mark = "end-" + UUID.randomUUID();
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    private PageShell(Process process) {
        this.process = process;
        this.in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * What came of a command.
     *
     * @param output errors among it
     */
    record Result(int exitCode, String output) {}

    /** Opens one in that directory. */
    static PageShell open(Path directory) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("bin"));
        addProgram(programs.resolve("homeport"), "dev.homeport.cli.Main");
        // ZooKeeper's own shell, which its script calls so.
        addProgram(programs.resolve("zkCli.sh"), "org.apache.zookeeper.ZooKeeperMain");
        ProcessBuilder builder =
                new ProcessBuilder("bash", "--norc", "--noprofile").redirectErrorStream(true);
        builder.directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeAll(List.of("HOMEPORT_URL", "HOMEPORT_TOKEN", "VISUAL", "EDITOR"));
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        return new PageShell(builder.start());
    }

    private static void addProgram(Path file, String mainClass) throws IOException {
        String command =
                JavaCommand.withOwnClassPath(
                                mainClass,
                                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                                List.of())
                        .stream()
                        .map("'%s'"::formatted)
                        .collect(Collectors.joining(" "));
        Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /**
     * Splits a block into commands: a line each, or as many as belong together.
     *
     * @throws AssertionError if what is left over is no command
     */
    static List<String> commands(String block) throws IOException, InterruptedException {
        List<String> commands = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        for (String line : block.lines().toList()) {
            command.append(line).append('\n');
            if (complaint(command.toString()).isEmpty()) {
                if (!command.toString().isBlank()) {
                    commands.add(command.toString());
                }
                command.setLength(0);
            }
        }
        if (!command.isEmpty()) {
            throw new AssertionError("no command: " + command + complaint(command.toString()));
        }
        return commands;
    }

    /** What bash has against a text; empty if it could be run. */
    static String complaint(String text) throws IOException, InterruptedException {
        if (text.endsWith("\\\n")) {
            return "it goes on";
        }
        Process check = new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        try (Writer in = new OutputStreamWriter(check.getOutputStream(), StandardCharsets.UTF_8)) {
            in.write(text);
        }
        String complaint =
                new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return check.waitFor() == 0 || !complaint.isEmpty() ? complaint : "bash -n failed";
    }

    /** Runs one command to its end. */
    Result run(String command) throws IOException {
        in.write("{ %s} </dev/null\nprintf '\\n%s %%d\\n' $?\n".formatted(command, mark));
        in.flush();
        StringBuilder output = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(mark)) {
                return new Result(
                        Integer.parseInt(line.substring(mark.length() + 1)), output.toString());
            }
            output.append(line).append('\n');
        }
        throw new AssertionError("the shell ended with: " + output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
