package dev.homeport.topology.zk;

import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentLog;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import dev.homeport.topology.zk.Siblings.Sibling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/**
 * Opens, widens and reads incidents. The newest {@value #MOST} are kept: closed ones go first, then
 * those that limit nothing; what limits something is never taken away to make room. Blocking, for a
 * few seconds at most.
 *
 * <p>Whatever opens or widens an incident also writes its parent, so that whoever places a project
 * can check in one transaction that no incident was opened since it looked.
 */
public final class IncidentStore implements IncidentLog {
    static final int MOST = 500;

    private final BlockingCalls calls;
    private final ConditionalWrites writes;

    IncidentStore(BlockingCalls calls) {
        this.calls = calls;
        this.writes = new ConditionalWrites(calls);
    }

    @Override
    public List<Incident> all() throws TopologyException {
        return calls.run(
                "incidents", call -> readAll(call).good().stream().map(Sibling::value).toList());
    }

    @Override
    public Optional<Incident> find(IncidentId id) throws TopologyException {
        return calls.run("incident " + id, call -> read(call, id));
    }

    /**
     * Opens an incident, if the leader's znode still stands and the cluster exists; both are
     * checked in the transaction that writes. Opening the same once more changes nothing.
     *
     * @param leaderZnode full path of the znode that the LeaderLatch of the caller owns ({@code
     *     LeaderLatch#getOurPath}), below the chroot
     * @throws TopologyException {@code CONFLICT} if either does not hold, if another one of that id
     *     stands there, or there is no room; {@code INVALID} if it is closed or too large; {@code
     *     UNAVAILABLE} if ZooKeeper is away, and then whether it was written is not known: open it
     *     again
     */
    public Written<Incident> open(Incident incident, String leaderZnode) throws TopologyException {
        return open(incident, Optional.of(leaderZnode));
    }

    /**
     * Opens an incident that limits nothing, as routers may: they see a statement that looks like a
     * mistake, and lead nobody.
     *
     * @throws TopologyException as {@link #open(Incident, String)}; {@code INVALID} also for
     *     another kind or limit
     */
    public Written<Incident> openSuspicious(Incident incident) throws TopologyException {
        if (incident.kind() != IncidentKind.SUSPICIOUS_DROP
                || incident.limit() != IncidentLimit.ALERT) {
            throw new TopologyException(
                    Reason.INVALID,
                    "a router opens incidents only of what is suspicious, to alert");
        }
        return open(incident, Optional.empty());
    }

    private Written<Incident> open(Incident incident, Optional<String> leaderZnode)
            throws TopologyException {
        Codec<Incident> codec = IncidentCodec.znode(incident.id());
        String path = ZnodePaths.incident(incident.id());
        WriteRules.requireReadable(codec, incident);
        if (!incident.isOpen()) {
            throw new TopologyException(Reason.INVALID, "an incident begins open");
        }
        return writes.write(
                "incident " + incident.id(),
                call -> {
                    requireParent(call);
                    List<Op> others = new ArrayList<>(checks(call, incident, leaderZnode));
                    Znode znode = call.read(path);
                    if (znode.isAbsent()) {
                        others.addAll(roomFor(call, incident));
                    } else if (!znode.hasContent(codec.write(incident))) {
                        throw new TopologyException(
                                Reason.CONFLICT,
                                "another incident " + incident.id() + " stands there already");
                    }
                    return new Change<>(incident, codec, path, znode.version(), others);
                });
    }

    /**
     * Changes an open incident, of which more has become known.
     *
     * @param change gets the incident as it stands there and returns it wider ({@link
     *     Incident#widened}); may be called more than once
     * @param leaderZnode as in {@link #open(Incident, String)}
     * @throws TopologyException {@code NOT_FOUND} if there is none of that id; {@code CONFLICT} if
     *     it is closed, or the caller no longer leads; {@code INVALID} if it would be narrower, or
     *     another one
     */
    public Written<Incident> amend(
            IncidentId id, UnaryOperator<Incident> change, String leaderZnode)
            throws TopologyException {
        Codec<Incident> codec = IncidentCodec.znode(id);
        String path = ZnodePaths.incident(id);
        return writes.write(
                "incident " + id,
                call -> {
                    Znode znode = call.read(path);
                    Incident before = standing(id, znode);
                    requireOpen(before);
                    Incident after = change.apply(before);
                    requireWider(before, after);
                    WriteRules.requireReadable(codec, after);
                    return new Change<>(
                            after,
                            codec,
                            path,
                            znode.version(),
                            checks(call, after, Optional.of(leaderZnode)));
                });
    }

    /**
     * Closes an incident.
     *
     * @param inForce the incident as the picture has it, for one whose znode is gone or cannot be
     *     read
     */
    Written<Incident> close(IncidentId id, Incident.Closing closing, Optional<Incident> inForce)
            throws TopologyException {
        String path = ZnodePaths.incident(id);
        return writes.write(
                "incident " + id,
                call -> {
                    requireParent(call);
                    Znode znode = call.read(path);
                    Optional<Incident> readable =
                            StandingClusters.good(znode, IncidentCodec.znode(id));
                    Incident before =
                            readable.isPresent()
                                    ? readable.get()
                                    : inForce.isPresent() ? inForce.get() : standing(id, znode);
                    requireOpen(before);
                    return new Change<>(
                            before.closed(closing),
                            IncidentCodec.znode(id),
                            path,
                            znode.version(),
                            List.of());
                });
    }

    private static Siblings<Incident> readAll(Call call) throws KeeperException, TopologyException {
        return Siblings.read(
                call, ZnodePaths.INCIDENTS, Siblings.named(IncidentId::new, IncidentCodec::znode));
    }

    private static Optional<Incident> read(Call call, IncidentId id)
            throws KeeperException, TopologyException {
        return StandingClusters.good(call.read(ZnodePaths.incident(id)), IncidentCodec.znode(id));
    }

    private static List<Op> roomFor(Call call, Incident incident)
            throws KeeperException, TopologyException {
        Siblings<Incident> all = readAll(call);
        Comparator<Incident> first =
                Comparator.comparing(Incident::isOpen)
                        .thenComparing(
                                one -> one.kind() == IncidentKind.DATA_LOSS, Boolean::compare)
                        .thenComparing(Incident::id);
        try {
            return all.roomForOne(
                    MOST, one -> !one.isOpen() || one.limit() == IncidentLimit.ALERT, first);
        } catch (TopologyException e) {
            // What contains a loss is never turned away: there are as many as clusters, about.
            if (incident.limit() != IncidentLimit.ALERT && all.standing() < 2 * MOST) {
                return List.of();
            }
            throw e;
        }
    }

    /** Without the parent nobody could be told; only somebody's hand takes it away. */
    private void requireParent(Call call) throws KeeperException, TopologyException {
        if (call.read(ZnodePaths.INCIDENTS).isAbsent()) {
            call.await(
                    AsyncCalls.multi(
                            call.zk(),
                            List.of(
                                    Op.create(
                                            ZnodePaths.INCIDENTS,
                                            new byte[0],
                                            calls.acl(ZnodePaths.INCIDENTS),
                                            CreateMode.PERSISTENT))));
        }
    }

    /** Checked here for a clear answer; what counts is checked again by the transaction. */
    private static List<Op> checks(Call call, Incident incident, Optional<String> leaderZnode)
            throws KeeperException, TopologyException {
        ClusterId cluster = incident.cluster();
        if (call.read(ZnodePaths.cluster(cluster)).isAbsent()) {
            throw new TopologyException(Reason.CONFLICT, "there is no cluster " + cluster);
        }
        List<Op> checks = new ArrayList<>();
        checks.add(Op.setData(ZnodePaths.INCIDENTS, new byte[0], -1));
        checks.add(Op.check(ZnodePaths.cluster(cluster), -1));
        if (leaderZnode.isPresent()) {
            if (call.read(leaderZnode.get()).isAbsent()) {
                throw new TopologyException(
                        Reason.CONFLICT, "no longer the leader: " + leaderZnode.get() + " is gone");
            }
            checks.add(Op.check(leaderZnode.get(), -1));
        }
        return checks;
    }

    private static Incident standing(IncidentId id, Znode znode) throws TopologyException {
        if (znode.isAbsent()) {
            throw new TopologyException(Reason.NOT_FOUND, "there is no incident " + id);
        }
        return StandingClusters.good(znode, IncidentCodec.znode(id))
                .orElseThrow(
                        () ->
                                new TopologyException(
                                        Reason.CONFLICT,
                                        "znode %s must be mended first"
                                                .formatted(
                                                        ZnodePaths.shown(
                                                                ZnodePaths.incident(id)))));
    }

    private static void requireOpen(Incident incident) throws TopologyException {
        Optional<Incident.Closing> closing = incident.closing();
        if (closing.isPresent()) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "incident %s was closed by %s at %s"
                            .formatted(incident.id(), closing.get().by(), closing.get().at()));
        }
    }

    private static void requireWider(Incident before, Incident after) throws TopologyException {
        boolean isSame =
                before.id().equals(after.id())
                        && before.cluster().equals(after.cluster())
                        && before.kind() == after.kind();
        boolean isWider =
                after.isOpen()
                        && after.limit().compareTo(before.limit()) >= 0
                        && after.scope().isAtLeast(before.scope());
        if (!isSame || !isWider) {
            throw new TopologyException(
                    Reason.INVALID,
                    "incident %s must stay what it is and not become narrower"
                            .formatted(before.id()));
        }
    }
}
