package dev.homeport.router.guard.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Disguises destructive statements at length, against every server of this machine in turn. Exit
 * code 1 if one of them was executed and the classifier had not known. One of them is run alone
 * with {@code --seed N --texts 1}.
 */
final class DisguiseMain {
    private static final String USAGE =
            "usage: DisguiseMain [--texts N] [--seed N] [--server mariadb|newest-mariadb|mysql]";

    private final Map<String, String> options = new TreeMap<>();

    private DisguiseMain(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].startsWith("--") || i + 1 == args.length) {
                throw new IllegalArgumentException(USAGE);
            }
            options.put(args[i].substring(2), args[i + 1]);
        }
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        System.exit(new DisguiseMain(args).run());
    }

    private int run() throws IOException {
        int texts = Integer.parseInt(options.getOrDefault("texts", "10000"));
        long seed = Long.parseLong(options.getOrDefault("seed", "1"));
        String wanted = options.getOrDefault("server", "");
        Path directory = Files.createTempDirectory("homeport-disguise");
        boolean isRight = true;
        for (DisguiseServers.Choice choice : new DisguiseServers(directory).all()) {
            if (!wanted.isEmpty() && !wanted.equals(choice.name())) {
                continue;
            }
            try (DisguiseServers.Running running = choice.start().get()) {
                var summary =
                        new DisguiseFuzzer(running.server().port(), running.login())
                                .run(seed, texts);
                summary.failures().forEach(System.out::println);
                System.out.println(choice + ": " + summary);
                isRight &= summary.failures().isEmpty();
            }
        }
        return isRight ? 0 : 1;
    }
}
