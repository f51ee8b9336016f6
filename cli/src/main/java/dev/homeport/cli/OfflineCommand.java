package dev.homeport.cli;

import picocli.CommandLine.Command;

/** Refuse a cluster's projects and close their sessions. */
@Command(name = "offline", description = "Refuse a cluster's projects and close their sessions.")
final class OfflineCommand extends DestructiveIntentCommand {
    OfflineCommand() {
        super("offline");
    }
}
