package dev.homeport.cli;

import picocli.CommandLine.Command;

/** Back to what the cluster was before it was drained or taken offline. */
@Command(
        name = "online",
        description = "Back to what the cluster was before it was drained or taken offline.")
final class OnlineCommand extends IntentCommand {
    OnlineCommand() {
        super("online");
    }
}
