package dev.homeport.topology.zk;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.Agreement;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.FleetReports;
import dev.homeport.topology.RouterId;
import dev.homeport.topology.RouterReport;
import dev.homeport.topology.fields.Problems;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows who is registered. While ZooKeeper is away the last answer stands. A report that cannot
 * be read counts as absent.
 */
final class ReportsWatcher implements FleetReports, AutoCloseable {
    private static final Map<String, Integer> ROOTS =
            Map.of(ZnodePaths.ROUTERS, 1, ZnodePaths.HEALTH, 2);
    private static final Logger log = LoggerFactory.getLogger(ReportsWatcher.class);

    private final ScheduledExecutorService executor = Threads.single("fleet-reports");
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final SubtreeWatcher subtrees;
    private final CuratorFramework client;
    private volatile Agreement agreement = Agreement.NONE;
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean wasRead;
    private volatile Map<RouterId, RouterReport> routers = Map.of();
    private volatile Map<ClusterId, Map<AgentId, AgentReport>> agents = Map.of();

    ReportsWatcher(CuratorFramework client) {
        this.client = client;
        subtrees = new SubtreeWatcher(client, executor, ROOTS, List.of(), new Reader());
    }

    void start() {
        // What is compared after the same event has some round trips to go.
        client.getConnectionStateListenable()
                .addListener((source, state) -> agreement = agreement.doubted(), executor);
        subtrees.start();
    }

    @Override
    public Map<RouterId, RouterReport> routers() {
        return routers;
    }

    @Override
    public Map<ClusterId, Map<AgentId, AgentReport>> agents() {
        return agents;
    }

    @Override
    public Optional<Map<ClusterId, Map<AgentId, AgentReport>>> knownAgents() {
        return wasRead ? Optional.of(agents) : Optional.empty();
    }

    @Override
    public Agreement agreement() {
        return agreement;
    }

    @Override
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** What the subtrees say, on the watcher's thread. */
    private final class Reader implements SubtreeWatcher.Consumer {
        @Override
        public void onRead(Map<String, Znode> changed, long zxid) {
            if (!changed.isEmpty()) {
                applyRead(changed);
            }
            boolean isNews = !changed.isEmpty() || !agreement.holds();
            // Only now: whoever finds it reached reads no older reports afterwards.
            agreement = agreement.reached();
            wasRead = true;
            if (isNews) {
                tell();
            }
        }

        @Override
        public void onDoubt() {
            agreement = agreement.doubted();
        }

        @Override
        public void onProblem(Optional<String> text) {
            if (text.isPresent()) {
                onDoubt();
            }
            problem = text;
        }
    }

    private void applyRead(Map<String, Znode> changed) {
        Map<RouterId, RouterReport> nextRouters = new TreeMap<>(routers);
        Map<ClusterId, Map<AgentId, AgentReport>> nextAgents = new TreeMap<>(agents);
        changed.forEach(
                (path, znode) -> {
                    try {
                        if (ZnodePaths.parent(path).equals(ZnodePaths.ROUTERS)) {
                            applyRouter(path, znode, nextRouters);
                        } else {
                            applyAgent(path, znode, nextAgents);
                        }
                    } catch (IllegalArgumentException e) {
                        warn(path, e.getMessage());
                    }
                });
        routers = Collections.unmodifiableMap(nextRouters);
        agents = Collections.unmodifiableMap(nextAgents);
    }

    private void tell() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("a listener of the reports failed");
            }
        }
    }

    private static void applyRouter(String path, Znode znode, Map<RouterId, RouterReport> result) {
        var id = new RouterId(ZnodePaths.name(path));
        result.remove(id);
        read(path, znode, RouterReportCodec.znode(id)).ifPresent(one -> result.put(id, one));
    }

    private static void applyAgent(
            String path, Znode znode, Map<ClusterId, Map<AgentId, AgentReport>> result) {
        var cluster = new ClusterId(ZnodePaths.name(ZnodePaths.parent(path)));
        var agent = new AgentId(ZnodePaths.name(path));
        Map<AgentId, AgentReport> ofCluster = new TreeMap<>(result.getOrDefault(cluster, Map.of()));
        ofCluster.remove(agent);
        read(path, znode, AgentReportCodec.znode(cluster, agent))
                .ifPresent(one -> ofCluster.put(agent, one));
        if (ofCluster.isEmpty()) {
            result.remove(cluster);
        } else {
            result.put(cluster, Collections.unmodifiableMap(ofCluster));
        }
    }

    private static <T> Optional<T> read(String path, Znode znode, Codec<T> codec) {
        var problems = new Problems();
        Optional<T> report = znode.bytes().flatMap(bytes -> codec.read(bytes, problems));
        if (!problems.isEmpty()) {
            warn(path, problems.text());
        }
        return report;
    }

    private static void warn(String path, String reason) {
        log.atWarn()
                .addKeyValue("znode", path)
                .addKeyValue("reason", reason)
                .log("a report cannot be read");
    }

    @Override
    public void close() {
        subtrees.close();
        executor.shutdown();
    }
}
