package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what is wrong with files, or with what stands in ZooKeeper. Changes nothing. */
@Command(
        name = "validate",
        description = {
            "Says what is wrong with files for homeport apply, or, with --live, which records in"
                    + " ZooKeeper the routers do not take over. Exit code 1 if there is anything,"
                    + " and, with --live, if it is not known of every router.",
            "A router tries what a file says, as it would stand in this fleet; --offline looks at"
                    + " the form alone."
        })
final class ValidateCommand extends ApiCommand {
    @ArgGroup(multiplicity = "1")
    private Subject subject;

    @Option(names = "--offline", description = "ask no router: syntax and sections only")
    private boolean isOffline;

    /** What is looked at. */
    private static final class Subject {
        @Option(
                names = {"-f", "--file"},
                arity = "1..*",
                paramLabel = "FILE",
                description = "one file or several")
        private List<Path> files;

        @Option(names = "--live", description = "what stands in ZooKeeper")
        private boolean isLive;
    }

    /** What is known of one file. */
    private record Checked(Path file, List<String> problems, int records) {}

    @Override
    int run(RestClient client) {
        return subject.isLive ? live(client) : files(client);
    }

    private int live(RestClient client) {
        RejectedEdits edits = RejectedEdits.read(client);
        show(
                edits.json(),
                () -> {
                    edits.unknown(surroundings().clock().instant()).forEach(out()::println);
                    if (edits.isEmpty()) {
                        out().println(edits.nothingRejected());
                    } else {
                        edits.table().print(out());
                        out().println();
                        out().println("The last good values stay in force until these are mended.");
                    }
                });
        return edits.isAllTakenOver() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private int files(RestClient client) {
        Optional<FleetRecords> fleet =
                isOffline ? Optional.empty() : Optional.of(new FleetRecords(client));
        Optional<String> noRouter = Optional.empty();
        List<Checked> all = new ArrayList<>();
        for (Path file : subject.files) {
            try {
                all.add(check(file, noRouter.isPresent() ? Optional.empty() : fleet));
            } catch (NoRouterException e) {
                noRouter = Optional.of(e.getMessage());
                all.add(check(file, Optional.empty()));
            }
        }
        boolean isGood = all.stream().allMatch(one -> one.problems.isEmpty());
        boolean isWhole = fleet.isPresent() && noRouter.isEmpty();
        show(json(all, isWhole), () -> print(all, isWhole));
        noRouter.ifPresent(
                why -> {
                    err().println("homeport: ONLY THE FORM was looked at: " + why);
                    err().flush();
                });
        if (!isGood) {
            return ExitCode.REFUSED;
        }
        return noRouter.isPresent() ? ExitCode.UNREACHABLE : ExitCode.OK;
    }

    private Checked check(Path path, Optional<FleetRecords> fleet) {
        try {
            FleetFile file = FleetFile.read(surroundings().directory(), path);
            List<String> problems =
                    fleet.map(records -> FleetPlan.of(file, records).problems())
                            .orElseGet(List::of);
            return new Checked(path, problems, file.records().size());
        } catch (FleetFile.Malformed e) {
            return new Checked(path, e.lines(), 0);
        }
    }

    private void print(List<Checked> all, boolean isWhole) {
        for (Checked one : all) {
            one.problems.forEach(out()::println);
            if (one.problems.isEmpty()) {
                out().println(
                                "%s: %s, %s"
                                        .formatted(
                                                one.file,
                                                Texts.count(one.records, "record"),
                                                isWhole
                                                        ? "all good"
                                                        : "good in form; no router was asked"));
            }
        }
    }

    private static ObjectNode json(List<Checked> all, boolean isWhole) {
        ObjectNode json = RestClient.object();
        json.put("askedRouter", isWhole);
        ArrayNode files = json.putArray("files");
        for (Checked one : all) {
            ObjectNode file = files.addObject().put("file", one.file.toString());
            file.put("records", one.records);
            ArrayNode problems = file.putArray("problems");
            one.problems.forEach(problems::add);
        }
        return json;
    }
}
