package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.FleetWriter.Written;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import dev.homeport.topology.zk.ConditionalWrites.Change;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/** The writes of what the guard goes by. */
final class GuardWrites {
    /** Approvals that are kept at most; those that are no longer good make room. */
    static final int MOST_APPROVALS = 200;

    /** Announcements that are kept at most; those that have ended make room. */
    static final int MOST_ANNOUNCEMENTS = 1000;

    private final BlockingCalls calls;
    private final ConditionalWrites writes;
    private final Clock clock;

    GuardWrites(BlockingCalls calls, ConditionalWrites writes, Clock clock) {
        this.calls = calls;
        this.writes = writes;
        this.clock = clock;
    }

    Written<GuardPolicy> putGuard(GuardPolicy policy, OptionalInt expectedVersion)
            throws TopologyException {
        WriteRules.requireReadable(policy);
        return writes.write(
                "guard",
                call -> {
                    Znode before = call.read(ZnodePaths.GUARD);
                    ZooKeeperFleetWriter.requireVersion("guard", expectedVersion, before);
                    return new Change<>(
                            policy,
                            GuardPolicyCodec.ZNODE,
                            ZnodePaths.GUARD,
                            before.version(),
                            List.of());
                });
    }

    Written<Approval> putApproval(Approval approval) throws TopologyException {
        Codec<Approval> codec = ApprovalCodec.znode(approval.id());
        String path = ZnodePaths.approval(approval.id());
        WriteRules.requireReadable(codec, approval);
        return writes.write(
                "approval " + approval.id(),
                call -> {
                    requireNew(call, path);
                    Instant now = clock.instant();
                    List<Op> others =
                            Siblings.read(
                                            call,
                                            ZnodePaths.APPROVALS,
                                            Siblings.named(ApprovalId::new, ApprovalCodec::znode))
                                    .roomForOne(
                                            MOST_APPROVALS,
                                            one -> !one.isGood(now),
                                            Comparator.comparing(Approval::until));
                    return new Change<>(approval, codec, path, Versioned.ABSENT, others);
                });
    }

    /**
     * Not one of the {@link ConditionalWrites}: two routers that use one up write the same bytes,
     * so that nobody could tell afterwards whose write it was. What is repeated after a lost answer
     * uses another one up.
     */
    boolean useApproval(ApprovalId id) throws TopologyException {
        Codec<Approval> codec = ApprovalCodec.znode(id);
        String path = ZnodePaths.approval(id);
        return calls.run(
                "approval " + id,
                call -> {
                    Znode znode = call.read(path);
                    Optional<Approval> good =
                            StandingClusters.good(znode, codec)
                                    .filter(one -> one.isGood(clock.instant()));
                    if (good.isPresent()) {
                        byte[] content = codec.write(good.get().used());
                        call.await(
                                AsyncCalls.multi(
                                        call.zk(),
                                        List.of(Op.setData(path, content, znode.version()))));
                    }
                    return good.isPresent();
                });
    }

    Written<Announcement> putAnnouncement(Announcement announcement) throws TopologyException {
        Codec<Announcement> codec = AnnouncementCodec.znode(announcement.id());
        String path = ZnodePaths.announcement(announcement.id());
        WriteRules.requireReadable(codec, announcement);
        return writes.write(
                "announcement " + announcement.id(),
                call -> {
                    requireNew(call, path);
                    Instant now = clock.instant();
                    List<Op> others =
                            Siblings.read(
                                            call,
                                            ZnodePaths.ANNOUNCEMENTS,
                                            Siblings.named(
                                                    AnnouncementId::new, AnnouncementCodec::znode))
                                    .roomForOne(
                                            MOST_ANNOUNCEMENTS,
                                            one -> !now.isBefore(one.until()),
                                            Comparator.comparing(Announcement::until));
                    return new Change<>(announcement, codec, path, Versioned.ABSENT, others);
                });
    }

    void removeApproval(ApprovalId id) throws TopologyException {
        remove("approval " + id, ZnodePaths.approval(id));
    }

    void removeAnnouncement(AnnouncementId id) throws TopologyException {
        remove("announcement " + id, ZnodePaths.announcement(id));
    }

    private void remove(String what, String path) throws TopologyException {
        var wasThere = new AtomicBoolean();
        calls.run(
                what,
                call -> {
                    if (call.read(path).isAbsent()) {
                        // Absent where the answer to the deletion was lost.
                        if (!wasThere.get()) {
                            throw new TopologyException(Reason.NOT_FOUND, "there is no " + what);
                        }
                    } else {
                        wasThere.set(true);
                        call.await(AsyncCalls.multi(call.zk(), List.of(Op.delete(path, -1))));
                    }
                    return path;
                });
    }

    private static void requireNew(Call call, String path)
            throws KeeperException, TopologyException {
        if (!call.read(path).isAbsent()) {
            throw new TopologyException(
                    Reason.CONFLICT, ZnodePaths.shown(path) + " stands there already");
        }
    }
}
