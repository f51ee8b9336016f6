package dev.homeport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Opens a record in an editor. */
@Command(
        name = "edit",
        description = {
            "Opens a record in your editor (VISUAL, else EDITOR, else vi) and writes what you make"
                    + " of it: homeport edit cluster c1, edit policy, edit guard.",
            "What the router would not take is said in the file, and the editor opens again."
        })
final class EditCommand extends ApiCommand {
    /** What can be edited. */
    enum Kind {
        cluster,
        policy,
        guard
    }

    @Parameters(index = "0", paramLabel = "cluster|policy|guard")
    private Kind kind;

    @Parameters(index = "1", arity = "0..1", paramLabel = "CLUSTER")
    private Optional<String> cluster;

    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Option(names = "--reason", description = "why; goes to the routers' log")
    private Optional<String> reason;

    @Override
    int run(RestClient client) {
        RecordName name = name();
        Editor editor = Editor.of(surroundings());
        FleetRecords fleet = new FleetRecords(client);
        FleetRecord standing = fleet.read(name);
        EditedFile file = EditedFile.create(name.text().replace(' ', '-'));
        err().println("homeport: editing " + file.path());
        err().flush();
        try {
            EditLoop loop = new EditLoop(fleet, standing, file, one -> editor.open(one.path()));
            int exitCode = write(fleet, standing, loop.edit());
            file.delete();
            return exitCode;
        } catch (CommandException e) {
            err().println("homeport: what was typed is kept in " + file.path());
            throw e;
        }
    }

    private RecordName name() {
        if ((kind == Kind.cluster) != cluster.isPresent()) {
            throw new CommandException(
                    ExitCode.USAGE,
                    "expected homeport edit cluster CLUSTER, edit policy or edit guard");
        }
        return switch (kind) {
            case cluster -> RecordName.cluster(cluster.orElseThrow());
            case policy -> RecordName.POLICY;
            case guard -> RecordName.GUARD;
        };
    }

    private int write(FleetRecords fleet, FleetRecord standing, Optional<EditLoop.Edited> edited) {
        String name = standing.name().text();
        List<RecordDiff.Change> changes =
                edited.map(one -> RecordDiff.between(standing.body(), one.wanted(), one.changes()))
                        .orElseGet(List::of);
        if (changes.isEmpty()) {
            return show(standing.body(), () -> out().println(name + " stays as it is."));
        }
        err().println(name + " changes:");
        changes.forEach(change -> err().println("  " + change.text()));
        err().flush();
        if (!isConfirmed) {
            Confirmation.ask(surroundings(), "Write it?");
        }
        JsonNode written = written(fleet, standing, edited.orElseThrow());
        return show(written, () -> out().println(name + " is written."));
    }

    private JsonNode written(FleetRecords fleet, FleetRecord standing, EditLoop.Edited edited) {
        try {
            return fleet.write(standing.name(), Optional.of(standing), edited.wanted(), reason);
        } catch (RefusedException e) {
            if (!e.isConflict()) {
                throw e;
            }
            throw new CommandException(
                    e.exitCode(), standing.name().text() + ": " + FleetChange.why(e), e);
        }
    }
}
