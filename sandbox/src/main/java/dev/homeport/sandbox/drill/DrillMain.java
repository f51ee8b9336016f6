package dev.homeport.sandbox.drill;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code homeport drill}: rehearses on a sandbox what nobody wants to happen elsewhere. */
@Command(
        name = "homeport drill",
        mixinStandardHelpOptions = true,
        description = "Re-enacts a disaster on a sandbox, and measures what becomes of it.",
        subcommands = DroppedTablesCommand.class)
public final class DrillMain implements Runnable {
    @Spec private CommandSpec spec;

    private DrillMain() {}

    /** Plays one drill. */
    public static void main(String[] args) {
        // Before the first logger: what the libraries say here belongs on nobody's screen.
        System.setProperty("logback.configurationFile", "dev/homeport/sandbox/up-logback.xml");
        System.exit(new CommandLine(new DrillMain()).execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which drill? There is: dropped-tables");
    }
}
