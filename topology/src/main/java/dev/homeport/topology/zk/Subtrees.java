package dev.homeport.topology.zk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Some subtrees, each of a depth of its own; only the znodes at the bottom carry records.
 *
 * @param depths how many levels of children each root has
 */
record Subtrees(Map<String, Integer> depths) {
    /** In place of the mzxid of a znode that is not there. */
    static final long ABSENT = 0;

    /** In place of the mzxid of a znode that may not be read. */
    static final long FORBIDDEN = -1;

    Subtrees {
        depths = Map.copyOf(depths);
    }

    Set<String> roots() {
        return depths.keySet();
    }

    /** The roots that have children. */
    List<String> parents() {
        return depths.entrySet().stream()
                .filter(root -> root.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    static String parentOf(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    boolean hasRecordAt(String path) {
        return depths.entrySet().stream()
                .anyMatch(
                        root ->
                                (path.equals(root.getKey()) || path.startsWith(root.getKey() + "/"))
                                        && depth(path) == depth(root.getKey()) + root.getValue());
    }

    private static long depth(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    /**
     * The paths of all znodes that carry a record.
     *
     * @param zxid is raised to the last transaction that made or removed one
     */
    CompletableFuture<Set<String>> list(ZooKeeper zk, AtomicLong zxid) {
        List<CompletableFuture<Set<String>>> lists = new ArrayList<>();
        depths.forEach((root, levels) -> lists.add(list(zk, root, levels, zxid)));
        return union(lists);
    }

    private static CompletableFuture<Set<String>> list(
            ZooKeeper zk, String path, int levels, AtomicLong zxid) {
        if (levels == 0) {
            return CompletableFuture.completedFuture(Set.of(path));
        }
        return AsyncCalls.children(zk, path)
                .thenCompose(
                        children -> {
                            zxid.accumulateAndGet(children.stat().getPzxid(), Math::max);
                            return union(
                                    children.names().stream()
                                            .map(name -> path + "/" + name)
                                            .map(child -> list(zk, child, levels - 1, zxid))
                                            .toList());
                        });
    }

    private static CompletableFuture<Set<String>> union(List<CompletableFuture<Set<String>>> sets) {
        return AsyncCalls.all(sets)
                .thenApply(
                        ignored -> {
                            Set<String> result = new LinkedHashSet<>();
                            sets.forEach(set -> result.addAll(set.join()));
                            return result;
                        });
    }

    /** When these were changed last; {@link #ABSENT} or {@link #FORBIDDEN} in place of it. */
    static CompletableFuture<Map<String, Long>> mzxids(ZooKeeper zk, Collection<String> paths) {
        Map<String, CompletableFuture<Long>> mzxids = new LinkedHashMap<>();
        paths.forEach(path -> mzxids.put(path, mzxid(zk, path)));
        return AsyncCalls.all(mzxids.values())
                .thenApply(
                        ignored -> {
                            Map<String, Long> result = new LinkedHashMap<>();
                            mzxids.forEach((path, mzxid) -> result.put(path, mzxid.join()));
                            return result;
                        });
    }

    private static CompletableFuture<Long> mzxid(ZooKeeper zk, String path) {
        return AsyncCalls.stat(zk, path)
                .thenApply(Stat::getMzxid)
                .exceptionally(
                        failure -> {
                            if (AsyncCalls.causeOf(failure)
                                    instanceof KeeperException.NoAuthException) {
                                return FORBIDDEN;
                            }
                            throw new CompletionException(AsyncCalls.causeOf(failure));
                        });
    }
}
