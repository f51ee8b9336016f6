package dev.homeport.router.guard.sql;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads captured statements and prints, by class, every distinct one that the classifier does not
 * call ordinary, so that somebody can look through them. A file holds one statement a line (with
 * {@code \n} and {@code \\} for what they stand for), or is a general log of a server, which is
 * told by its name: {@code *.log}.
 */
final class OrdinaryTrafficMain {
    private static final String USAGE =
            "usage: OrdinaryTrafficMain DIRECTORY-OR-FILE [mariadb|mysql] [VERSION]";

    /** {@code 241114 12:00:00<tab> 5 Query<tab>text}; the time may be missing or another. */
    private static final Pattern LOG_LINE =
            Pattern.compile(
                    "^(?:[0-9TZ:.\\- ]*)\\t?\\s*[0-9]+ (Query|Prepare|Execute|Connect|Quit|Init DB|"
                            + "Close stmt|Statistics|Ping|Change user|Field List|Reset stmt)"
                            + "(?:\\t(.*))?$",
                    Pattern.DOTALL);

    private final Reading reading;
    private final Set<String> texts = new LinkedHashSet<>();

    private OrdinaryTrafficMain(Reading reading) {
        this.reading = reading;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException(USAGE);
        }
        boolean mariadb = args.length < 2 || args[1].equals("mariadb");
        int version = args.length < 3 ? 0 : Reading.versionNumber(args[2]);
        var main = new OrdinaryTrafficMain(new Reading(true, true, mariadb, version, true));
        try (Stream<Path> files = Files.walk(Path.of(args[0]))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                main.read(file);
            }
        }
        main.print();
    }

    private void read(Path file) throws IOException {
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (file.toString().endsWith(".log")) {
            readLog(all);
        } else {
            all.lines()
                    .filter(line -> !line.isBlank())
                    .map(OrdinaryTrafficMain::plain)
                    .forEach(texts::add);
        }
    }

    private static String plain(String line) {
        return line.replace("\\\\", "\u0001").replace("\\n", "\n").replace("\u0001", "\\");
    }

    private void readLog(String all) {
        StringBuilder text = new StringBuilder();
        for (String line : all.split("\n", -1)) {
            Matcher matcher = LOG_LINE.matcher(line);
            if (!matcher.matches()) {
                text.append('\n').append(line);
                continue;
            }
            add(text);
            text.setLength(0);
            boolean isText =
                    Set.of("Query", "Prepare").contains(matcher.group(1))
                            && matcher.group(2) != null;
            if (isText) {
                text.append(matcher.group(2));
            }
        }
        add(text);
    }

    private void add(StringBuilder text) {
        if (!text.toString().isBlank()) {
            texts.add(text.toString());
        }
    }

    private void print() {
        Map<String, List<String>> others = new TreeMap<>();
        for (String text : texts) {
            ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
            if (Classifier.isOrdinary(in, 0, in.writerIndex(), reading)) {
                continue;
            }
            for (Statement statement : Classifier.classify(in, 0, in.writerIndex(), reading)) {
                others.computeIfAbsent(kind(statement), kind -> new ArrayList<>()).add(text);
            }
        }
        others.forEach(
                (kind, found) -> {
                    System.out.println(kind + " " + found.size());
                    found.forEach(text -> System.out.println("    " + text.replace("\n", "\\n")));
                });
        System.out.println(texts.size() + " distinct texts");
        others.forEach((kind, found) -> System.out.println(kind + " " + found.size()));
    }

    private static String kind(Statement statement) {
        return switch (statement) {
            case Statement.Destructive found -> found.kind() + (found.sure() ? "" : "?");
            case Statement.CreateTable create -> "CREATE_TABLE";
            case Statement.Prepare prepare -> "PREPARE";
            case Statement.Execute execute -> "EXECUTE";
        };
    }
}
