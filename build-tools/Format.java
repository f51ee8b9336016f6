import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or fixes the layout of all Java sources below a folder, with google-java-format in its
 * AOSP style (four spaces). Run by the build in a JVM of its own, because the formatter has to
 * understand newer Java than the one Maven may run on.
 */
public class Format {
    public static void main(String[] args) throws Exception {
        boolean fix =
                switch (args[0]) {
                    case "fix" -> true;
                    case "check" -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    "homeport.format must be check or fix, was " + args[0]);
                };
        var formatter =
                new Formatter(
                        JavaFormatterOptions.builder()
                                .style(JavaFormatterOptions.Style.AOSP)
                                .build());
        List<Path> wrong = new ArrayList<>();
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of(args[1]))) {
            sources = files.filter(Format::isSource).sorted().toList();
        }
        for (Path source : sources) {
            String before = Files.readString(source);
            String after = format(formatter, before);
            if (!after.equals(before)) {
                wrong.add(source);
                if (fix) {
                    Files.writeString(source, after);
                }
            }
        }
        if (!wrong.isEmpty()) {
            wrong.forEach(
                    path -> System.err.println((fix ? "formatted " : "not formatted: ") + path));
            if (!fix) {
                System.err.println("run: mvn -q -N process-sources -Dhomeport.format=fix");
                System.exit(1);
            }
        }
    }

    private static String format(Formatter formatter, String source) throws Exception {
        String ordered = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE);
        return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
    }

    private static boolean isSource(Path path) {
        String text = path.toString();
        return text.endsWith(".java")
                && !text.contains("/target/")
                && !text.contains("/.git/")
                && Files.isRegularFile(path);
    }
}
