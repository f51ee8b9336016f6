package dev.homeport.cli;

import java.util.Locale;
import java.util.Optional;

/** Asks before something is done that hits people. */
final class Confirmation {
    private Confirmation() {}

    /**
     * Asks for a yes to what a dry run has just shown.
     *
     * @return the ETag of what was agreed to, for {@code If-Match}
     * @throws CommandException if somebody says no, or nobody is there, or the router does not know
     *     the version of what it shows: a yes could then count for something else
     */
    static String ofShown(Surroundings surroundings, String question, RestClient.Reply shown) {
        String etag = shown.etag().orElseThrow(Confirmation::unsureOfVersion);
        ask(surroundings, question);
        return etag;
    }

    private static CommandException unsureOfVersion() {
        return new CommandException(
                ExitCode.REFUSED,
                "the router gives no ETag for what it shows, so a yes could count for something"
                        + " else: it has not reached ZooKeeper since it started, or cannot use the"
                        + " record that stands there (homeport status tells), or is older than this"
                        + " command; nothing was done; say --yes if you are sure");
    }

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
