package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.cli.RefusedException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a file would change in a fleet.
 *
 * @param records those of the file, in the order in which they are written
 * @param notInFile clusters that exist and that the file does not have; empty where it has none
 * @param problems what the router would refuse, or what cannot be; for people, with file and line
 */
record FleetPlan(List<PlannedRecord> records, List<RecordName> notInFile, List<String> problems) {
    FleetPlan {
        records = List.copyOf(records);
        notInFile = List.copyOf(notInFile);
        problems = List.copyOf(problems);
    }

    /** Reads what stands and lets the router try what the file says. Writes nothing. */
    static FleetPlan of(FleetFile file, FleetRecords fleet) {
        return new Maker(file, fleet).make();
    }

    List<PlannedRecord> changes() {
        return records.stream().filter(PlannedRecord::isChange).toList();
    }

    private static final class Maker {
        private final FleetFile file;
        private final FleetRecords fleet;
        private final Set<String> existing;
        private final List<PlannedRecord> records = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        Maker(FleetFile file, FleetRecords fleet) {
            this.file = file;
            this.fleet = fleet;
            this.existing = fleet.clusters();
        }

        FleetPlan make() {
            file.records().forEach(this::add);
            List<RecordName> others = new ArrayList<>();
            if (file.namesClusters()) {
                existing.stream()
                        .map(RecordName::cluster)
                        .filter(name -> !file.records().containsKey(name))
                        .forEach(others::add);
            }
            return new FleetPlan(records, others, problems);
        }

        private void add(RecordName name, ObjectNode wanted) {
            Optional<FleetRecord> standing =
                    name.kind() != RecordName.Kind.CLUSTER || existing.contains(name.id())
                            ? fleet.find(name)
                            : Optional.empty();
            try {
                ObjectNode before = standing.map(FleetRecord::body).orElseGet(RestClient::object);
                List<RecordDiff.Change> changes =
                        namesNew(name, wanted)
                                ? RecordDiff.between(before, wanted)
                                : RecordDiff.between(before, wanted, fleet.tried(name, wanted));
                records.add(new PlannedRecord(name, standing, wanted, changes));
            } catch (RefusedException e) {
                if (!e.isOfContent()) {
                    throw e;
                }
                e.problems().forEach(one -> problems.add(file.shown(name, one)));
            }
        }

        /**
         * A policy that names clusters of the same file can be tried only when these are written.
         * Names that are in neither place are told of here.
         */
        private boolean namesNew(RecordName name, ObjectNode wanted) {
            if (name.kind() != RecordName.Kind.POLICY) {
                return false;
            }
            Set<String> missing = new TreeSet<>(PolicyNames.of(wanted));
            missing.removeAll(existing);
            if (missing.isEmpty()) {
                return false;
            }
            missing.removeIf(id -> file.records().containsKey(RecordName.cluster(id)));
            for (String id : missing) {
                problems.add(
                        file.shown(
                                name,
                                new Problem(
                                        "",
                                        "names cluster %s, which neither exists nor stands in this file"
                                                .formatted(Texts.cut(id, 60)),
                                        Spelling.nearest(id, existing))));
            }
            return true;
        }
    }
}
