package dev.homeport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.homeport.cli.RefusedException.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

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
        return new Maker(file, fleet).make(false);
    }

    /** The same, where the clusters that the file does not have are to be deleted behind that. */
    static FleetPlan pruning(FleetFile file, FleetRecords fleet) {
        return new Maker(file, fleet).make(true);
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

        FleetPlan make(boolean isPruning) {
            file.records().forEach(this::add);
            List<RecordName> others = new ArrayList<>();
            if (file.namesClusters()) {
                existing.stream()
                        .map(RecordName::cluster)
                        .filter(name -> !file.records().containsKey(name))
                        .forEach(others::add);
            }
            if (isPruning) {
                others.forEach(this::tryDeletion);
            }
            return new FleetPlan(records, others, problems);
        }

        private void add(RecordName name, ObjectNode wanted) {
            Optional<FleetRecord> standing =
                    name.kind() != RecordName.Kind.CLUSTER || existing.contains(name.id())
                            ? fleet.find(name)
                            : Optional.empty();
            try {
                records.add(
                        new PlannedRecord(name, standing, wanted, changes(standing, name, wanted)));
            } catch (RefusedException e) {
                addProblems(e, one -> file.shown(name, one));
                return;
            }
            sharedServer(name, wanted).ifPresent(one -> problems.add(file.shown(name, one)));
        }

        private void addProblems(RefusedException e, Function<Problem, String> shown) {
            if (!e.isOfContent()) {
                throw e;
            }
            e.problems().forEach(one -> problems.add(shown.apply(one)));
        }

        /** The router tries each record as if it were the only one. */
        private List<RecordDiff.Change> changes(
                Optional<FleetRecord> standing, RecordName name, ObjectNode wanted) {
            ObjectNode before = standing.map(FleetRecord::body).orElseGet(RestClient::object);
            if (namesNew(name, wanted)) {
                // What a record leaves out is its default; of one that is not there all is.
                boolean isDefault = standing.filter(FleetRecord::isAbsent).isPresent();
                return RecordDiff.between(before, wanted).stream()
                        .filter(one -> !(isDefault && one.after().isMissingNode()))
                        .toList();
            }
            try {
                return RecordDiff.between(before, wanted, fleet.tried(name, wanted));
            } catch (RefusedException e) {
                if (!isSettledBefore(name, wanted, e)) {
                    throw e;
                }
                // Nobody says which defaults are left out: they show as taken away.
                return RecordDiff.between(before, wanted);
            }
        }

        /**
         * Whether the clusters in the way are written earlier, and have none of the servers then.
         */
        private boolean isSettledBefore(RecordName name, ObjectNode wanted, RefusedException e) {
            List<RecordName> inTheWay =
                    file.records().keySet().stream()
                            .filter(one -> e.conflictsWith().contains(one.znode()))
                            .toList();
            return !inTheWay.isEmpty()
                    && inTheWay.size() == e.conflictsWith().size()
                    && inTheWay.stream().allMatch(one -> one.compareTo(name) < 0)
                    && sharedServer(name, wanted).isEmpty();
        }

        /** Two clusters of the file must not have one server: the second would be refused. */
        private Optional<Problem> sharedServer(RecordName name, ObjectNode wanted) {
            if (name.kind() != RecordName.Kind.CLUSTER) {
                return Optional.empty();
            }
            for (var earlier : file.records().headMap(name).entrySet()) {
                Optional<ServerNames.Shared> shared =
                        ServerNames.shared(wanted, earlier.getValue());
                if (shared.isPresent()) {
                    return Optional.of(
                            new Problem(
                                    shared.get().field(),
                                    "must not name %s, which is a server of %s in this file"
                                            .formatted(
                                                    shared.get().address(),
                                                    earlier.getKey().text()),
                                    Optional.empty()));
                }
            }
            return Optional.empty();
        }

        /** The policy of the file is written before anything is deleted, and counts alone. */
        private void tryDeletion(RecordName name) {
            Optional<ObjectNode> policy =
                    Optional.ofNullable(file.records().get(RecordName.POLICY));
            if (policy.filter(one -> PolicyNames.of(one).contains(name.id())).isPresent()) {
                problems.add(
                        file.shown(
                                RecordName.POLICY,
                                new Problem(
                                        "",
                                        "names %s, which is to be deleted".formatted(name.text()),
                                        Optional.empty())));
                return;
            }
            try {
                fleet.tryDeletion(name);
            } catch (RefusedException e) {
                boolean isSettledBefore =
                        policy.isPresent()
                                && e.conflictsWith().equals(List.of(RecordName.POLICY.znode()));
                if (!isSettledBefore) {
                    addProblems(e, one -> "--prune: " + one.text());
                }
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
