package dev.homeport.topology.zk;

import dev.homeport.topology.TopologyException;
import dev.homeport.topology.TopologyException.Reason;
import dev.homeport.topology.zk.BlockingCalls.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;

/**
 * Records that stand side by side below one parent, of which only so many are kept.
 *
 * @param standing how many znodes there are, also those that cannot be read
 * @param good those that can, sorted by path
 */
record Siblings<T>(String parent, int standing, List<Sibling<T>> good) {
    /** What one transaction deletes at most. */
    private static final int MOST_AT_ONCE = 50;

    /** One record. */
    record Sibling<T>(String path, int version, T value) {}

    /**
     * Reads all of them.
     *
     * @param codec of the znode of that name; empty where it is no such name
     */
    static <T> Siblings<T> read(
            Call call, String parent, Function<String, Optional<Codec<T>>> codec)
            throws KeeperException, TopologyException {
        List<String> names = call.await(AsyncCalls.children(call.zk(), parent)).names();
        Map<String, CompletableFuture<Znode>> reads = new LinkedHashMap<>();
        names.stream()
                .sorted()
                .forEach(name -> reads.put(name, AsyncCalls.znode(call.zk(), parent + "/" + name)));
        List<Sibling<T>> good = new ArrayList<>();
        for (var read : reads.entrySet()) {
            Znode znode = call.await(read.getValue());
            codec.apply(read.getKey())
                    .flatMap(one -> StandingClusters.good(znode, one))
                    .ifPresent(
                            value ->
                                    good.add(
                                            new Sibling<>(
                                                    parent + "/" + read.getKey(),
                                                    znode.version(),
                                                    value)));
        }
        return new Siblings<>(parent, names.size(), List.copyOf(good));
    }

    /** A codec for names that are ids. */
    static <I, T> Function<String, Optional<Codec<T>>> named(
            Function<String, I> id, Function<I, Codec<T>> codec) {
        return name -> {
            try {
                return Optional.of(codec.apply(id.apply(name)));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        };
    }

    /**
     * Deletes so many that one more has room.
     *
     * @param mayGo which may be deleted at all
     * @param first which go first; among equals those that come first by path
     * @throws TopologyException {@code CONFLICT} if there is no room
     */
    List<Op> roomForOne(int most, Predicate<T> mayGo, Comparator<T> first)
            throws TopologyException {
        int tooMany = standing + 1 - most;
        if (tooMany <= 0) {
            return List.of();
        }
        List<Sibling<T>> victims =
                good.stream()
                        .filter(one -> mayGo.test(one.value()))
                        .sorted(Comparator.comparing(Sibling::value, first))
                        .limit(Math.min(tooMany, MOST_AT_ONCE))
                        .toList();
        if (victims.size() < Math.min(tooMany, MOST_AT_ONCE)) {
            throw new TopologyException(
                    Reason.CONFLICT,
                    "there are %d %s already, which is as many as are kept"
                            .formatted(standing, ZnodePaths.shown(parent)));
        }
        return victims.stream().map(one -> Op.delete(one.path(), one.version())).toList();
    }
}
