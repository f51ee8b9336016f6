package dev.homeport.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The operator's command. Its exit codes stand in {@link ExitCode} and in its help. */
@Command(
        name = "homeport",
        description = "Asks a Homeport router, and tells it what to do.",
        subcommands = {
            StatusCommand.class,
            ClustersCommand.class,
            ClusterCommand.class,
            CordonCommand.class,
            UncordonCommand.class,
            DrainCommand.class,
            OfflineCommand.class,
            OnlineCommand.class,
            ProjectsCommand.class,
            ProjectCommand.class,
            WhereCommand.class,
            PlaceCommand.class,
            RouteCommand.class,
            RoutersCommand.class,
            AgentsCommand.class,
            PolicyCommand.class,
            PlacementCommand.class,
            GuardCommand.class,
            ApproveCommand.class,
            AnnounceCommand.class,
            AuditCommand.class,
            IncidentsCommand.class,
            IncidentCommand.class,
            QuarantineCommand.class,
            UndropCommand.class,
            ApplyCommand.class,
            EditCommand.class,
            ValidateCommand.class,
            WatchCommand.class,
            CompletionCommand.class,
            RawCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or already so",
            "1:the router refused, or something was found wrong; the text says what",
            "2:the command line, a file or the settings make no sense",
            "3:no router answered; whether a change was carried out may be unknown",
            "4:the token is missing, unknown, or not allowed to",
            "5:nobody said yes, so nothing was done",
            "6:somebody else has changed the record meanwhile"
        })
public final class Main implements ApiCommand.HasSurroundings {
    private final Surroundings surroundings;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "show this text")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean isHelpWanted;

    private Main(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Surroundings real =
                new Surroundings(
                        System.getenv(),
                        Path.of("").toAbsolutePath(),
                        out,
                        err,
                        new ConsoleTerminal(),
                        Clock.systemUTC());
        int exitCode = run(real, arguments);
        out.flush();
        System.exit(exitCode);
    }

    /** Runs one command. */
    static int run(Surroundings surroundings, String... arguments) {
        return new CommandLine(new Main(surroundings))
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setExecutionExceptionHandler(Main::failed)
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    @Override
    public Surroundings surroundings() {
        return surroundings;
    }

    /** A text for people; the stack only of what should never have happened. */
    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof CommandException expected) {
            command.getErr().println("homeport: " + expected.getMessage());
            command.getErr().flush();
            return expected.exitCode();
        }
        e.printStackTrace(command.getErr());
        return ExitCode.REFUSED;
    }
}
