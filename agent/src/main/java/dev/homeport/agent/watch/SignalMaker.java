package dev.homeport.agent.watch;

import dev.homeport.agent.watch.Attribution.Answer;
import dev.homeport.agent.watch.WatchListener.StatementOutcome;
import dev.homeport.agent.watch.binlog.BinlogTransaction;
import dev.homeport.agent.watch.binlog.Ddl;
import dev.homeport.agent.watch.binlog.Gtid;
import dev.homeport.agent.watch.inventory.Inventory;
import dev.homeport.agent.watch.inventory.KnownTables;
import dev.homeport.agent.watch.inventory.KnownTables.Presence;
import dev.homeport.agent.watch.judge.Signal;
import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Turns statements of the binary log into signals: leaves out what was not there, what was a
 * stand-in, what was announced, and asks the routers who did the rest. Of one thread.
 */
final class SignalMaker {
    private static final Comparator<Optional<ProjectId>> BY_NAME =
            Comparator.comparing(project -> project.map(ProjectId::value).orElse(""));

    private final Ownership ownership;
    private final Attribution attribution;
    private final Announcements announcements;
    private final KnownTables known;
    private final StandIns standIns;

    /** Signals and the outcome of each statement. */
    record Made(List<Destroyed> signals, List<StatementOutcome> outcomes) {}

    /** A table that a statement destroyed. */
    private record Gone(TableName table, long rows) {}

    /** A statement with what it destroyed. */
    private record Deed(BinlogTransaction statement, Extent extent, List<Gone> gone) {}

    SignalMaker(
            Ownership ownership,
            Attribution attribution,
            Announcements announcements,
            KnownTables known,
            StandIns standIns) {
        this.ownership = ownership;
        this.attribution = attribution;
        this.announcements = announcements;
        this.known = known;
        this.standIns = standIns;
    }

    /**
     * Takes statements over, in the order of the log.
     *
     * @param now when they arrived here
     */
    Made make(InstanceId instance, List<BinlogTransaction> statements, Instant now) {
        List<StatementOutcome> outcomes = new ArrayList<>();
        List<Deed> deeds = new ArrayList<>();
        for (BinlogTransaction statement : statements) {
            apply(statement, now, deeds, outcomes);
        }
        List<Attribution.Question> questions =
                deeds.stream()
                        .map(
                                deed ->
                                        new Attribution.Question(
                                                instance,
                                                deed.statement().threadId(),
                                                deed.statement().at(),
                                                names(deed.gone())))
                        .toList();
        List<Answer> answers = questions.isEmpty() ? List.of() : attribution.of(questions);
        List<Destroyed> signals = new ArrayList<>();
        for (int i = 0; i < deeds.size(); i++) {
            outcomes.add(signals(deeds.get(i), answers.get(i), signals));
        }
        return new Made(signals, outcomes);
    }

    private static List<TableName> names(List<Gone> gone) {
        return gone.stream().map(Gone::table).limit(Signal.MOST_TABLES).toList();
    }

    private void apply(
            BinlogTransaction statement,
            Instant now,
            List<Deed> deeds,
            List<StatementOutcome> outcomes) {
        var effect = new Effect(statement, now);
        Extent extent = Extent.TABLES;
        switch (statement.ddl()) {
            case Ddl.DropTables drop ->
                    drop.tables().forEach(table -> effect.drop(table, drop.ifExists()));
            case Ddl.DropSchema drop -> effect.dropSchema(drop.schema());
            case Ddl.EmptyTable empty -> effect.empty(empty.table());
            case Ddl.CreateTable create -> effect.create(create);
            case Ddl.RenameTables rename -> rename.renamings().forEach(effect::rename);
            case Ddl.DropPartitions drop -> {
                extent = Extent.PARTITIONS;
                effect.empty(drop.table(), drop.partitions());
            }
            case Ddl.DropColumns drop -> {
                extent = Extent.COLUMNS;
                effect.dropColumns(drop.table());
            }
            case Ddl.ChangeStorage change -> known.mayLeaveStatistics(change.table(), now);
            case Ddl.Opaque opaque -> effect.isOpaque = true;
            case Ddl.Other other -> {
                // Not told by the reader.
            }
        }
        if (!effect.gone.isEmpty()) {
            deeds.add(new Deed(statement, extent, effect.gone));
        } else if (effect.isOpaque) {
            outcomes.add(StatementOutcome.OPAQUE);
        } else if (effect.destroyedStandIn) {
            outcomes.add(StatementOutcome.QUARANTINED);
        } else {
            outcomes.add(StatementOutcome.NOTHING);
        }
    }

    /** What one statement does to what is known. */
    private final class Effect {
        private final Optional<Gtid> gtid;
        private final BinlogTransaction statement;
        private final Instant now;
        private final List<Gone> gone = new ArrayList<>();
        private boolean destroyedStandIn;
        private boolean isOpaque;

        Effect(BinlogTransaction statement, Instant now) {
            this.statement = statement;
            this.gtid = statement.gtid();
            this.now = now;
        }

        /**
         * Whether a table is really gone.
         *
         * @param mayBeMissing the statement would have been logged without it, too
         */
        private void destroy(TableName table, boolean mayBeMissing) {
            if (!Inventory.isWatched(table.schema())) {
                return;
            }
            if (standIns.isDestroyed(table)) {
                destroyedStandIn = true;
                return;
            }
            boolean wasThere =
                    switch (known.presence(table, gtid)) {
                        case THERE -> true;
                        case NOT_THERE -> false;
                        case NOT_KNOWN -> !mayBeMissing || known.base().isEmpty();
                    };
            if (wasThere) {
                gone.add(new Gone(table, known.rows(table)));
            }
        }

        void drop(TableName table, boolean ifExists) {
            destroy(table, ifExists);
            known.dropped(table, now);
        }

        void dropSchema(String schema) {
            for (TableName table : known.tablesOf(schema)) {
                drop(table, false);
            }
            if (known.base().isEmpty() && gone.isEmpty() && Inventory.isWatched(schema)) {
                // What was in it nobody knows; two unknown tables are what makes a loss.
                gone.add(new Gone(new TableName(schema, "?"), -1));
                gone.add(new Gone(new TableName(schema, "?"), -1));
            }
        }

        void empty(TableName table) {
            destroy(table, false);
            known.created(table, 0, now);
        }

        void create(Ddl.CreateTable create) {
            boolean isThere = known.presence(create.table(), gtid) == Presence.THERE;
            if (create.orReplace()) {
                destroy(create.table(), true);
            }
            if (create.orReplace() || !isThere) {
                known.created(create.table(), 0, now);
            }
        }

        void rename(Ddl.Renaming renaming) {
            TableName from = renaming.from();
            TableName to = renaming.to();
            boolean isSetAside = StandIns.isSetAside(renaming);
            long rows = known.rows(from);
            boolean wasWatched = Inventory.isWatched(from.schema());
            boolean goesElsewhere =
                    !Inventory.isWatched(to.schema())
                            || !ownership.project(from).equals(ownership.project(to));
            boolean isPutAway = Inventory.isQuarantine(to.schema()) || standIns.isStanding(from);
            standIns.onRename(renaming, statement.before());
            if (wasWatched) {
                known.dropped(from, now);
            }
            if (Inventory.isWatched(to.schema())) {
                known.created(to, rows, now);
            }
            if (wasWatched && goesElsewhere && !isSetAside && !isPutAway) {
                gone.add(new Gone(from, rows));
            }
        }

        void empty(TableName table, List<String> partitions) {
            if (standIns.isStanding(table)) {
                destroyedStandIn = true;
            } else if (Inventory.isWatched(table.schema())) {
                gone.add(new Gone(table, known.emptied(table, partitions, now)));
            }
        }

        /** How many values that are nobody knows. */
        void dropColumns(TableName table) {
            if (Inventory.isWatched(table.schema())) {
                gone.add(new Gone(table, -1));
            }
        }
    }

    private StatementOutcome signals(Deed deed, Answer answer, List<Destroyed> signals) {
        Optional<Standing> standing =
                switch (answer) {
                    case Attribution.ThroughRouter through ->
                            switch (through.ruling()) {
                                case ALLOWED -> Optional.of(Standing.ALLOWED);
                                case OBSERVED, UNSEEN -> Optional.of(Standing.UNANNOUNCED);
                                case QUARANTINED, ANNOUNCED, APPROVED -> Optional.empty();
                            };
                    case Attribution.AroundRouters around -> Optional.of(Standing.UNANNOUNCED);
                    case Attribution.Unknown unknown -> Optional.of(Standing.UNANNOUNCED);
                };
        if (standing.isEmpty()) {
            return StatementOutcome.ANNOUNCED;
        }
        Map<Optional<ProjectId>, List<Gone>> byProject = new TreeMap<>(BY_NAME);
        for (Gone one : deed.gone()) {
            if (!announcements.covers(one.table(), deed.statement().at())) {
                byProject
                        .computeIfAbsent(ownership.project(one.table()), key -> new ArrayList<>())
                        .add(one);
            }
        }
        byProject.forEach(
                (project, gone) ->
                        signals.add(signal(deed, project, gone, standing.get(), answer)));
        if (byProject.isEmpty()) {
            return StatementOutcome.ANNOUNCED;
        }
        return standing.get() == Standing.ALLOWED
                ? StatementOutcome.ALLOWED
                : StatementOutcome.DESTROYED;
    }

    private Destroyed signal(
            Deed deed,
            Optional<ProjectId> project,
            List<Gone> gone,
            Standing standing,
            Answer answer) {
        BinlogTransaction statement = deed.statement();
        String gtid = statement.gtid().map(Object::toString).orElse("");
        long rows = -1;
        for (Gone one : gone) {
            rows = one.rows() < 0 ? rows : Math.max(0, rows) + one.rows();
        }
        return new Destroyed(
                project,
                gone.stream()
                        .flatMap(one -> ownership.tenant(one.table()).stream())
                        .distinct()
                        .limit(100)
                        .toList(),
                names(gone),
                gone.size(),
                rows,
                deed.extent(),
                standing,
                statement.at(),
                gtid.isEmpty() ? statement.before() + " " + statement.at() : gtid,
                Optional.of(statement.before().toString()).filter(text -> !text.isEmpty()),
                actor(answer, statement.threadId()),
                "binary log: %s of %d %s in %s, at %s"
                        .formatted(
                                verb(statement.ddl()),
                                gone.size(),
                                gone.size() == 1 ? "table" : "tables",
                                gone.getFirst().table().schema(),
                                gtid.isEmpty() ? "a transaction without GTID" : gtid));
    }

    private static String actor(Answer answer, long threadId) {
        return switch (answer) {
            case Attribution.ThroughRouter through ->
                    "%s as %s from %s through %s"
                            .formatted(
                                    through.project(),
                                    through.user(),
                                    through.client(),
                                    through.router());
            case Attribution.AroundRouters around ->
                    "not through a router (thread %d)".formatted(threadId);
            case Attribution.Unknown unknown ->
                    "not known: %s (thread %d)".formatted(unknown.why(), threadId);
        };
    }

    private static String verb(Ddl ddl) {
        return switch (ddl) {
            case Ddl.DropTables drop -> "DROP TABLE";
            case Ddl.DropSchema drop -> "DROP DATABASE";
            case Ddl.EmptyTable empty -> "TRUNCATE";
            case Ddl.CreateTable create -> "CREATE OR REPLACE TABLE";
            case Ddl.RenameTables rename -> "RENAME to elsewhere";
            case Ddl.DropPartitions drop -> "DROP PARTITION";
            case Ddl.DropColumns drop -> "DROP COLUMN";
            case Ddl.ChangeStorage change -> "a statement";
            case Ddl.Opaque opaque -> "a statement";
            case Ddl.Other other -> "a statement";
        };
    }
}
