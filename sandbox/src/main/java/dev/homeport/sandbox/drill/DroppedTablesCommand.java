package dev.homeport.sandbox.drill;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.testkit.process.ServerException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code homeport drill dropped-tables}. Exit status 0 if every promise held, 1 if one did not or
 * the drill could not be played, 2 if the options are wrong.
 */
@Command(
        name = "dropped-tables",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "An application drops its tenants' tables, in three ways in which it really",
            "happened: under the guard, while the guard only observes, around the routers.",
            "Exit status 0 only if every promise held."
        })
final class DroppedTablesCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 10_000;

    private final Instant started = Instant.now();

    @Spec private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "the sandbox that runs there, else one for this run alone")
    private Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "how the result is shown (default ${DEFAULT-VALUE})")
    private Output output;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "0",
            description = "N more drops, for percentiles (default 0)")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of the rows that are made (default: any)")
    private Optional<Long> seed;

    /** How the result is shown. */
    enum Output {
        table,
        json
    }

    @Override
    public Integer call() {
        if (rounds < 0 || rounds > MOST_ROUNDS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rounds must be 0 to %d, was %d".formatted(MOST_ROUNDS, rounds));
        }
        try (StopSignal signal = StopSignal.listen()) {
            try {
                return drill();
            } catch (DrillException
                    | SandboxException
                    | ServerException
                    | UncheckedIOException
                    | IOException
                    | InterruptedException e) {
                String why = e.getMessage() == null ? e.toString() : e.getMessage();
                System.err.println("homeport drill: " + (signal.isGiven() ? "ended early" : why));
                return 1;
            }
        }
    }

    private int drill() throws IOException, InterruptedException {
        try (SandboxLease lease = SandboxLease.of(data.toAbsolutePath().normalize(), this::tell)) {
            long rowSeed = seed.orElseGet(() -> (long) ThreadLocalRandom.current().nextInt());
            tell("seed " + rowSeed);
            DrillResult result =
                    new DroppedTablesDrill(lease.description(), this::tell, rowSeed, rounds).run();
            PrintWriter out = spec.commandLine().getOut();
            switch (output) {
                case table -> DrillPrinter.printTable(result, out);
                case json -> DrillPrinter.printJson(result, out);
            }
            out.flush();
            return result.broken().isEmpty() ? 0 : 1;
        }
    }

    private void tell(String line) {
        double seconds = Duration.between(started, Instant.now()).toMillis() / 1000.0;
        System.err.printf(Locale.ROOT, "%5.1f s  %s%n", seconds, line);
    }
}
