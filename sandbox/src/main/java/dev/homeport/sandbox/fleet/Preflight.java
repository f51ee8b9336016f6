package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.testkit.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is checked before anything is started. */
final class Preflight {
    private static final long MEGABYTE = 1024 * 1024;

    /** A data folder with its logs, while little is written. */
    private static final long PER_INSTANCE = 80 * MEGABYTE;

    private static final long BESIDE = 150 * MEGABYTE;

    private Preflight() {}

    /** Says which program is missing. */
    static void requirePrograms() {
        Commands.require("setpriv", "util-linux");
        Commands.require("setsid", "util-linux");
    }

    /** Says how much is missing; instances that exist have taken theirs already. */
    static void requireSpace(Path directory, SandboxPlan plan) {
        long missing =
                plan.size()
                        .allInstanceIds()
                        .filter(id -> !Files.exists(directory.resolve(id).resolve("data")))
                        .count();
        try {
            requireSpace(
                    directory,
                    Files.getFileStore(directory).getUsableSpace(),
                    missing * PER_INSTANCE + BESIDE);
        } catch (IOException e) {
            throw new SandboxException("cannot look at the disk of " + directory, e);
        }
    }

    static void requireSpace(Path directory, long usable, long needed) {
        if (usable < needed) {
            throw new SandboxException(
                    "the disk of %s is too full: %d MB are free, the sandbox needs %d MB"
                            .formatted(directory, usable / MEGABYTE, needed / MEGABYTE));
        }
    }
}
