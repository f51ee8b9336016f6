package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the records of a fleet what a file says. */
@Command(
        name = "apply",
        description = {
            "Makes clusters, placement policy and guard what a file says: shows what would change,"
                    + " asks, and writes only that.",
            "Records that the file does not have are left alone, and so is what operators want of"
                    + " clusters (cordon, drain, offline)."
        })
final class ApplyCommand extends ApiCommand {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "YAML as in conf/topology.yaml")
    private Path file;

    @Option(names = "--dry-run", description = "show what would change, and write nothing")
    private boolean isDryRun;

    @Option(
            names = "--prune",
            description =
                    "delete clusters that the file does not have; if one is a home, or the policy"
                            + " names it, nothing is written")
    private boolean isPruning;

    @Option(names = "--yes", description = "do not ask")
    private boolean isConfirmed;

    @Option(names = "--reason", description = "why; goes to the routers' log")
    private Optional<String> reason;

    @Override
    int run(RestClient client) {
        FleetFile wanted = read();
        FleetRecords fleet = new FleetRecords(client);
        FleetPlan plan = isPruning ? FleetPlan.pruning(wanted, fleet) : FleetPlan.of(wanted, fleet);
        if (!plan.problems().isEmpty()) {
            throw new CommandException(
                    ExitCode.REFUSED,
                    "nothing was written, because of this:\n  "
                            + String.join("\n  ", plan.problems()));
        }
        List<FleetRecord> deletions = isPruning ? standing(plan.notInFile(), fleet) : List.of();
        print(plan);
        int changes = plan.changes().size() + deletions.size();
        if (changes == 0 || isDryRun) {
            people().println(
                            changes == 0
                                    ? "Nothing to do: the fleet is what the file says."
                                    : "Nothing was written (--dry-run).");
            return finish(plan, Map.of(), ExitCode.OK);
        }
        if (!isConfirmed) {
            people().flush();
            Confirmation.ask(surroundings(), "Apply %s?".formatted(Texts.count(changes, "change")));
        }
        FleetChange change = new FleetChange(fleet, reason, people()::println);
        change.carryOut(plan.changes(), deletions);
        people().println(change.summary());
        return finish(
                plan,
                change.outcomes(),
                change.failure().map(CommandException::exitCode).orElse(ExitCode.OK));
    }

    /** What is shown and agreed to is what is deleted: in this state, or not at all. */
    private static List<FleetRecord> standing(List<RecordName> names, FleetRecords fleet) {
        return names.stream().map(fleet::find).flatMap(Optional::stream).toList();
    }

    private FleetFile read() {
        try {
            FleetFile wanted = FleetFile.read(surroundings().directory(), file);
            if (isPruning && !wanted.namesClusters()) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "--prune deletes clusters that %s does not have, and it has none at all"
                                .formatted(file));
            }
            return wanted;
        } catch (FleetFile.Malformed e) {
            throw new CommandException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /** Where people read: beside the answer for scripts, if there is one. */
    private PrintWriter people() {
        return isJson() ? err() : out();
    }

    private void print(FleetPlan plan) {
        PrintWriter out = people();
        for (PlannedRecord one : plan.records()) {
            out.println("%s: %s".formatted(one.name().text(), one.word()));
            one.changes().forEach(change -> out.println("  " + change.text()));
        }
        for (RecordName name : plan.notInFile()) {
            out.println(
                    isPruning
                            ? name.text() + ": TO BE DELETED, it is not in the file"
                            : name.text()
                                    + ": untouched, it is not in the file (--prune would delete it)");
        }
    }

    private int finish(
            FleetPlan plan, Map<RecordName, FleetChange.Outcome> outcomes, int exitCode) {
        people().flush();
        if (isJson()) {
            ObjectNode json = RestClient.object();
            json.put("dryRun", isDryRun);
            ArrayNode records = json.putArray("records");
            for (PlannedRecord one : plan.records()) {
                ObjectNode record = record(records, one.name(), outcomes);
                record.put("change", one.word());
                ArrayNode fields = record.putArray("fields");
                one.changes().forEach(change -> put(fields.addObject(), change));
            }
            for (RecordName name : plan.notInFile()) {
                record(records, name, outcomes)
                        .put("change", isPruning ? "deleted" : "not-in-file");
            }
            out().println(json.toPrettyString());
        }
        return exitCode;
    }

    private static ObjectNode record(
            ArrayNode records, RecordName name, Map<RecordName, FleetChange.Outcome> outcomes) {
        ObjectNode record = records.addObject().put("record", name.section());
        Optional.ofNullable(outcomes.get(name))
                .ifPresent(
                        outcome ->
                                record.put(
                                        "outcome",
                                        outcome.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        return record;
    }

    private static void put(ObjectNode json, RecordDiff.Change change) {
        json.put("path", change.path());
        if (!change.before().isMissingNode()) {
            json.set("before", change.before());
        }
        if (!change.after().isMissingNode()) {
            json.set("after", change.after());
        }
    }
}
