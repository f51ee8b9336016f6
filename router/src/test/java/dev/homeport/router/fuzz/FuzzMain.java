package dev.homeport.router.fuzz;

import dev.homeport.router.config.Transport;
import dev.homeport.router.netty.Leaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fuzzes a router at length: one in this JVM, or with {@code --address} any other. Prints what it
 * saw; exit code 1 if something was wrong. What went wrong is run alone with {@code --seed N
 * --sessions 1}.
 */
final class FuzzMain {
    private static final String USAGE =
            """
            usage: FuzzMain [--sessions N] [--seed N] [--lanes N] [--batch N] [--hostile PERCENT]
                            [--transport auto|io_uring|epoll|nio] [--leaks paranoid|sampled]
                            [--address HOST:PORT --metrics URL --user USER --password-file FILE
                             --projects P,P]
            """;

    private final Map<String, String> options = new TreeMap<>();

    private FuzzMain(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException(USAGE);
            }
            options.put(args[i].substring(2), args[i + 1]);
        }
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.exit(new FuzzMain(args).run());
    }

    private int run() throws IOException, InterruptedException {
        var plan =
                new FuzzPlan(
                        number("sessions", 10_000),
                        number("seed", 1),
                        (int) number("batch", 2000),
                        (int) number("lanes", FuzzPlan.DEFAULT.lanes()),
                        (int) number("hostile", FuzzPlan.DEFAULT.hostilePercent()));
        SessionFuzzer.Summary summary = options.containsKey("address") ? remote(plan) : here(plan);
        summary.failures().forEach(System.out::println);
        System.out.println(summary);
        return summary.failures().isEmpty() ? 0 : 1;
    }

    private SessionFuzzer.Summary remote(FuzzPlan plan) throws IOException, InterruptedException {
        List<String> projects = List.of(text("projects", "p1,p2").split(","));
        var target =
                new RemoteTarget(
                        text("address", ""),
                        text("metrics", ""),
                        text("user", "app"),
                        Files.readString(Path.of(text("password-file", ""))).strip(),
                        projects);
        return new SessionFuzzer(target, plan, System.out).run();
    }

    private SessionFuzzer.Summary here(FuzzPlan plan) throws IOException, InterruptedException {
        Leaks.watch(!text("leaks", "paranoid").equals("sampled"));
        Path directory = Files.createTempDirectory("homeport-fuzz");
        Transport transport = Transport.valueOf(text("transport", "auto").toUpperCase(Locale.ROOT));
        try (FixtureTarget target =
                FixtureTarget.start(directory.resolve("c1-1"), plan.lanes(), transport)) {
            return new SessionFuzzer(target, plan, System.out).run();
        }
    }

    private long number(String option, long otherwise) {
        return Long.parseLong(text(option, Long.toString(otherwise)));
    }

    private String text(String option, String otherwise) {
        return options.getOrDefault(option, otherwise);
    }
}
