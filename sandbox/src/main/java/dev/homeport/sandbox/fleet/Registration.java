package dev.homeport.sandbox.fleet;

import dev.homeport.sandbox.plan.SandboxException;
import dev.homeport.sandbox.plan.SandboxPlan;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.TopologyException;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.zk.ZooKeeperConfig;
import dev.homeport.topology.zk.ZooKeeperFleet;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Writes the clusters and the placement policy to ZooKeeper, and reads who was the primary. Lives
 * while the sandbox starts.
 */
final class Registration implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String HOST = "127.0.0.1";

    private final SandboxPlan plan;
    private final ZooKeeperFleet fleet;

    private Registration(SandboxPlan plan, ZooKeeperFleet fleet) {
        this.plan = plan;
        this.fleet = fleet;
    }

    static Registration connect(SandboxPlan plan, ZooKeeperConfig config) {
        try {
            return new Registration(
                    plan, ZooKeeperFleet.open(config, Optional.empty(), Clock.systemUTC()));
        } catch (IOException e) {
            throw new SandboxException("cannot connect to ZooKeeper: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the clusters that are new or have moved, and the policy where there are new ones.
     *
     * @return the addresses that are registered now, for the plan
     */
    Map<String, String> register() {
        Map<String, String> addresses = new LinkedHashMap<>();
        for (String cluster : plan.size().clusterIds()) {
            ClusterDefinition definition = definition(cluster);
            addresses.put(cluster, addresses(definition));
            if (!addresses.get(cluster).equals(plan.registered().get(cluster))) {
                write(
                        "cluster " + cluster,
                        () -> fleet.writer().putCluster(definition, OptionalInt.empty()));
            }
        }
        if (!addresses.keySet().equals(plan.registered().keySet())) {
            write("the placement policy", () -> fleet.writer().putPolicy(policy()));
        }
        return addresses;
    }

    private ClusterDefinition definition(String cluster) {
        List<Instance> instances =
                plan.size().instanceIds(cluster).stream()
                        .map(id -> new Instance(new InstanceId(id), HOST, plan.instancePort(id)))
                        .toList();
        return new ClusterDefinition(
                new ClusterId(cluster),
                Family.MARIADB,
                instances,
                ClusterDefinition.DEFAULT_WEIGHT,
                Capacity.UNLIMITED,
                Map.of(),
                BackendLink.DEFAULT);
    }

    private static String addresses(ClusterDefinition definition) {
        return definition.instances().stream()
                .map(Instance::address)
                .collect(Collectors.joining(","));
    }

    /** All clusters but the last are preferred; the last one is where to fall back to. */
    private PlacementPolicy policy() {
        List<ClusterId> all = plan.size().clusterIds().stream().map(ClusterId::new).toList();
        int preferred = Math.max(1, all.size() - 1);
        return new PlacementPolicy(
                all.subList(0, preferred),
                all.subList(preferred, all.size()),
                PlacementPolicy.DEFAULT_PROVISION);
    }

    /** The instance that the last verdict names as the primary. */
    Optional<String> lastPrimary(String cluster) {
        return retry(
                        "the verdict on " + cluster,
                        () -> fleet.verdicts().read(new ClusterId(cluster)).value())
                .flatMap(Verdict::primary)
                .map(InstanceId::value);
    }

    private void write(String what, Call<?> call) {
        retry(
                what,
                () -> {
                    call.run();
                    return true;
                });
    }

    /** Until the connection stands, ZooKeeper is away. */
    private static <T> T retry(String what, Call<T> call) {
        StringBuilder last = new StringBuilder();
        return Wait.forAnswer(
                PATIENCE,
                () -> {
                    try {
                        return Optional.of(call.run());
                    } catch (TopologyException e) {
                        if (e.reason() != TopologyException.Reason.UNAVAILABLE) {
                            throw new SandboxException(what + ": " + e.getMessage(), e);
                        }
                        last.replace(0, last.length(), String.valueOf(e.getMessage()));
                        return Optional.empty();
                    }
                },
                () -> "ZooKeeper does not take " + what + ": " + last);
    }

    /** Something that ZooKeeper may refuse. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws TopologyException;
    }

    @Override
    public void close() {
        fleet.close();
    }
}
