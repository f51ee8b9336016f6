package dev.homeport.topology.zk;

import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterNumber;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.fields.Fields;
import dev.homeport.topology.fields.Problems;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A router's hold on a number: an ephemeral znode per number, made by whoever is first. There is a
 * number at any time, with ZooKeeper or without: the one in the file, else the one that the
 * router's id says. It is kept while the connection is suspended and taken again after the session
 * was lost. Only when another router has it by then does the number change, for new connections.
 *
 * <p>Two routers may go by one number while ZooKeeper is away. That costs a KILL that finds nobody
 * at worst: whose a connection is decides project, user and instance, not the number.
 *
 * <p>Everything happens on a thread of its own; readers need one volatile read.
 */
public final class RouterNumberLease implements AutoCloseable {
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Codec<RouterId> HOLDER =
            Codec.of(
                    RouterNumberLease::readHolder,
                    (router, json) -> json.put("router", router.value()));
    private static final Logger log = LoggerFactory.getLogger(RouterNumberLease.class);

    private final CuratorFramework client;
    private final BlockingCalls calls;
    private final RouterId router;
    private final Optional<RouterNumberFile> file;
    private final ScheduledExecutorService executor = Threads.single("router-number");
    private final ConnectionStateListener listener = this::onConnectionState;

    /** The current one first. Only the lease's thread writes it. */
    private volatile List<RouterNumber> numbers;

    /** Confined to the executor. */
    private long leasedSession;

    private boolean isFailing;
    private boolean isScheduled;

    RouterNumberLease(
            CuratorFramework client,
            BlockingCalls calls,
            RouterId router,
            Optional<Path> snapshotFile) {
        this.client = client;
        this.calls = calls;
        this.router = router;
        this.file = snapshotFile.map(RouterNumberFile::beside);
        RouterNumber first =
                file.flatMap(one -> one.read(router)).orElse(RouterNumber.firstOf(router));
        this.numbers = List.of(first);
        client.getConnectionStateListenable().addListener(listener, executor);
        executor.scheduleWithFixedDelay(this::lease, 0, REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The number of new connections. */
    public RouterNumber current() {
        return numbers.getFirst();
    }

    /** The number of new connections, then those that older ones of this process may have. */
    public List<RouterNumber> numbers() {
        return numbers;
    }

    private void onConnectionState(CuratorFramework source, ConnectionState state) {
        if (state.isConnected()) {
            lease();
        }
    }

    private void lease() {
        if (!client.getZookeeperClient().isConnected()) {
            return;
        }
        try {
            Optional<RouterNumber> leased =
                    calls.run("number of router " + router, this::leaseOnce);
            leased.ifPresentOrElse(this::take, () -> warnOnce("all numbers are taken"));
            isFailing = leased.isEmpty();
        } catch (TopologyException e) {
            warnOnce(e.getMessage());
            isFailing = true;
            retry();
        }
    }

    private void warnOnce(String error) {
        if (!isFailing) {
            log.atWarn()
                    .addKeyValue("number", current())
                    .addKeyValue("error", error)
                    .log("no number could be leased; the router goes by one that may be another's");
        }
    }

    private void retry() {
        if (!isScheduled) {
            isScheduled = true;
            executor.schedule(
                    () -> {
                        isScheduled = false;
                        lease();
                    },
                    RETRY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void take(RouterNumber number) {
        if (!number.equals(current())) {
            log.atInfo()
                    .addKeyValue("number", number)
                    .addKeyValue("before", current())
                    .log("another router has this router's number, new connections get a new one");
            List<RouterNumber> next = new ArrayList<>(numbers);
            next.remove(number);
            next.addFirst(number);
            numbers = List.copyOf(next);
        }
        file.filter(one -> !one.read(router).equals(Optional.of(number)))
                .ifPresent(one -> one.write(router, number));
    }

    /** Holds the current number, or else the first one that is free. */
    private Optional<RouterNumber> leaseOnce(Call call) throws KeeperException, TopologyException {
        Set<String> taken =
                new HashSet<>(
                        call.await(AsyncCalls.children(call.zk(), ZnodePaths.ROUTER_NUMBERS))
                                .names());
        RouterNumber number = current();
        boolean isTaken = taken.contains(number.toString());
        if (isTaken && tryKeep(call, number)) {
            return Optional.of(number);
        }
        RouterNumber candidate = isTaken ? RouterNumber.firstOf(router) : number;
        for (int i = 0; i < RouterNumber.MOST; i++) {
            if (!taken.contains(candidate.toString())) {
                // Another router may be faster; then all of this is tried again.
                create(call, candidate, List.of());
                return Optional.of(candidate);
            }
            candidate = candidate.next();
        }
        return Optional.empty();
    }

    /**
     * Whether the znode that stands there is this router's: of this session, or of its last one.
     */
    private boolean tryKeep(Call call, RouterNumber number)
            throws KeeperException, TopologyException {
        long session = call.zk().getSessionId();
        String path = ZnodePaths.routerNumber(number);
        if (call.await(AsyncCalls.stat(call.zk(), path)).getEphemeralOwner() == session) {
            leasedSession = session;
            return true;
        }
        Znode znode = call.read(path);
        boolean isOwn =
                znode.bytes()
                        .flatMap(bytes -> HOLDER.read(bytes, new Problems()))
                        .filter(router::equals)
                        .isPresent();
        // In the same session only another daemon with the same id can have put it there.
        if (!isOwn || leasedSession == session) {
            return false;
        }
        create(call, number, List.of(Op.delete(path, znode.version())));
        return true;
    }

    private static Optional<RouterId> readHolder(Fields fields) {
        Optional<RouterId> holder = fields.required("router", RouterId::new);
        return fields.build(holder::orElseThrow);
    }

    private void create(Call call, RouterNumber number, List<Op> before)
            throws KeeperException, TopologyException {
        List<Op> operations = new ArrayList<>(before);
        if (call.await(AsyncCalls.stat(call.zk(), ZnodePaths.ROUTER_NUMBERS)).getVersion()
                == Versioned.ABSENT) {
            operations.add(
                    Op.create(
                            ZnodePaths.ROUTER_NUMBERS,
                            new byte[0],
                            calls.acl(ZnodePaths.ROUTER_NUMBERS),
                            CreateMode.PERSISTENT));
        }
        operations.add(
                Op.create(
                        ZnodePaths.routerNumber(number),
                        HOLDER.write(router),
                        calls.acl(ZnodePaths.routerNumber(number)),
                        CreateMode.EPHEMERAL));
        call.await(AsyncCalls.multi(call.zk(), operations));
        leasedSession = call.zk().getSessionId();
        log.atInfo().addKeyValue("number", number).log("number of this router leased");
    }

    /** Stops to hold it; the znode goes with the session of ZooKeeper. */
    @Override
    public void close() {
        client.getConnectionStateListenable().removeListener(listener);
        executor.shutdownNow();
    }
}
