package dev.homeport.testkit.server;

import dev.homeport.testkit.process.PrivateDirectories;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the file with a server's options, mode 0600. */
public final class OptionFile {
    private OptionFile() {}

    /** An empty value stands for an option without one. */
    public static void write(Path file, String group, Map<String, String> options) {
        String lines =
                options.entrySet().stream()
                        .map(OptionFile::line)
                        .collect(Collectors.joining("\n", "", "\n"));
        PrivateDirectories.write(file, "[" + group + "]\n" + lines);
    }

    private static String line(Map.Entry<String, String> option) {
        return option.getValue().isEmpty()
                ? option.getKey()
                : option.getKey() + "=" + option.getValue();
    }
}
