package dev.homeport.cli;

import picocli.CommandLine.Command;

/** Let a cordoned cluster take new projects again. */
@Command(name = "uncordon", description = "Let a cordoned cluster take new projects again.")
final class UncordonCommand extends IntentCommand {
    UncordonCommand() {
        super("uncordon");
    }
}
