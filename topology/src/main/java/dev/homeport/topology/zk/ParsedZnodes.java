package dev.homeport.topology.zk;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Records that were read before, by their paths: while its bytes are the same, none is parsed
 * again. For one thread at a time.
 */
final class ParsedZnodes {
    private static final int MOST = 10_000;

    private final Map<String, Parsed<?>> known = new HashMap<>();

    private record Parsed<T>(Znode znode, Optional<T> value) {}

    /** The record, if it is a good one. A path always has the same codec. */
    @SuppressWarnings("unchecked")
    <T> Optional<T> good(String path, Znode znode, Codec<T> codec) {
        Optional<byte[]> bytes = znode.bytes();
        Parsed<?> before = known.get(path);
        if (before != null && bytes.isPresent() && before.znode.hasContent(bytes.get())) {
            return (Optional<T>) before.value;
        }
        Optional<T> value = StandingClusters.good(znode, codec);
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(path, new Parsed<>(znode, value));
        return value;
    }
}
