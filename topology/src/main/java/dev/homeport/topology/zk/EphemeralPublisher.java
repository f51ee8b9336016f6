package dev.homeport.topology.zk;

import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one ephemeral znode that says the newest thing that was published. It is written when the
 * content changes, and made anew when it is gone or belongs to an old session of the same daemon.
 * Everything happens on a thread of its own.
 */
final class EphemeralPublisher implements AutoCloseable {
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(EphemeralPublisher.class);

    private final CuratorFramework client;
    private final BlockingCalls calls;
    private final String path;
    private final Duration pause;
    private final ScheduledExecutorService executor;
    private final ConnectionStateListener listener = this::onConnectionState;
    private volatile byte[] content;

    /** Confined to the executor. */
    private boolean isScheduled;

    private boolean isFailing;
    private long registeredSession;
    private long lastWriteNanos = System.nanoTime() - Duration.ofDays(1).toNanos();

    /**
     * @param pause between two writes; zero writes at once
     */
    EphemeralPublisher(CuratorFramework client, BlockingCalls calls, String path, Duration pause) {
        this.client = client;
        this.calls = calls;
        this.path = path;
        this.pause = pause;
        this.executor = Threads.single("publisher-" + ZnodePaths.shown(path));
        client.getConnectionStateListenable().addListener(listener, executor);
        executor.scheduleWithFixedDelay(
                this::write, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
    }

    void publish(byte[] newContent) {
        content = newContent.clone();
        executor.execute(() -> schedule(pauseLeft()));
    }

    /** The same without the pause between two writes; done when it was tried. */
    CompletableFuture<Void> publishAtOnce(byte[] newContent) {
        content = newContent.clone();
        return CompletableFuture.runAsync(this::write, executor);
    }

    /** Whether what is published now gets to ZooKeeper. */
    boolean isConnected() {
        return client.getZookeeperClient().isConnected();
    }

    private void onConnectionState(CuratorFramework source, ConnectionState state) {
        if (state.isConnected()) {
            schedule(Duration.ZERO);
        }
    }

    private Duration pauseLeft() {
        Duration passed = Duration.ofNanos(System.nanoTime() - lastWriteNanos);
        return passed.compareTo(pause) >= 0 ? Duration.ZERO : pause.minus(passed);
    }

    private void schedule(Duration delay) {
        if (!isScheduled) {
            isScheduled = true;
            executor.schedule(
                    () -> {
                        isScheduled = false;
                        write();
                    },
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void write() {
        byte[] due = content;
        if (due == null || !isConnected()) {
            return;
        }
        try {
            calls.run("znode " + path, call -> writeOnce(call, due));
            lastWriteNanos = System.nanoTime();
            isFailing = false;
        } catch (TopologyException e) {
            if (!isFailing) {
                log.atWarn()
                        .addKeyValue("znode", path)
                        .addKeyValue("error", e.getMessage())
                        .log("cannot register, trying again");
            }
            isFailing = true;
            schedule(RETRY);
        }
    }

    private boolean writeOnce(Call call, byte[] due) throws KeeperException, TopologyException {
        long session = call.zk().getSessionId();
        Stat stat = call.await(AsyncCalls.stat(call.zk(), path));
        List<Op> operations = new ArrayList<>();
        if (stat.getEphemeralOwner() == session) {
            registeredSession = session;
            if (call.read(path).hasContent(due)) {
                return false;
            }
            operations.add(Op.setData(path, due, stat.getVersion()));
        } else {
            if (stat.getVersion() != Versioned.ABSENT) {
                // In the same session only somebody else can have put it there.
                if (registeredSession == session) {
                    throw new TopologyException(
                            TopologyException.Reason.CONFLICT,
                            "another daemon with the same id is registered");
                }
                operations.add(Op.delete(path, stat.getVersion()));
            }
            operations.add(Op.create(path, due, calls.acl(path), CreateMode.EPHEMERAL));
        }
        ensureParent(call);
        call.await(AsyncCalls.multi(call.zk(), operations));
        if (registeredSession != session) {
            log.atInfo().addKeyValue("znode", path).log("registered");
        }
        registeredSession = session;
        return true;
    }

    /** The parent may be missing: the first agent of a cluster makes it. */
    private void ensureParent(Call call) throws KeeperException, TopologyException {
        String parent = ZnodePaths.parent(path);
        if (call.await(AsyncCalls.stat(call.zk(), parent)).getVersion() == Versioned.ABSENT) {
            Op create = Op.create(parent, new byte[0], calls.acl(parent), CreateMode.PERSISTENT);
            call.await(AsyncCalls.multi(call.zk(), List.of(create)));
        }
    }

    /** Takes the znode away if it can at once; else it goes with the session. */
    @Override
    public void close() {
        client.getConnectionStateListenable().removeListener(listener);
        content = null;
        Threads.finish(executor, this::remove);
    }

    private void remove() {
        if (registeredSession == 0 || !isConnected()) {
            return;
        }
        try {
            calls.run(
                    "znode " + path,
                    call -> {
                        Stat stat = call.await(AsyncCalls.stat(call.zk(), path));
                        if (stat.getEphemeralOwner() == call.zk().getSessionId()) {
                            call.await(
                                    AsyncCalls.multi(
                                            call.zk(),
                                            List.of(Op.delete(path, stat.getVersion()))));
                        }
                        return path;
                    });
        } catch (TopologyException e) {
            log.atDebug()
                    .addKeyValue("znode", path)
                    .addKeyValue("error", e.getMessage())
                    .log("not taken away, it goes with the session");
        }
    }
}
