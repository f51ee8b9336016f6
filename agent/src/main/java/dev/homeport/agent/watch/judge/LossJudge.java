package dev.homeport.agent.watch.judge;

import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Extent;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.agent.watch.judge.Signal.Standing;
import dev.homeport.agent.watch.judge.WatchState.Counted;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether there is a loss. Pure: the same arguments give the same findings.
 *
 * <p>For each project of which something new was seen, the first that fits:
 *
 * <ol>
 *   <li>A loss: so many of its tables within the window that nobody announced, or such a share of
 *       its tables or rows; more tables by rules that allow it than the budget has; two different
 *       hints; one hint and a single table; or a table here and there in several projects that sum
 *       up.
 *   <li>An alert: anything else that nobody announced, and hints that people should hear of.
 *   <li>Nothing.
 * </ol>
 *
 * <p>What concerns a project with an open incident of the last minutes is added to that one. A new
 * loss is added to an open loss of the last minutes, because one mistake often hits many projects;
 * an alert never joins a loss of others, for that would contain its project.
 */
public final class LossJudge {
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss").withZone(ZoneOffset.UTC);
    private static final int DIGEST_CHARS = 8;
    private static final Comparator<Optional<ProjectId>> BY_NAME =
            Comparator.comparing(project -> project.map(ProjectId::value).orElse(""));

    private LossJudge() {}

    /**
     * Judges what is new.
     *
     * @param fresh not in the state yet; {@link WatchState#after} takes it in
     * @return what to open, and what open incidents have become
     */
    public static List<LossFinding> judge(
            WatchState state, List<? extends Signal> fresh, WatchPolicy policy, Instant now) {
        Map<Optional<ProjectId>, Case> cases = cases(state, fresh, policy, now);
        cases.values().forEach(one -> one.judge(state, policy));
        judgeTogether(cases.values(), policy);
        return new Findings(state, policy, now).of(cases);
    }

    private static Map<Optional<ProjectId>, Case> cases(
            WatchState state, List<? extends Signal> fresh, WatchPolicy policy, Instant now) {
        Map<Optional<ProjectId>, Case> cases = new TreeMap<>(BY_NAME);
        for (Signal signal : fresh) {
            cases.computeIfAbsent(signal.project(), Case::new).add(signal);
        }
        Instant since = now.minus(policy.hintWindow());
        for (Hint hint : state.hints()) {
            if (hint.at().isAfter(since)) {
                if (cases.containsKey(hint.project())) {
                    cases.get(hint.project()).remember(hint);
                }
                if (hint.kind() == Hint.Kind.CANARY) {
                    cases.values().forEach(one -> one.canary = Optional.of(hint));
                }
            }
        }
        for (Signal signal : fresh) {
            if (signal instanceof Hint hint && hint.kind() == Hint.Kind.CANARY) {
                // It is everybody's: whoever gave a hint before has two now.
                state.hints().stream()
                        .filter(other -> other.project().isPresent() && other.at().isAfter(since))
                        .forEach(
                                other ->
                                        cases.computeIfAbsent(other.project(), Case::new)
                                                .remember(other));
                cases.values().forEach(one -> one.canary = Optional.of(hint));
            }
        }
        boolean areTogether = areTogether(state, fresh, policy);
        for (Counted counted : state.recent()) {
            if (areTogether) {
                cases.computeIfAbsent(counted.what().project(), Case::new);
            }
            Case one = cases.get(counted.what().project());
            if (one != null) {
                one.remember(counted);
            }
        }
        return cases;
    }

    /** Whether tables of several projects that nobody announced sum up. */
    private static boolean areTogether(
            WatchState state, List<? extends Signal> fresh, WatchPolicy policy) {
        List<Destroyed> all = new ArrayList<>();
        fresh.stream()
                .filter(Destroyed.class::isInstance)
                .map(Destroyed.class::cast)
                .filter(LossJudge::isUnannouncedTable)
                .forEach(all::add);
        Optional<Instant> newest = all.stream().map(Destroyed::at).max(Instant::compareTo);
        if (newest.isEmpty()) {
            return false;
        }
        Instant since = newest.get().minus(policy.window());
        state.recent().stream()
                .map(Counted::what)
                .filter(LossJudge::isUnannouncedTable)
                .filter(event -> event.at().isAfter(since))
                .forEach(all::add);
        return all.stream().mapToLong(Destroyed::tableCount).sum() >= policy.clusterTables()
                && all.stream().map(Destroyed::project).distinct().count() > 1;
    }

    private static boolean isUnannouncedTable(Destroyed event) {
        return event.standing() == Standing.UNANNOUNCED && event.extent() == Extent.TABLES;
    }

    /** One project, or what belongs to nobody. */
    private static final class Case {
        final Optional<ProjectId> project;
        final List<Counted> events = new ArrayList<>();
        final Set<Destroyed> fresh =
                java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        final Map<Hint.Kind, Hint> hints = new TreeMap<>();
        final Set<Hint.Kind> freshHints = EnumSet.noneOf(Hint.Kind.class);
        Optional<Hint> canary = Optional.empty();
        Optional<Severity> severity = Optional.empty();
        boolean isOverBudget;
        boolean isTogether;
        String reason = "";

        Case(Optional<ProjectId> project) {
            this.project = project;
        }

        void add(Signal signal) {
            switch (signal) {
                case Destroyed event -> {
                    events.add(new Counted(event, Optional.empty()));
                    fresh.add(event);
                }
                case Hint hint -> {
                    hints.put(hint.kind(), hint);
                    freshHints.add(hint.kind());
                }
            }
        }

        void remember(Counted counted) {
            events.add(counted);
        }

        void remember(Hint hint) {
            hints.putIfAbsent(hint.kind(), hint);
        }

        void judge(WatchState state, WatchPolicy policy) {
            // The server's time has seconds only: what is new comes after what was in the same one.
            events.sort(
                    Comparator.comparing((Counted counted) -> counted.what().at())
                            .thenComparing(counted -> fresh.contains(counted.what())));
            Totals totals = state.totals().of(project);
            var window = new Window();
            int start = 0;
            boolean isAlert = false;
            boolean isNews = false;
            for (int i = 0; i < events.size(); i++) {
                Destroyed event = events.get(i).what();
                window.add(event, 1);
                Instant from = event.at().minus(policy.window());
                while (!events.get(start).what().at().isAfter(from)) {
                    window.add(events.get(start).what(), -1);
                    start++;
                }
                if (fresh.contains(event)) {
                    isNews = true;
                    isAlert |= isAlert(event, totals, policy);
                }
                // Also what comes after it in time, and came before it here: another clock.
                if (isNews) {
                    loss(window, totals, policy).ifPresent(this::isLoss);
                    isOverBudget |= window.allowed > policy.allowedTables();
                }
            }
            Hint deleted = hints.get(Hint.Kind.ROWS_DELETED);
            if (deleted != null && totals.isPartOfRows(deleted.rows(), policy.deletedShare())) {
                isLoss(
                        "about %d of the project's %d rows deleted"
                                .formatted(deleted.rows(), totals.rows()));
            }
            judgeHints(isAlert);
        }

        private void isLoss(String why) {
            severity = Optional.of(Severity.LOSS);
            reason = why;
        }

        private static boolean isAlert(Destroyed event, Totals totals, WatchPolicy policy) {
            return event.standing() == Standing.UNANNOUNCED
                    && switch (event.extent()) {
                        case TABLES, COLUMNS -> true;
                        // Old ones are dropped every day.
                        case PARTITIONS ->
                                event.rows() >= policy.minRows()
                                        && totals.isShareOfRows(event.rows(), policy.share());
                    };
        }

        private Optional<String> loss(Window window, Totals totals, WatchPolicy policy) {
            if (project.isEmpty()) {
                // Scratch tables of a tool, or everybody's: only many of them stop everybody.
                return window.tables >= policy.clusterTables()
                        ? Optional.of(window.tables + " tables of nobody within the window")
                        : Optional.empty();
            }
            if (window.tables >= policy.tables()) {
                return Optional.of(window.tables + " tables within the window");
            }
            if (totals.isShareOfTables(window.tables, policy.share())) {
                return Optional.of(
                        "%d of the project's %d tables"
                                .formatted(window.tables, totals.tables() + window.tables));
            }
            if (window.rows >= policy.minRows()
                    && totals.isShareOfRows(window.rows, policy.share())) {
                return Optional.of(
                        "about %d of the project's %d rows"
                                .formatted(window.rows, totals.rows() + window.rows));
            }
            long all = window.rows + window.partitionRows;
            if (window.partitionRows >= policy.minRows()
                    && totals.isShareOfRows(all, policy.deletedShare())) {
                return Optional.of(
                        "about %d of the project's %d rows, partitions among them"
                                .formatted(all, totals.rows() + all));
            }
            return window.allowed > policy.allowedTables()
                    ? Optional.of(
                            "%d tables by rules that allow it, above the budget"
                                    .formatted(window.allowed))
                    : Optional.empty();
        }

        private void judgeHints(boolean isAlert) {
            int kinds = hints.size() + (isAlert ? 1 : 0);
            if (hints.containsKey(Hint.Kind.ROWS_DELETED)
                    && hints.containsKey(Hint.Kind.COLLAPSE)) {
                kinds--; // the one follows from the other
            }
            boolean hasCanary = canary.isPresent() && !hints.containsKey(Hint.Kind.CANARY);
            if (hasCanary && kinds > 0 && project.isPresent()) {
                hints.put(Hint.Kind.CANARY, canary.get());
                kinds++;
            }
            if (severity.isEmpty()
                    && kinds > 1
                    && (isAlert || !freshHints.isEmpty() || hasCanary)) {
                isLoss("several layers agree");
            }
            boolean isHintAlert = freshHints.stream().anyMatch(Hint.Kind::isAlert);
            if (severity.isEmpty() && (isAlert || isHintAlert)) {
                severity = Optional.of(Severity.ALERT);
            }
        }

        /** Tables in the last window that nobody announced. */
        long unannounced(Instant since) {
            return events.stream()
                    .map(Counted::what)
                    .filter(event -> event.at().isAfter(since))
                    .filter(LossJudge::isUnannouncedTable)
                    .mapToLong(Destroyed::tableCount)
                    .sum();
        }

        Instant newest() {
            return events.isEmpty() ? Instant.EPOCH : events.getLast().what().at();
        }
    }

    /** Sums over the window of one project. */
    private static final class Window {
        long tables;
        long rows;
        long partitionRows;
        long allowed;

        void add(Destroyed event, int sign) {
            if (event.standing() == Standing.ALLOWED) {
                allowed += event.extent() == Extent.TABLES ? sign * (long) event.tableCount() : 0;
                return;
            }
            switch (event.extent()) {
                case TABLES -> {
                    tables += sign * (long) event.tableCount();
                    rows += sign * Math.max(0, event.rows());
                }
                // The oldest go every day, and may well be a tenth: as for rows that are deleted.
                case PARTITIONS -> partitionRows += sign * Math.max(0, event.rows());
                case COLUMNS -> {
                    // People are told; how much of the data that is nobody knows.
                }
            }
        }
    }

    /** One table of each of many projects is one mistake, too. */
    private static void judgeTogether(Collection<Case> cases, WatchPolicy policy) {
        Instant newest =
                cases.stream().map(Case::newest).max(Instant::compareTo).orElse(Instant.EPOCH);
        Instant since = newest.minus(policy.window());
        List<Case> hit = cases.stream().filter(one -> one.unannounced(since) > 0).toList();
        long tables = hit.stream().mapToLong(one -> one.unannounced(since)).sum();
        if (hit.size() > 1 && tables >= policy.clusterTables()) {
            for (Case one : hit) {
                one.isTogether = true;
                one.isLoss("%d tables of %d projects together".formatted(tables, hit.size()));
            }
        }
    }

    /** Puts what was judged into incidents. */
    private static final class Findings {
        private final WatchState state;
        private final WatchPolicy policy;
        private final Instant now;
        private final Map<IncidentId, LossFinding> changed = new LinkedHashMap<>();

        Findings(WatchState state, WatchPolicy policy, Instant now) {
            this.state = state;
            this.policy = policy;
            this.now = now;
        }

        List<LossFinding> of(Map<Optional<ProjectId>, Case> cases) {
            for (Case one : cases.values()) {
                if (one.severity.isPresent()) {
                    place(one);
                }
            }
            return List.copyOf(changed.values());
        }

        private void place(Case one) {
            Optional<LossFinding> own = recent(one, finding -> finding.concerns(one.project));
            Optional<LossFinding> loss =
                    one.severity.get() == Severity.LOSS
                            ? recent(one, finding -> finding.severity() == Severity.LOSS)
                            : Optional.empty();
            Optional<LossFinding> target = one.isTogether ? loss.or(() -> own) : own.or(() -> loss);
            List<Destroyed> events = new ArrayList<>();
            for (Counted counted : one.events) {
                boolean counts =
                        counted.what().standing() == Standing.UNANNOUNCED || one.isOverBudget;
                boolean isElsewhere =
                        counted.incident().isPresent()
                                && !(one.isTogether && isAlertOfItsOwn(counted, target));
                if (!isElsewhere && counts) {
                    events.add(counted.what());
                }
            }
            Optional<LossFinding> part = part(one, events, target);
            if (part.isEmpty()) {
                return;
            }
            LossFinding whole = target.map(was -> was.and(part.get())).orElseGet(part::get);
            LossFinding before = changed.get(whole.id());
            changed.put(whole.id(), before == null ? whole : withAdded(whole, before));
        }

        /** An alert until now, which turns out to be a part of something larger. */
        private boolean isAlertOfItsOwn(Counted counted, Optional<LossFinding> target) {
            IncidentId id = counted.incident().orElseThrow();
            LossFinding was = state.open().get(id);
            return was != null
                    && was.severity() == Severity.ALERT
                    && !target.map(LossFinding::id).equals(Optional.of(id));
        }

        private static LossFinding withAdded(LossFinding whole, LossFinding before) {
            List<Destroyed> added = new ArrayList<>(before.added());
            added.addAll(whole.added());
            return new LossFinding(
                    whole.id(),
                    whole.severity(),
                    whole.projects(),
                    whole.wholeCluster(),
                    whole.tenants(),
                    whole.tables(),
                    whole.tablesLost(),
                    whole.rowsLost(),
                    whole.gtidBefore(),
                    whole.happened(),
                    whole.active(),
                    whole.actor(),
                    whole.hints(),
                    whole.evidence(),
                    added);
        }

        /** The newest incident of that kind that was active a moment before. */
        private Optional<LossFinding> recent(
                Case one, java.util.function.Predicate<LossFinding> isWanted) {
            Map<IncidentId, LossFinding> all = new HashMap<>(state.open());
            all.putAll(changed);
            Instant moment = one.events.isEmpty() ? now : one.newest();
            return all.values().stream()
                    .filter(isWanted)
                    .filter(finding -> finding.active().isAfter(moment.minus(policy.mergeFor())))
                    .max(Comparator.comparing(LossFinding::active).thenComparing(LossFinding::id));
        }

        /** What is new of one project; empty where the incident has all of it already. */
        private Optional<LossFinding> part(
                Case one, List<Destroyed> events, Optional<LossFinding> target) {
            Severity severity = one.severity.orElseThrow();
            Set<Hint.Kind> known = target.map(LossFinding::hints).orElse(Set.of());
            boolean isWorse =
                    target.map(was -> severity.compareTo(was.severity()) > 0).orElse(true);
            boolean hasMoreHints = !known.containsAll(one.hints.keySet());
            boolean isNewHere = target.map(was -> !was.concerns(one.project)).orElse(true);
            if (events.isEmpty() && !isWorse && !hasMoreHints && !isNewHere) {
                return Optional.empty();
            }
            List<String> evidence = new ArrayList<>();
            if (severity == Severity.LOSS && isWorse) {
                evidence.add(
                        one.project.map(ProjectId::value).orElse("tables of nobody")
                                + ": "
                                + one.reason);
            }
            events.forEach(event -> evidence.add(event.evidence()));
            one.hints.values().stream()
                    .filter(hint -> !known.contains(hint.kind()))
                    .forEach(hint -> evidence.add(hint.evidence()));
            return Optional.of(assemble(one, severity, events, evidence));
        }

        private LossFinding assemble(
                Case one, Severity severity, List<Destroyed> events, List<String> evidence) {
            Collection<Hint> hints = one.hints.values();
            List<Signal> all = new ArrayList<>(events);
            all.addAll(hints);
            if (all.isEmpty()) {
                // It has got worse by what others lost: all of its own is in the incident already.
                one.events.forEach(counted -> all.add(counted.what()));
            }
            Signal first = all.stream().min(Comparator.comparing(Signal::at)).orElseThrow();
            Signal last = all.stream().max(Comparator.comparing(Signal::at)).orElseThrow();
            Set<TableName> tables = new LinkedHashSet<>();
            Set<String> tenants = new LinkedHashSet<>();
            Set<String> actors = new LinkedHashSet<>();
            int count = 0;
            long rows = -1;
            for (Destroyed event : events) {
                tables.addAll(event.tables());
                tenants.addAll(event.tenants());
                actors.add(event.actor());
                count += event.extent() == Extent.TABLES ? event.tableCount() : 0;
                rows = LossFinding.sum(rows, event.rows());
            }
            for (Hint hint : hints) {
                tables.addAll(hint.tables());
                rows = events.isEmpty() ? LossFinding.sum(rows, hint.rows()) : rows;
            }
            return new LossFinding(
                    id(state.cluster(), first),
                    severity,
                    one.project.map(Set::of).orElse(Set.of()),
                    one.project.isEmpty() && !events.isEmpty(),
                    List.copyOf(tenants),
                    List.copyOf(tables),
                    count,
                    rows,
                    before(events, hints),
                    first.at(),
                    last.at(),
                    String.join("; ", actors.stream().limit(3).toList()),
                    one.hints.keySet(),
                    evidence,
                    events);
        }

        private static Optional<String> before(List<Destroyed> events, Collection<Hint> hints) {
            return events.stream()
                    .map(Destroyed::gtidBefore)
                    .flatMap(Optional::stream)
                    .findFirst()
                    .or(
                            () ->
                                    hints.stream()
                                            .map(Hint::gtidBefore)
                                            .flatMap(Optional::stream)
                                            .findFirst());
        }
    }

    /** Sorts by age, and is the same for whoever judges the same event. */
    static IncidentId id(ClusterId cluster, Signal first) {
        String reference =
                switch (first) {
                    case Destroyed event -> event.reference();
                    case Hint hint -> hint.kind() + " " + hint.project() + " " + hint.at();
                };
        return new IncidentId(
                "%s-%sz-%s".formatted(cluster, MOMENT.format(first.at()), digest(reference)));
    }

    private static String digest(String text) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGEST_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
