package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** What all commands share: the options of the connection, and asking. */
abstract class ApiCommand implements Callable<Integer> {
    @Mixin private ConnectionOptions connection;
    @ParentCommand private HasSurroundings parent;

    /** A command that knows what is around it. */
    interface HasSurroundings {
        Surroundings surroundings();
    }

    /** Asks and shows; a {@link CommandException} ends the command. */
    abstract int run(RestClient client);

    @Override
    public final Integer call() {
        RestClient client =
                new RestClient(
                        () -> new TargetFinder(surroundings()).find(connection),
                        Trust.find(connection, surroundings()));
        int exitCode = run(client);
        out().flush();
        return exitCode;
    }

    final Surroundings surroundings() {
        return parent.surroundings();
    }

    final PrintWriter out() {
        return surroundings().out();
    }

    final PrintWriter err() {
        return surroundings().err();
    }

    final boolean isJson() {
        return connection.isJson();
    }

    /** Shows an answer: as it is to scripts, otherwise as the command does. */
    final int show(JsonNode answer, Runnable forPeople) {
        if (connection.isJson()) {
            out().println(answer.toPrettyString());
        } else {
            forPeople.run();
        }
        return ExitCode.OK;
    }
}
