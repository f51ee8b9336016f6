package dev.homeport.cli;

import picocli.CommandLine.Command;

/** Let a cluster's sessions finish, up to a deadline, then close them. */
@Command(
        name = "drain",
        description = "Let a cluster's sessions finish, up to a deadline, then close them.")
final class DrainCommand extends DestructiveIntentCommand {
    DrainCommand() {
        super("drain");
    }
}
