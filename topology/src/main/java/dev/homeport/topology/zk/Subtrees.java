package dev.homeport.topology.zk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Some subtrees, each of a depth of its own; only the znodes at the bottom carry records.
 *
 * @param depths how many levels of children each root has
 */
record Subtrees(Map<String, Integer> depths) {
    Subtrees {
        depths = Map.copyOf(depths);
    }

    Set<String> roots() {
        return depths.keySet();
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

    /** When all znodes that carry a record were changed last. */
    CompletableFuture<Map<String, Long>> mzxids(ZooKeeper zk) {
        return list(zk, new AtomicLong())
                .thenCompose(paths -> mzxids(zk, paths))
                .thenApply(
                        all -> {
                            Map<String, Long> standing = new HashMap<>(all);
                            standing.values().removeIf(mzxid -> mzxid == 0);
                            return standing;
                        });
    }

    /** When these were changed last; 0 for one that is not there. */
    static CompletableFuture<Map<String, Long>> mzxids(ZooKeeper zk, Collection<String> paths) {
        Map<String, CompletableFuture<Stat>> stats = new LinkedHashMap<>();
        paths.forEach(path -> stats.put(path, AsyncCalls.stat(zk, path)));
        return AsyncCalls.all(stats.values())
                .thenApply(
                        ignored -> {
                            Map<String, Long> result = new LinkedHashMap<>();
                            stats.forEach((path, stat) -> result.put(path, stat.join().getMzxid()));
                            return result;
                        });
    }
}
