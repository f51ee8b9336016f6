package dev.homeport.topology.zk;

import dev.homeport.topology.AuditEntry;
import dev.homeport.topology.AuditLog;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit as sequential znodes: ZooKeeper numbers them, so that any number of routers may write
 * at the same time. Whoever writes a number that {@value #TRIM_EVERY} divides removes the oldest.
 *
 * @see <a href="../../../../../../../../docs/decisions/0013-audit.md">decisions/0013</a>
 */
final class AuditStore implements AuditLog {
    /** Entries that are kept; there are up to {@value #TRIM_EVERY} more for a while. */
    static final int MOST = 2000;

    static final int TRIM_EVERY = 50;

    /** What one transaction deletes, and what is read side by side. */
    private static final int AT_ONCE = 100;

    private static final Pattern NAME = Pattern.compile("\\d{10}");
    private static final Logger log = LoggerFactory.getLogger(AuditStore.class);

    private final BlockingCalls calls;
    private final int most;

    AuditStore(BlockingCalls calls) {
        this(calls, MOST);
    }

    AuditStore(BlockingCalls calls, int most) {
        this.calls = calls;
        this.most = most;
    }

    @Override
    public long append(AuditEntry entry) throws TopologyException {
        return append(entry, new AtomicBoolean());
    }

    @Override
    public long appendAgain(AuditEntry entry) throws TopologyException {
        return append(entry, new AtomicBoolean(true));
    }

    private long append(AuditEntry entry, AtomicBoolean isDoubtful) throws TopologyException {
        WriteRules.requireReadable(AuditEntryCodec.ZNODE, entry);
        byte[] content = AuditEntryCodec.ZNODE.write(entry);
        long number = append(content, isDoubtful);
        if (number % TRIM_EVERY == 0) {
            trim();
        }
        return number;
    }

    private long append(byte[] content, AtomicBoolean isDoubtful) throws TopologyException {
        try {
            return calls.run("audit entry", call -> appendOnce(call, content, isDoubtful));
        } catch (TopologyException e) {
            throw isDoubtful.get() ? BlockingCalls.unknown(e) : e;
        }
    }

    /**
     * @param isDoubtful whether an attempt before this one may have been carried out
     */
    private long appendOnce(Call call, byte[] content, AtomicBoolean isDoubtful)
            throws KeeperException, TopologyException {
        if (isDoubtful.get()) {
            OptionalLong written = find(call, content);
            // Only now: the connection may break while it is looked up, too.
            isDoubtful.set(false);
            if (written.isPresent()) {
                return written.getAsLong();
            }
        }
        List<Op> operations = creation(call, content);
        // From here on, and also where no answer comes in time.
        isDoubtful.set(true);
        try {
            long number = create(call, operations);
            isDoubtful.set(false);
            return number;
        } catch (KeeperException.ConnectionLossException
                | KeeperException.SessionExpiredException
                | KeeperException.OperationTimeoutException e) {
            throw e;
        } catch (KeeperException e) {
            isDoubtful.set(false);
            throw e;
        }
    }

    private List<Op> creation(Call call, byte[] content) throws KeeperException, TopologyException {
        List<Op> operations = new ArrayList<>();
        if (call.read(ZnodePaths.AUDIT).isAbsent()) {
            operations.add(
                    Op.create(
                            ZnodePaths.AUDIT,
                            new byte[0],
                            calls.acl(ZnodePaths.AUDIT),
                            CreateMode.PERSISTENT));
        }
        operations.add(
                Op.create(
                        ZnodePaths.AUDIT + "/",
                        content,
                        calls.acl(ZnodePaths.AUDIT + "/"),
                        CreateMode.PERSISTENT_SEQUENTIAL));
        return operations;
    }

    private static long create(Call call, List<Op> operations)
            throws KeeperException, TopologyException {
        List<OpResult> results = call.await(AsyncCalls.multi(call.zk(), operations));
        if (results.getLast() instanceof OpResult.CreateResult created) {
            return Long.parseLong(ZnodePaths.name(created.getPath()));
        }
        throw new TopologyException(Reason.UNAVAILABLE, "audit entry: its number is not known");
    }

    /**
     * An entry whose creation was not answered: no two have the same content. Among all that are
     * kept, because others may have written much since; but those that come first in two round
     * trips, as a slow network has no time for more.
     */
    private OptionalLong find(Call call, byte[] content) throws KeeperException, TopologyException {
        List<Long> numbers = numbers(call);
        OptionalLong found = find(call, content, numbers.stream().limit(AT_ONCE).toList());
        return found.isPresent()
                ? found
                : find(call, content, numbers.stream().skip(AT_ONCE).limit(most).toList());
    }

    private static OptionalLong find(Call call, byte[] content, List<Long> numbers)
            throws KeeperException, TopologyException {
        for (var read : read(call, numbers).entrySet()) {
            if (call.await(read.getValue()).hasContent(content)) {
                return OptionalLong.of(read.getKey());
            }
        }
        return OptionalLong.empty();
    }

    /** The entry stands; that there are too many for a while harms nobody. */
    private void trim() {
        try {
            calls.run("trimming of the audit", this::trimOnce);
        } catch (TopologyException e) {
            log.atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log("old audit entries could not be removed, a later one tries again");
        }
    }

    /** A router that trims at the same time makes this fail; then it is looked at again. */
    private int trimOnce(Call call) throws KeeperException, TopologyException {
        List<Long> tooMany = numbers(call).stream().skip(most).toList().reversed();
        for (int from = 0; from < tooMany.size(); from += AT_ONCE) {
            List<Op> deletions =
                    tooMany.subList(from, Math.min(from + AT_ONCE, tooMany.size())).stream()
                            .map(number -> Op.delete(ZnodePaths.auditEntry(number), -1))
                            .toList();
            call.await(AsyncCalls.multi(call.zk(), deletions));
        }
        return tooMany.size();
    }

    @Override
    public Page page(Predicate<AuditEntry> wanted, OptionalLong before, int limit)
            throws TopologyException {
        return calls.run("audit", call -> pageOnce(call, wanted, before, limit));
    }

    private static Page pageOnce(
            Call call, Predicate<AuditEntry> wanted, OptionalLong before, int limit)
            throws KeeperException, TopologyException {
        List<Long> numbers =
                numbers(call).stream()
                        .filter(number -> before.isEmpty() || number < before.getAsLong())
                        .toList();
        List<Numbered> found = new ArrayList<>();
        for (int from = 0; from < numbers.size(); from += AT_ONCE) {
            List<Long> some = numbers.subList(from, Math.min(from + AT_ONCE, numbers.size()));
            for (var read : read(call, some).entrySet()) {
                StandingClusters.good(call.await(read.getValue()), AuditEntryCodec.ZNODE)
                        .filter(wanted)
                        .ifPresent(entry -> found.add(new Numbered(read.getKey(), entry)));
            }
            if (found.size() > limit) {
                return new Page(
                        found.subList(0, limit), OptionalLong.of(found.get(limit - 1).number()));
            }
        }
        return new Page(found, OptionalLong.empty());
    }

    /** The newest first. What is named otherwise is somebody else's. */
    private static List<Long> numbers(Call call) throws KeeperException, TopologyException {
        return call.await(AsyncCalls.children(call.zk(), ZnodePaths.AUDIT)).names().stream()
                .filter(name -> NAME.matcher(name).matches())
                .map(Long::valueOf)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static Map<Long, CompletableFuture<Znode>> read(Call call, List<Long> numbers) {
        Map<Long, CompletableFuture<Znode>> reads = new LinkedHashMap<>();
        numbers.forEach(
                number ->
                        reads.put(
                                number,
                                AsyncCalls.znode(call.zk(), ZnodePaths.auditEntry(number))));
        return reads;
    }
}
