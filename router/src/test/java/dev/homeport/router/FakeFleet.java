package dev.homeport.router;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.Agreement;
import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.FleetSource;
import dev.homeport.topology.FleetWriter;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentLog;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementChoice;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementMap;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RecordVersions;
import dev.homeport.topology.RejectedEdit;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.WriteRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A fleet in memory: a write is in the picture at once. It places by the real rules, but has no
 * transactions: it shows what callers do with the answers, not that the store is safe.
 */
public final class FakeFleet
        implements FleetSource, FleetWriter, FleetReports, IncidentLog, AuditLog {
    public static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final List<FleetSource.Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<RouterId, RouterReport> routers = new TreeMap<>();
    private final Map<ClusterId, Map<AgentId, AgentReport>> agents = new TreeMap<>();
    private final List<RejectedEdit> rejected = new ArrayList<>();
    private final List<Incident> closed = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final List<Runnable> reportListeners = new CopyOnWriteArrayList<>();
    private volatile Optional<FleetSnapshot> current = Optional.empty();
    private Connection connection = Connection.CONNECTED;
    private boolean isFromFile;
    private final AtomicReference<Agreement> agreement =
            new AtomicReference<>(Agreement.NONE.reached());

    /** A fleet without a picture yet. */
    public static FakeFleet withoutPicture() {
        return new FakeFleet();
    }

    /** What a router would report that has so many sessions on cluster c1. */
    public static RouterReport report(String id, int open, int inTransaction) {
        return new RouterReport(
                new RouterId(id),
                "127.0.0.1:7306",
                "http://127.0.0.1:7380",
                "test",
                NOW,
                List.of(),
                1,
                List.of(),
                Map.of(new ClusterId("c1"), new RouterReport.SessionCounts(open, inTransaction)));
    }

    /** What a router reports that stops, and has so many sessions on cluster c1. */
    public static RouterReport stopping(String id, int open) {
        RouterReport last = report(id, open, 0);
        return new RouterReport(
                last.id(),
                last.mysqlAddress(),
                last.adminUrl(),
                last.version(),
                last.started(),
                last.numbers(),
                last.appliedZxid(),
                last.rejected(),
                last.sessions(),
                true);
    }

    /** An empty fleet. */
    public static FakeFleet empty() {
        FakeFleet fleet = new FakeFleet();
        fleet.current =
                Optional.of(
                        new FleetSnapshot(
                                Map.of(),
                                PlacementMap.EMPTY,
                                PlacementPolicy.DEFAULT,
                                GuardState.DEFAULT,
                                List.of(),
                                1,
                                NOW));
        return fleet;
    }

    /** With one more cluster, whose first instance is the primary; an agent watches it. */
    public FakeFleet with(String id, Health health, Instance... instances) {
        ClusterId cluster = new ClusterId(id);
        List<Instance> all =
                instances.length > 0
                        ? List.of(instances)
                        : List.of(
                                new Instance(new InstanceId(id + "-1"), "127.0.0.1", 3306),
                                new Instance(new InstanceId(id + "-2"), "127.0.0.1", 3307));
        ClusterDefinition definition =
                new ClusterDefinition(
                        cluster,
                        Family.MARIADB,
                        all,
                        100,
                        Capacity.UNLIMITED,
                        Map.of(),
                        BackendLink.DEFAULT);
        put(new ClusterSnapshot(definition, ClusterIntent.ACTIVE, verdict(health, all)));
        AgentId agent = new AgentId("agent-" + id);
        agents.put(
                cluster,
                Map.of(
                        agent,
                        new AgentReport(agent, cluster, "http://127.0.0.1:7480", NOW, List.of())));
        return this;
    }

    private static Verdict verdict(Health health, List<Instance> instances) {
        boolean hasPrimary = health != Health.NO_PRIMARY;
        return new Verdict(
                health,
                hasPrimary ? Optional.of(instances.getFirst().id()) : Optional.empty(),
                instances.stream().skip(hasPrimary ? 1 : 0).map(Instance::id).toList(),
                7,
                "because the test says so",
                List.of("seen by the test"),
                Optional.of(NOW),
                Optional.empty());
    }

    /** With one more project. */
    public FakeFleet withProject(String id, String home, ProjectState state) {
        put(
                new ProjectId(id),
                new Placement(new ClusterId(home), state, NOW, "", Optional.empty()));
        return this;
    }

    public FakeFleet withPolicy(PlacementPolicy policy) {
        FleetSnapshot now = picture();
        swap(now.clusters(), now.placements(), policy);
        return this;
    }

    /** With room for so many projects on a cluster. */
    public FakeFleet withCapacity(String cluster, long residents) {
        ClusterSnapshot found = picture().cluster(new ClusterId(cluster)).orElseThrow();
        ClusterDefinition old = found.definition();
        ClusterDefinition definition =
                new ClusterDefinition(
                        old.id(),
                        old.family(),
                        old.instances(),
                        old.weight(),
                        Capacity.ofResidents(residents),
                        old.labels(),
                        old.link());
        put(new ClusterSnapshot(definition, found.intent(), found.verdict()));
        return this;
    }

    public FakeFleet with(GuardState guard) {
        swap(guard, picture().incidents());
        return this;
    }

    /** With one more incident. */
    public FakeFleet with(Incident incident) {
        List<Incident> all = new ArrayList<>(picture().incidents());
        all.removeIf(one -> one.id().equals(incident.id()));
        all.add(incident);
        swap(picture().guard(), all);
        return this;
    }

    public FakeFleet withRouter(RouterReport report) {
        routers.put(report.id(), report);
        reportListeners.forEach(Runnable::run);
        return this;
    }

    public FakeFleet withoutRouter(String id) {
        routers.remove(new RouterId(id));
        reportListeners.forEach(Runnable::run);
        return this;
    }

    /** With one more agent, which sees these instances. */
    public FakeFleet withAgent(String id, String cluster, AgentReport.InstanceStatus... statuses) {
        AgentId agent = new AgentId(id);
        ClusterId watched = new ClusterId(cluster);
        Map<AgentId, AgentReport> all = new TreeMap<>(agents.getOrDefault(watched, Map.of()));
        all.put(
                agent,
                new AgentReport(agent, watched, "http://127.0.0.1:7480", NOW, List.of(statuses)));
        agents.put(watched, all);
        reportListeners.forEach(Runnable::run);
        return this;
    }

    /** With what all instances of a cluster have in common. */
    public FakeFleet withCapabilities(String cluster, ServerCapabilities common) {
        ClusterSnapshot found = picture().cluster(new ClusterId(cluster)).orElseThrow();
        Verdict verdict = found.verdict();
        put(
                new ClusterSnapshot(
                        found.definition(),
                        found.intent(),
                        new Verdict(
                                verdict.health(),
                                verdict.primary(),
                                verdict.replicas(),
                                verdict.epoch(),
                                verdict.reason(),
                                verdict.evidence(),
                                verdict.since(),
                                Optional.of(common))));
        return this;
    }

    public FakeFleet withoutAgent(String id, String cluster) {
        ClusterId watched = new ClusterId(cluster);
        Map<AgentId, AgentReport> left = new TreeMap<>(agents.get(watched));
        left.remove(new AgentId(id));
        agents.put(watched, left);
        reportListeners.forEach(Runnable::run);
        return this;
    }

    public FakeFleet withoutAgents(String cluster) {
        agents.remove(new ClusterId(cluster));
        reportListeners.forEach(Runnable::run);
        return this;
    }

    public FakeFleet withRejected(RejectedEdit edit) {
        rejected.add(edit);
        return this;
    }

    /** ZooKeeper goes away, or comes back. */
    public synchronized void connection(Connection state) {
        connection = state;
    }

    public synchronized Placement placement(String project) {
        return picture().placements().find(new ProjectId(project)).orElseThrow();
    }

    @Override
    public Optional<FleetSnapshot> current() { // as every source: a volatile read, and no lock
        return current;
    }

    @Override
    public synchronized Status status() {
        return new Status(
                connection,
                isFromFile,
                current.map(FleetSnapshot::asOf),
                rejected,
                Optional.empty());
    }

    @Override
    public void onChange(FleetSource.Listener listener) {
        listeners.add(listener);
    }

    @Override
    public Map<RouterId, RouterReport> routers() {
        return routers;
    }

    @Override
    public Optional<Map<ClusterId, Map<AgentId, AgentReport>>> knownAgents() {
        return Optional.of(agents());
    }

    @Override
    public Agreement agreement() {
        return agreement.get();
    }

    @Override
    public Optional<String> problem() {
        return Optional.empty();
    }

    /** ZooKeeper was away, and everything was compared. */
    public FakeFleet agreeAgain() {
        agreement.updateAndGet(before -> before.doubted().reached());
        return this;
    }

    /** Something may have been missed. */
    public FakeFleet doubt() {
        agreement.updateAndGet(Agreement::doubted);
        return this;
    }

    /** The picture comes from the snapshot file, or does no more. */
    public synchronized FakeFleet fromFile(boolean isSo) {
        isFromFile = isSo;
        return isSo ? doubt() : agreeAgain();
    }

    @Override
    public Map<ClusterId, Map<AgentId, AgentReport>> agents() {
        return agents;
    }

    @Override
    public void onChange(Runnable listener) {
        reportListeners.add(listener);
    }

    @Override
    public synchronized Written<ClusterIntent> changeIntent(
            ClusterId cluster, OptionalInt expectedVersion, UnaryOperator<ClusterIntent> change)
            throws TopologyException {
        requireConnected();
        ClusterSnapshot found = requireCluster(cluster);
        int version = next("intent", picture().versions().intent(cluster), expectedVersion);
        ClusterIntent intent = changed(found.intent(), change);
        put(new ClusterSnapshot(found.definition(), intent, found.verdict()));
        RecordVersions old = picture().versions();
        Map<ClusterId, Integer> intents = new TreeMap<>(old.intents());
        intents.put(cluster, version);
        swap(new RecordVersions(old.definitions(), intents, old.policy(), old.guard()));
        return written(intent, version);
    }

    @Override
    public synchronized Written<ClusterDefinition> putCluster(
            ClusterDefinition cluster, OptionalInt expectedVersion) throws TopologyException {
        requireConnected();
        RecordVersions old = picture().versions();
        Optional<ClusterSnapshot> found = picture().cluster(cluster.id());
        int version = next("cluster", old.definition(cluster.id()), expectedVersion);
        put(
                new ClusterSnapshot(
                        cluster,
                        found.map(ClusterSnapshot::intent).orElse(ClusterIntent.ACTIVE),
                        found.map(ClusterSnapshot::verdict).orElse(Verdict.NONE)));
        Map<ClusterId, Integer> definitions = new TreeMap<>(old.definitions());
        definitions.put(cluster.id(), version);
        Map<ClusterId, Integer> intents = new TreeMap<>(old.intents());
        intents.putIfAbsent(cluster.id(), 0);
        swap(new RecordVersions(definitions, intents, old.policy(), old.guard()));
        return written(cluster, version);
    }

    @Override
    public synchronized void deleteCluster(ClusterId cluster, OptionalInt expectedVersion)
            throws TopologyException {
        requireConnected();
        requireCluster(cluster);
        next("cluster", picture().versions().definition(cluster), expectedVersion);
        WriteRules.requireUnneeded(
                cluster, picture().policy(), picture().placements().records(cluster));
        Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>(picture().clusters());
        clusters.remove(cluster);
        swap(clusters, picture().placements(), picture().policy());
    }

    @Override
    public synchronized Written<PlacementPolicy> putPolicy(
            PlacementPolicy policy, OptionalInt expectedVersion) throws TopologyException {
        requireConnected();
        RecordVersions old = picture().versions();
        int version = next("policy", old.policy(), expectedVersion);
        for (ClusterId cluster : policy.clusters()) {
            if (picture().cluster(cluster).isEmpty()) {
                throw new TopologyException(Reason.INVALID, "there is no cluster " + cluster);
            }
        }
        withPolicy(policy);
        swap(
                new RecordVersions(
                        old.definitions(), old.intents(), OptionalInt.of(version), old.guard()));
        return written(policy, version);
    }

    @Override
    public synchronized Placed place(
            ProjectId project, Optional<ClusterId> wanted, Optional<String> why)
            throws TopologyException {
        requireConnected();
        Optional<Placement> found = picture().placements().find(project);
        if (found.isPresent()) {
            return new Placed.Existing(found.get());
        }
        Choice choice = choose(project, wanted);
        return switch (choice) {
            case Choice.NoneAvailable none when wanted.isPresent() ->
                    throw new TopologyException(
                            Reason.CONFLICT,
                            "cluster "
                                    + wanted.get()
                                    + " is "
                                    + none.considered().getFirst().why());
            case Choice.NoneAvailable none -> new Placed.NoneAvailable(none);
            case Choice.Chosen chosen -> {
                Placement placement =
                        new Placement(
                                chosen.cluster(),
                                ProjectState.PROVISIONING,
                                NOW,
                                why.map(text -> text + "; ").orElse("") + chosen.reason(),
                                Optional.empty());
                put(project, placement);
                yield new Placed.Created(placement, chosen, picture().zxid());
            }
        };
    }

    private Choice choose(ProjectId project, Optional<ClusterId> wanted) throws TopologyException {
        if (wanted.isEmpty()) {
            return PlacementChoice.choose(project, picture());
        }
        return PlacementChoice.choose(
                project,
                picture().policy(),
                List.of(
                        PlacementChoice.Candidate.of(
                                requireCluster(wanted.get()), picture().placements())));
    }

    @Override
    public synchronized Written<Placement> changePlacement(
            ProjectId project, UnaryOperator<Placement> change) throws TopologyException {
        requireConnected();
        Placement found =
                picture()
                        .placements()
                        .find(project)
                        .orElseThrow(
                                () ->
                                        new TopologyException(
                                                Reason.NOT_FOUND, "no project " + project));
        Placement placement = changed(found, change);
        put(project, placement);
        return written(placement);
    }

    @Override
    public synchronized Written<GuardPolicy> putGuard(
            GuardPolicy policy, OptionalInt expectedVersion) throws TopologyException {
        requireConnected();
        RecordVersions old = picture().versions();
        int version = next("guard", old.guard(), expectedVersion);
        GuardState guard = picture().guard();
        with(new GuardState(policy, guard.approvals(), guard.announcements()));
        swap(
                new RecordVersions(
                        old.definitions(), old.intents(), old.policy(), OptionalInt.of(version)));
        return written(policy, version);
    }

    @Override
    public synchronized Written<Approval> putApproval(Approval approval) throws TopologyException {
        requireConnected();
        putApprovals(approval.id(), Optional.of(approval));
        return written(approval);
    }

    @Override
    public synchronized boolean useApproval(ApprovalId id) throws TopologyException {
        requireConnected();
        Optional<Approval> good =
                picture().guard().approvals().stream()
                        .filter(one -> one.id().equals(id) && one.isGood(NOW))
                        .findFirst();
        good.ifPresent(one -> putApprovals(id, Optional.of(one.used())));
        return good.isPresent();
    }

    @Override
    public synchronized void removeApproval(ApprovalId id) throws TopologyException {
        requireConnected();
        int before = picture().guard().approvals().size();
        putApprovals(id, Optional.empty());
        requireOneLess(before, picture().guard().approvals().size(), "approval " + id);
    }

    private void putApprovals(ApprovalId id, Optional<Approval> one) {
        GuardState guard = picture().guard();
        List<Approval> all = new ArrayList<>(guard.approvals());
        all.removeIf(old -> old.id().equals(id));
        one.ifPresent(all::add);
        with(new GuardState(guard.policy(), all, guard.announcements()));
    }

    @Override
    public synchronized Written<Announcement> putAnnouncement(Announcement announcement)
            throws TopologyException {
        requireConnected();
        putAnnouncements(announcement.id(), Optional.of(announcement));
        return written(announcement);
    }

    @Override
    public synchronized void removeAnnouncement(AnnouncementId id) throws TopologyException {
        requireConnected();
        int before = picture().guard().announcements().size();
        putAnnouncements(id, Optional.empty());
        requireOneLess(before, picture().guard().announcements().size(), "announcement " + id);
    }

    private void putAnnouncements(AnnouncementId id, Optional<Announcement> one) {
        GuardState guard = picture().guard();
        List<Announcement> all = new ArrayList<>(guard.announcements());
        all.removeIf(old -> old.id().equals(id));
        one.ifPresent(all::add);
        with(new GuardState(guard.policy(), guard.approvals(), all));
    }

    private static void requireOneLess(int before, int after, String what)
            throws TopologyException {
        if (after == before) {
            throw new TopologyException(Reason.NOT_FOUND, "there is no " + what);
        }
    }

    @Override
    public synchronized Written<Incident> closeIncident(IncidentId id, String by, String reason)
            throws TopologyException {
        requireConnected();
        Incident found =
                find(id).orElseThrow(
                                () ->
                                        new TopologyException(
                                                Reason.NOT_FOUND, "there is no incident " + id));
        if (!found.isOpen()) {
            throw new TopologyException(Reason.CONFLICT, "incident " + id + " was closed");
        }
        Incident after = found.closed(new Incident.Closing(by, reason, NOW));
        closed.add(after);
        with(after);
        return written(after);
    }

    @Override
    public synchronized List<Incident> all() throws TopologyException {
        requireConnected();
        return Stream.concat(picture().incidents().stream(), closed.stream())
                .sorted(Comparator.comparing(Incident::id))
                .toList();
    }

    @Override
    public synchronized Optional<Incident> find(IncidentId id) throws TopologyException {
        return all().stream().filter(one -> one.id().equals(id)).findFirst();
    }

    @Override
    public synchronized long append(AuditEntry entry) throws TopologyException {
        requireConnected();
        audit.add(entry);
        return audit.size() - 1L;
    }

    @Override
    public synchronized long appendAgain(AuditEntry entry) throws TopologyException {
        requireConnected();
        int standing = audit.indexOf(entry);
        return standing >= 0 ? standing : append(entry);
    }

    @Override
    public synchronized AuditLog.Page page(
            Predicate<AuditEntry> wanted, OptionalLong before, int limit) throws TopologyException {
        requireConnected();
        List<AuditLog.Numbered> found = new ArrayList<>();
        for (int i = audit.size() - 1; i >= 0; i--) {
            boolean isBefore = before.isEmpty() || i < before.getAsLong();
            if (isBefore && wanted.test(audit.get(i))) {
                found.add(new AuditLog.Numbered(i, audit.get(i)));
            }
        }
        return found.size() > limit
                ? new AuditLog.Page(
                        found.subList(0, limit), OptionalLong.of(found.get(limit - 1).number()))
                : new AuditLog.Page(found, OptionalLong.empty());
    }

    /** The version after a write; those that nobody wrote yet count as absent. */
    private static int next(String what, OptionalInt found, OptionalInt expected)
            throws TopologyException {
        int current = found.orElse(RecordVersions.ABSENT);
        if (expected.isPresent() && expected.getAsInt() != current) {
            throw TopologyException.ofVersions(what, expected.getAsInt(), current);
        }
        return current + 1;
    }

    private void requireConnected() throws TopologyException {
        if (connection != Connection.CONNECTED) {
            throw new TopologyException(Reason.UNAVAILABLE, "ZooKeeper is away");
        }
    }

    private ClusterSnapshot requireCluster(ClusterId cluster) throws TopologyException {
        return picture()
                .cluster(cluster)
                .orElseThrow(
                        () ->
                                new TopologyException(
                                        Reason.NOT_FOUND, "there is no cluster " + cluster));
    }

    private static <T> T changed(T found, UnaryOperator<T> change) throws TopologyException {
        try {
            return change.apply(found);
        } catch (IllegalStateException e) {
            throw new TopologyException(Reason.CONFLICT, e.getMessage(), e);
        }
    }

    private <T> Written<T> written(T value) {
        return written(value, 1);
    }

    private <T> Written<T> written(T value, int version) {
        return new Written<>(value, version, picture().zxid());
    }

    private FleetSnapshot picture() {
        return current.orElseThrow();
    }

    private synchronized void put(ClusterSnapshot cluster) {
        Map<ClusterId, ClusterSnapshot> clusters = new TreeMap<>(picture().clusters());
        clusters.put(cluster.id(), cluster);
        swap(clusters, picture().placements(), picture().policy());
    }

    private synchronized void put(ProjectId project, Placement placement) {
        PlacementMap now = picture().placements();
        swap(
                picture().clusters(),
                now.with(List.of(now.bucket(Buckets.of(project)).with(project, placement))),
                picture().policy());
    }

    private synchronized void swap(
            Map<ClusterId, ClusterSnapshot> clusters,
            PlacementMap placements,
            PlacementPolicy policy) {
        swap(clusters, placements, policy, picture().guard(), picture().incidents());
    }

    private synchronized void swap(GuardState guard, List<Incident> incidents) {
        swap(picture().clusters(), picture().placements(), picture().policy(), guard, incidents);
    }

    private synchronized void swap(RecordVersions versions) {
        FleetSnapshot now = picture();
        swap(
                new FleetSnapshot(
                        now.clusters(),
                        now.placements(),
                        now.policy(),
                        now.guard(),
                        now.incidents(),
                        versions,
                        now.zxid(),
                        NOW));
    }

    private synchronized void swap(
            Map<ClusterId, ClusterSnapshot> clusters,
            PlacementMap placements,
            PlacementPolicy policy,
            GuardState guard,
            List<Incident> incidents) {
        swap(
                new FleetSnapshot(
                        clusters,
                        placements,
                        policy,
                        guard,
                        incidents,
                        picture().versions(),
                        picture().zxid() + 1,
                        NOW));
    }

    private void swap(FleetSnapshot after) {
        Optional<FleetSnapshot> before = current;
        current = Optional.of(after);
        listeners.forEach(listener -> listener.onSnapshot(before, after));
    }
}
