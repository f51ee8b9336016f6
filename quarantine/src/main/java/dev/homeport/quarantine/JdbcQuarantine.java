package dev.homeport.quarantine;

import static java.util.Objects.requireNonNull;

import dev.homeport.quarantine.QuarantineException.Reason;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quarantine over JDBC. One connection per call; that of {@link #begin} stays open until {@link
 * #finish}, because a lock that lives as long as it does says that somebody will finish.
 */
public final class JdbcQuarantine implements Quarantine, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JdbcQuarantine.class);

    /** For putting things back, which must not fail because somebody reads a stand-in. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PURGE_WAIT = Duration.ofSeconds(5);

    private final ConnectionSource source;
    private final Steps steps;
    private final Map<Long, ServiceSession> begun = new ConcurrentHashMap<>();

    public JdbcQuarantine(ConnectionSource source) {
        this(source, Steps.UNWATCHED);
    }

    JdbcQuarantine(ConnectionSource source, Steps steps) {
        this.source = requireNonNull(source, "source");
        this.steps = requireNonNull(steps, "steps");
    }

    @Override
    public Map<TableName, NameKind> kinds(Set<TableName> names) throws QuarantineException {
        return call(
                "cannot look at tables",
                work -> {
                    Map<TableName, NameKind> kinds = new HashMap<>();
                    for (TableName name : names) {
                        kinds.put(name, work.inspector.kind(work.session.canonical(name)));
                    }
                    return Map.copyOf(kinds);
                });
    }

    @Override
    public SetAside begin(Deed deed, Intention intention, Duration wait)
            throws QuarantineException {
        Deadline deadline = Deadline.in(wait);
        Work work = new Work(ServiceSession.open(source));
        SetAside aside = null;
        try {
            ServiceAccount.check(work.session);
            work.catalogue.ensure();
            aside = begin(work, deed, intention, deadline);
            return aside;
        } catch (SQLException e) {
            throw Failures.of("cannot set aside", e);
        } finally {
            if (aside == null || aside.tables().isEmpty()) {
                work.session.close();
            } else {
                begun.put(aside.tables().getFirst().id(), work.session);
            }
        }
    }

    private SetAside begin(Work work, Deed deed, Intention intention, Deadline deadline)
            throws SQLException, QuarantineException {
        SettingAside setting =
                new SettingAside(work.session, work.catalogue, work.inspector, steps);
        Set<String> schemas = schemas(work, intention);
        work.lock(schemas, deadline);
        work.session.patience(deadline);
        List<TableName> targets = setting.targets(intention);
        long schemaId = 0;
        if (intention instanceof Intention.DropDatabase drop
                && work.inspector.hasSchema(work.session.canonical(drop.schema()))) {
            schemaId = setting.recordSchema(deed, work.session.canonical(drop.schema()));
        }
        if (targets.isEmpty()) {
            return new SetAside(intention, List.of());
        }
        List<Facts> facts = setting.facts(targets);
        List<Entry> entries = work.catalogue.prepare(deed, facts, schemaId);
        try {
            work.session.lock(Places.operationLock(entries.getFirst().operation()), deadline);
            steps.after(Step.PREPARED);
            setting.setAside(entries, facts, intention instanceof Intention.Truncate, deadline);
            for (Entry entry : entries) {
                work.catalogue.state(entry, HeldState.ASIDE);
            }
            steps.after(Step.ASIDE);
        } catch (SQLException | QuarantineException e) {
            undo(work, entries, e);
            throw e;
        }
        work.unlock(schemas);
        return new SetAside(
                intention,
                entries.stream()
                        .map(entry -> new SetAside.Kept(entry.id(), entry.live()))
                        .toList());
    }

    /** As if nothing had been begun; where that fails too, {@link #recover} goes on. */
    private void undo(Work work, List<Entry> prepared, Exception why) {
        List<Long> ids = prepared.stream().map(Entry::id).toList();
        try {
            work.session.patience(Deadline.in(PATIENCE));
            settle(work, work.catalogue.select(idList(ids)));
        } catch (SQLException e) {
            why.addSuppressed(e);
            // Its locks end with it, and must not keep the next one waiting.
            work.session.close();
            undoAnew(ids, why);
        }
    }

    private void undoAnew(List<Long> ids, Exception why) {
        try (ServiceSession session = ServiceSession.open(source)) {
            finish(new Work(session), ids);
        } catch (SQLException | QuarantineException e) {
            why.addSuppressed(settlesLater(ids, e));
            log.atError()
                    .addKeyValue("operation", ids.getFirst())
                    .addKeyValue("error", e.getMessage())
                    .log("what was half set aside is not back yet");
        }
    }

    private static String idsIn(List<Entry> entries) {
        return idList(entries.stream().map(Entry::id).toList());
    }

    private static String idList(Collection<Long> ids) {
        return "id IN (%s) ORDER BY id"
                .formatted(String.join(",", ids.stream().map(String::valueOf).toList()));
    }

    private static Set<String> schemas(Work work, Intention intention) {
        List<String> schemas =
                switch (intention) {
                    case Intention.DropTables drop ->
                            drop.tables().stream().map(TableName::schema).toList();
                    case Intention.Replace replace -> List.of(replace.table().schema());
                    case Intention.Truncate truncate -> List.of(truncate.table().schema());
                    case Intention.DropDatabase drop -> List.of(drop.schema());
                };
        // In one order, so that two callers never wait for each other.
        Set<String> sorted = new TreeSet<>();
        schemas.forEach(schema -> sorted.add(work.session.canonical(schema)));
        return sorted;
    }

    @Override
    public boolean awaitEnd(long threadId, Duration wait) throws QuarantineException {
        long end = System.nanoTime() + wait.toNanos();
        return call(
                "cannot see who is connected",
                work -> {
                    while (work.isConnected(threadId)) {
                        if (System.nanoTime() >= end) {
                            return false;
                        }
                        pause();
                    }
                    return true;
                });
    }

    private static void pause() throws QuarantineException {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QuarantineException(Reason.UNREACHABLE, "interrupted", e);
        }
    }

    @Override
    public void abandon(SetAside aside) {
        if (!aside.tables().isEmpty()) {
            ServiceSession own = begun.remove(aside.tables().getFirst().id());
            if (own != null) {
                own.close();
            }
        }
    }

    @Override
    public List<Fate> finish(SetAside aside) throws QuarantineException {
        if (aside.tables().isEmpty()) {
            return List.of();
        }
        ServiceSession own = begun.remove(aside.tables().getFirst().id());
        List<Long> ids = aside.tables().stream().map(SetAside.Kept::id).toList();
        if (own != null) {
            try (own) {
                return finish(new Work(own), ids);
            } catch (SQLException e) {
                if (!Failures.isConnectionGone(e)) {
                    throw settlesLater(ids, e);
                }
                log.atDebug().addKeyValue("error", e.getMessage()).log("connection lost");
            } catch (QuarantineException e) {
                throw settlesLater(ids, e);
            }
        }
        try (ServiceSession session = ServiceSession.open(source)) {
            return finish(new Work(session), ids);
        } catch (SQLException | QuarantineException e) {
            throw settlesLater(ids, e);
        }
    }

    private static List<Fate> finish(Work work, List<Long> ids)
            throws SQLException, QuarantineException {
        Deadline deadline = Deadline.in(PATIENCE);
        Set<String> schemas = new TreeSet<>();
        work.catalogue.select(idList(ids)).forEach(entry -> schemas.add(entry.live().schema()));
        work.lock(schemas, deadline);
        work.session.patience(deadline);
        List<Fate> fates = settle(work, work.catalogue.select(idList(ids)));
        work.unlock(schemas);
        return fates;
    }

    /** Under the locks of their schemas. */
    private static List<Fate> settle(Work work, List<Entry> entries) throws SQLException {
        Map<Long, Fate> fates = new LinkedHashMap<>();
        List<Entry> open = new ArrayList<>();
        for (Entry entry : entries) {
            switch (entry.table().state()) {
                case PREPARING, ASIDE, SETTLING -> open.add(entry);
                case HELD, RESTORING, RESTORED, PURGED ->
                        fates.put(entry.id(), new Fate(entry.id(), entry.live(), true));
                case RETURNED -> fates.put(entry.id(), new Fate(entry.id(), entry.live(), false));
            }
        }
        work.settling().settle(open).forEach(fate -> fates.put(fate.id(), fate));
        List<Fate> result = entries.stream().map(entry -> fates.get(entry.id())).toList();
        long schemaId = entries.isEmpty() ? 0 : entries.getFirst().schemaId();
        if (schemaId != 0 && result.stream().noneMatch(Fate::held)) {
            work.catalogue.schemaState(schemaId, HeldState.RETURNED);
        }
        return result;
    }

    /** The statement is over: whoever recovers need not wait for the client's session to end. */
    private QuarantineException settlesLater(List<Long> ids, Exception why) {
        try (ServiceSession session = ServiceSession.open(source)) {
            session.update(
                    "UPDATE homeport.quarantine SET state = 'settling' WHERE state = 'aside' AND "
                            + idList(ids).replace(" ORDER BY id", ""));
        } catch (SQLException | QuarantineException e) {
            why.addSuppressed(e);
        }
        return why instanceof SQLException e
                ? Failures.of("cannot finish yet", e)
                : (QuarantineException) why;
    }

    @Override
    public List<Fate> recover(Duration olderThan) throws QuarantineException {
        return call(
                "cannot recover",
                work -> {
                    if (!work.catalogue.exists()) {
                        return List.of();
                    }
                    Map<Long, List<Entry>> operations = new LinkedHashMap<>();
                    for (Entry entry : work.catalogue.unfinished(olderThan)) {
                        operations
                                .computeIfAbsent(entry.operation(), any -> new ArrayList<>())
                                .add(entry);
                    }
                    List<Fate> fates = new ArrayList<>();
                    for (List<Entry> entries : operations.values()) {
                        if (!work.isAlive(entries)) {
                            fates.addAll(recover(work, entries));
                        }
                    }
                    return List.copyOf(fates);
                });
    }

    private static List<Fate> recover(Work work, List<Entry> found)
            throws SQLException, QuarantineException {
        Deadline deadline = Deadline.in(PATIENCE);
        Set<String> schemas = new TreeSet<>();
        found.forEach(
                entry -> {
                    schemas.add(entry.live().schema());
                    schemas.add(entry.target().schema());
                });
        work.lock(schemas, deadline);
        try {
            work.session.patience(deadline);
            List<Entry> open = new ArrayList<>();
            for (Entry entry : work.catalogue.select(idsIn(found))) {
                switch (entry.table().state()) {
                    case RESTORING -> work.undrop().resume(entry);
                    case PREPARING, ASIDE, SETTLING -> open.add(entry);
                    case HELD, RESTORED, PURGED, RETURNED -> {}
                }
            }
            return settle(work, open);
        } finally {
            work.unlock(schemas);
        }
    }

    /** What time it is on the server. */
    public Instant serverTime() throws QuarantineException {
        return call("cannot ask for the time", work -> work.catalogue.now());
    }

    /** Everything that is held, of all projects, oldest first. */
    public List<HeldTable> list() throws QuarantineException {
        return call("cannot list", work -> work.list("state IN (%s) ORDER BY id"));
    }

    /** What is held of that project, oldest first. */
    public List<HeldTable> list(ProjectId project) throws QuarantineException {
        return call(
                "cannot list",
                work -> work.list("state IN (%s) AND project = ? ORDER BY id", project.value()));
    }

    /** How many bytes each project holds. */
    public Map<ProjectId, Long> totals() throws QuarantineException {
        Map<ProjectId, Long> totals = new HashMap<>();
        for (HeldTable table : list()) {
            totals.merge(table.project(), table.bytes(), Long::sum);
        }
        return Map.copyOf(totals);
    }

    /**
     * Keeps held tables until then, not shorter or longer.
     *
     * @param incident that they belong to from now on, if any
     * @return how many there are
     */
    public int setKeep(
            Collection<Long> ids, Instant until, String note, Optional<IncidentId> incident)
            throws QuarantineException {
        return call(
                "cannot keep",
                work ->
                        work.catalogue.exists()
                                ? work.catalogue.keep(ids, until, note, incident)
                                : 0);
    }

    @Override
    public List<HeldTable> keepMadeAgain(ProjectId project, TableName table, Duration retention)
            throws QuarantineException {
        return call(
                "cannot keep",
                work -> {
                    List<HeldTable> kept = new ArrayList<>();
                    for (Entry entry : work.dropped(project, table)) {
                        Instant until = entry.table().droppedAt().plus(retention);
                        if (entry.table().keepUntil().isBefore(until) && work.hasRows(entry)) {
                            work.catalogue.keepLonger(entry, until, "made again a moment later");
                            kept.add(entry.table());
                        }
                    }
                    return List.copyOf(kept);
                });
    }

    /**
     * Brings a table back: the newest that is held, unless a number says which.
     *
     * @param wanted {@code table}, {@code schema.table} or {@code #number}
     * @param asName what it will be called; what it was called where empty. Nothing is overwritten
     */
    public UndropReport undrop(
            ProjectId project,
            String wanted,
            Optional<String> asName,
            String by,
            Optional<IncidentId> incident)
            throws QuarantineException {
        return call(
                "cannot bring back",
                work -> {
                    List<Entry> found = new Wanted(project, wanted).in(work);
                    Entry newest = found.getFirst();
                    TableName target = Wanted.target(newest.live(), asName);
                    List<Long> others = found.stream().skip(1).map(Entry::id).toList();
                    return bringBack(
                            work,
                            newest,
                            work.session.canonical(target),
                            others,
                            "brought back by " + by,
                            incident);
                });
    }

    private static UndropReport bringBack(
            Work work,
            Entry found,
            TableName target,
            List<Long> others,
            String note,
            Optional<IncidentId> incident)
            throws SQLException, QuarantineException {
        Deadline deadline = Deadline.in(PATIENCE);
        if (Places.isOffLimits(target.schema())) {
            throw new QuarantineException(
                    Reason.UNSUPPORTED, target.schema() + " is no place for it");
        }
        Set<String> schemas = new TreeSet<>(List.of(found.live().schema(), target.schema()));
        work.lock(schemas, deadline);
        try {
            work.session.patience(deadline);
            Entry entry =
                    work.catalogue
                            .find(found.id())
                            .filter(now -> now.table().state() == HeldState.HELD)
                            .orElseThrow(
                                    () ->
                                            new QuarantineException(
                                                    Reason.NOT_FOUND,
                                                    "#" + found.id() + " is not held any more"));
            UndropReport report = work.undrop().bringBack(entry, target, others);
            work.catalogue.note(entry, note);
            if (incident.isPresent()) {
                work.catalogue.incident(entry, incident.get());
            }
            return report;
        } finally {
            work.unlock(schemas);
        }
    }

    /**
     * Brings back a schema that was dropped: all of its tables that were dropped with it and whose
     * names are free, then views, routines and events.
     */
    public SchemaReport undropSchema(ProjectId project, String schema, String by)
            throws QuarantineException {
        return call(
                "cannot bring back",
                work -> {
                    SchemaEntry dropped = work.schema(project, schema);
                    List<UndropReport> tables = new ArrayList<>();
                    Findings findings = new Findings();
                    work.undrop().schemaBack(dropped, findings);
                    for (Entry entry :
                            work.catalogue.select(
                                    "schema_id = ? AND state = 'held' ORDER BY id", dropped.id())) {
                        try {
                            tables.add(
                                    bringBack(
                                            work,
                                            entry,
                                            entry.live(),
                                            List.of(),
                                            "brought back by " + by,
                                            Optional.empty()));
                        } catch (QuarantineException e) {
                            if (e.reason() != Reason.OCCUPIED) {
                                throw e;
                            }
                            findings.missing(e.getMessage());
                        }
                    }
                    work.undrop().objectsBack(dropped, findings);
                    work.catalogue.schemaState(dropped.id(), HeldState.RESTORED);
                    return new SchemaReport(
                            dropped.schema(), tables, findings.backs(), findings.missings());
                });
    }

    /**
     * Drops the rows of one held table for good; no other table than that can be hit.
     *
     * @return whether it was held
     */
    public boolean purgeOne(long id) throws QuarantineException {
        return call(
                "cannot purge",
                work -> {
                    Optional<Entry> found =
                            work.catalogue.exists() ? work.catalogue.find(id) : Optional.empty();
                    return found.isPresent() && isPurged(work, found.get());
                });
    }

    private static boolean isPurged(Work work, Entry found)
            throws SQLException, QuarantineException {
        Deadline deadline = Deadline.in(PURGE_WAIT);
        Set<String> schemas = Set.of(found.live().schema());
        work.lock(schemas, deadline);
        try {
            work.session.patience(deadline);
            Optional<Entry> entry =
                    work.catalogue
                            .find(found.id())
                            .filter(now -> now.table().state() == HeldState.HELD);
            if (entry.isEmpty()) {
                return false;
            }
            TableName kept = entry.get().kept();
            if (!Places.isKept(kept, found.id())) {
                throw new IllegalStateException("nothing is held under " + kept);
            }
            if (work.inspector.exists(kept)) {
                work.session.execute("DROP TABLE " + kept.quoted());
            }
            work.catalogue.state(entry.get(), HeldState.PURGED);
            return true;
        } finally {
            work.unlock(schemas);
        }
    }

    /** Forgets tables that were brought back, purged or put back before then. */
    public int forget(Instant before) throws QuarantineException {
        return call(
                "cannot forget",
                work -> work.catalogue.exists() ? work.catalogue.forget(before) : 0);
    }

    /** What one call does with one connection. */
    @FunctionalInterface
    private interface Call<T> {
        T with(Work work) throws SQLException, QuarantineException;
    }

    private <T> T call(String what, Call<T> call) throws QuarantineException {
        try (ServiceSession session = ServiceSession.open(source)) {
            return call.with(new Work(session));
        } catch (SQLException e) {
            throw Failures.of(what, e);
        }
    }

    /** Closes what was begun and not finished; {@link #recover} finishes it. */
    @Override
    public void close() {
        begun.values().forEach(ServiceSession::close);
        begun.clear();
    }
}
