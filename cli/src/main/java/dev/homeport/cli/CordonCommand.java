package dev.homeport.cli;

import picocli.CommandLine.Command;

/** Place no new project on a cluster; touch nothing that runs. */
@Command(
        name = "cordon",
        description = "Place no new project on a cluster; touch nothing that runs.")
final class CordonCommand extends IntentCommand {
    CordonCommand() {
        super("cordon");
    }
}
