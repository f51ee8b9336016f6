package dev.homeport.topology.zk;

import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Reads what placements are decided by, and again only when some of it may have changed: with many
 * clusters that is most of what a placement costs.
 *
 * <p>ZooKeeper tells a connection of a change before it answers what was asked behind that change,
 * and the client hands both on in that order on one thread (ZooKeeper Programmer's Guide,
 * "Watches"). So where an answer of this call has come, which had a sync in front of it, and
 * nothing was told, what was read earlier still stood when the call began: it is as good as read
 * anew. For one thread at a time.
 */
final class PlacementBasisReader {
    /** Whatever is told. A watch that was lost costs so much and no more. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final ParsedZnodes parsed = new ParsedZnodes();
    private Optional<Changes> changes = Optional.empty();
    private Optional<Kept> kept = Optional.empty();

    /** Read when so many changes had been told. */
    private record Kept(PlacementBasis basis, Changes told, long count, long readNanos) {
        @SuppressWarnings("ReferenceEquality") // another session has been told nothing of this one
        boolean isOf(ZooKeeper zk) {
            return told.zk == zk;
        }

        boolean stillStands(long now) {
            return told.count.get() == count && now - readNanos < LONGEST.toNanos();
        }
    }

    /**
     * What stands there; to be asked for only after an answer of that call was awaited.
     *
     * @param picture has last good values
     */
    PlacementBasis read(Call call, Optional<FleetSnapshot> picture)
            throws KeeperException, TopologyException {
        long now = System.nanoTime();
        kept = kept.filter(one -> one.isOf(call.zk()) && one.stillStands(now));
        if (kept.isEmpty()) {
            Changes told = changesOf(call.zk());
            long count = told.count.get();
            // Sent ahead of what is read; setting them again changes nothing.
            told.watch();
            PlacementBasis basis = PlacementBasis.read(call, picture, parsed);
            kept = Optional.of(new Kept(basis, told, count, now));
        }
        return kept.get().basis;
    }

    @SuppressWarnings("ReferenceEquality")
    private Changes changesOf(ZooKeeper zk) {
        Changes told = changes.filter(one -> one.zk == zk).orElseGet(() -> new Changes(zk));
        changes = Optional.of(told);
        return told;
    }

    /** Counts what one session is told of the znodes that matter. */
    private static final class Changes implements Watcher {
        private static final List<String> ROOTS =
                List.of(
                        ZnodePaths.CLUSTERS,
                        ZnodePaths.INTENTS,
                        ZnodePaths.VERDICTS,
                        ZnodePaths.INCIDENTS,
                        ZnodePaths.HEALTH,
                        ZnodePaths.POLICY);

        private final ZooKeeper zk;
        private final AtomicLong count = new AtomicLong();

        Changes(ZooKeeper zk) {
            this.zk = zk;
        }

        void watch() {
            for (String root : ROOTS) {
                zk.addWatch(
                        root,
                        this,
                        AddWatchMode.PERSISTENT_RECURSIVE,
                        (rc, path, context) -> {
                            if (rc != 0) {
                                // Nothing will be told: nothing may be kept.
                                count.incrementAndGet();
                            }
                        },
                        null);
            }
        }

        @Override
        public void process(WatchedEvent event) {
            // Also when the connection breaks: what is changed until the next one is told to
            // nobody.
            if (!isReportOfAgent(event)) {
                count.incrementAndGet();
            }
        }

        /** Agents write what they see all the time; only whether there is one matters here. */
        private static boolean isReportOfAgent(WatchedEvent event) {
            return event.getType() == Event.EventType.NodeDataChanged
                    && event.getPath().startsWith(ZnodePaths.HEALTH + "/");
        }
    }
}
