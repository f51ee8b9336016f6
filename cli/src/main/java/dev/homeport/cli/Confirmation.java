package dev.homeport.cli;

import java.util.Locale;
import java.util.Optional;

/** Asks before something is done that hits people. */
final class Confirmation {
    private Confirmation() {}

    /**
     * Returns if somebody says yes.
     *
     * @throws CommandException if somebody does not, or nobody is there
     */
    static void ask(Surroundings surroundings, String question) {
        Optional<String> answer = surroundings.terminal().ask(question + " [y/N] ");
        if (answer.isEmpty()) {
            throw new CommandException(
                    ExitCode.NOT_CONFIRMED,
                    "there is no terminal to ask on, so nothing was done;"
                            + " say --yes if you are sure");
        }
        if (!answer.get().strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new CommandException(ExitCode.NOT_CONFIRMED, "nothing was done");
        }
    }
}
