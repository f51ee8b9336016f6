package dev.homeport.topology.zk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.apache.zookeeper.ZooKeeper;

/**
 * Reads znodes, several with one request where they are small: to ZooKeeper a request costs more
 * than what it carries.
 */
final class GroupedReads {
    /**
     * Far from the 1 MB that an answer may have: one that is longer ends the connection, and what
     * is known of lengths is what they were.
     */
    private static final int MOST_BYTES = 128 * 1024;

    private static final int MOST_ZNODES = 32;

    private GroupedReads() {}

    /**
     * Sends the reading.
     *
     * @param lengthOf how long the znode at a path was; negative where nobody knows, which is read
     *     by itself
     * @return by path
     */
    static Map<String, CompletableFuture<Znode>> read(
            ZooKeeper zk, Collection<String> paths, ToIntFunction<String> lengthOf) {
        Map<String, CompletableFuture<Znode>> reads = new LinkedHashMap<>();
        List<String> group = new ArrayList<>();
        int bytes = 0;
        for (String path : paths) {
            int length = lengthOf.applyAsInt(path);
            if (length < 0 || length > MOST_BYTES) {
                reads.put(path, AsyncCalls.znode(zk, path));
                continue;
            }
            if (group.size() == MOST_ZNODES || bytes + length > MOST_BYTES) {
                send(zk, group, reads);
                group.clear();
                bytes = 0;
            }
            group.add(path);
            bytes += length;
        }
        send(zk, group, reads);
        return reads;
    }

    private static void send(
            ZooKeeper zk, List<String> group, Map<String, CompletableFuture<Znode>> reads) {
        if (group.size() == 1) {
            reads.put(group.getFirst(), AsyncCalls.znode(zk, group.getFirst()));
        } else if (!group.isEmpty()) {
            CompletableFuture<List<Znode>> all = AsyncCalls.znodes(zk, List.copyOf(group));
            for (int i = 0; i < group.size(); i++) {
                int index = i;
                reads.put(group.get(i), all.thenApply(znodes -> znodes.get(index)));
            }
        }
    }
}
