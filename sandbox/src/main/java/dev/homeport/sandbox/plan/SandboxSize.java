package dev.homeport.sandbox.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many of everything, and their names: clusters {@code c1}, instances {@code c1-1}, an agent
 * {@code a1} per cluster, routers {@code r1}.
 *
 * @param replicas per cluster
 */
public record SandboxSize(int clusters, int replicas, int routers) {
    static final SandboxSize DEFAULT = new SandboxSize(2, 1, 1);

    /**
     * What was asked for, else what was there, else the defaults.
     *
     * @throws SandboxException if clusters or replicas would become fewer: their data would be lost
     */
    static SandboxSize of(SandboxOptions options, Optional<SandboxSize> saved) {
        SandboxSize before = saved.orElse(DEFAULT);
        SandboxSize size =
                new SandboxSize(
                        options.clusters().orElse(before.clusters),
                        options.replicas().orElse(before.replicas),
                        options.routers().orElse(before.routers));
        if (saved.isPresent()) {
            requireNotFewer("clusters", before.clusters, options.clusters(), options);
            requireNotFewer("replicas", before.replicas, options.replicas(), options);
        }
        return size;
    }

    private static void requireNotFewer(
            String what, int before, OptionalInt asked, SandboxOptions options) {
        if (asked.orElse(before) < before) {
            throw new SandboxException(
                    "the sandbox in %s has %d %s, and a sandbox does not shrink: take --%s %d or more, or another --data"
                            .formatted(options.data(), before, what, what, before));
        }
    }

    public List<String> clusterIds() {
        return IntStream.rangeClosed(1, clusters).mapToObj(number -> "c" + number).toList();
    }

    public List<String> routerIds() {
        return IntStream.rangeClosed(1, routers).mapToObj(number -> "r" + number).toList();
    }

    /** The instances of a cluster; the first one is its first primary. */
    public List<String> instanceIds(String cluster) {
        return IntStream.rangeClosed(1, replicas + 1)
                .mapToObj(number -> cluster + "-" + number)
                .toList();
    }

    /** All instances of all clusters. */
    public Stream<String> allInstanceIds() {
        return clusterIds().stream().flatMap(cluster -> instanceIds(cluster).stream());
    }

    /** The agent of a cluster. */
    public String agentId(String cluster) {
        return "a" + numberOf(cluster);
    }

    /** 1 for {@code c1}. */
    public int numberOf(String cluster) {
        return Integer.parseInt(cluster.substring(1));
    }
}
