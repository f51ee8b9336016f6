package dev.homeport.testkit.fleet;

import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterIntent;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Intent;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds a cluster: {@code aCluster("c1").withPrimary("c1-1", 7401).cordoned().build()}. Healthy
 * from its first primary on, active until something else is said; without any instance it gets one
 * that nobody can reach. Mutable, for one thread.
 */
public final class Clusters {
    /** When everything that a builder makes began. */
    public static final Instant SINCE = Instant.parse("2026-01-31T12:00:00Z");

    private static final String HOST = "127.0.0.1";
    private static final int NOBODY_LISTENS = 1;

    private final ClusterId id;
    private final List<Instance> instances = new ArrayList<>();
    private Optional<InstanceId> primary = Optional.empty();
    private Health health = Health.UNKNOWN;
    private long epoch;
    private ClusterIntent intent = ClusterIntent.ACTIVE;
    private Family family = Family.MARIADB;
    private int weight = ClusterDefinition.DEFAULT_WEIGHT;
    private Capacity capacity = Capacity.UNLIMITED;
    private BackendLink link = BackendLink.DEFAULT;
    private Optional<ServerCapabilities> capabilities = Optional.empty();

    private Clusters(String id) {
        this.id = new ClusterId(id);
    }

    public static Clusters aCluster(String id) {
        return new Clusters(id);
    }

    /** Adds an instance that nobody can reach and makes it the primary. */
    public Clusters withPrimary(String instance) {
        return withPrimary(instance, NOBODY_LISTENS + instances.size());
    }

    /** Adds an instance and makes it the primary of a healthy cluster, one epoch on. */
    public Clusters withPrimary(String instance, int port) {
        return withPrimary(instance, HOST, port);
    }

    /** Likewise, on another address of this machine. */
    public Clusters withPrimary(String instance, String host, int port) {
        instances.add(new Instance(new InstanceId(instance), host, port));
        primary = Optional.of(new InstanceId(instance));
        health = Health.HEALTHY;
        epoch++;
        return this;
    }

    /** Adds an instance that nobody can reach. */
    public Clusters withReplica(String instance) {
        return withReplica(instance, NOBODY_LISTENS + instances.size());
    }

    public Clusters withReplica(String instance, int port) {
        instances.add(new Instance(new InstanceId(instance), HOST, port));
        return this;
    }

    /** No primary is elected any more. */
    public Clusters withoutPrimary() {
        primary = Optional.empty();
        return with(Health.NO_PRIMARY);
    }

    public Clusters with(Health newHealth) {
        health = newHealth;
        return this;
    }

    public Clusters withEpoch(long newEpoch) {
        epoch = newEpoch;
        return this;
    }

    public Clusters with(Family newFamily) {
        family = newFamily;
        return this;
    }

    public Clusters withWeight(int newWeight) {
        weight = newWeight;
        return this;
    }

    public Clusters withCapacity(long residents) {
        capacity = Capacity.ofResidents(residents);
        return this;
    }

    /** How routers connect to it. */
    public Clusters with(BackendLink newLink) {
        link = newLink;
        return this;
    }

    /** What its instances have in common; nothing is known of it until this is said. */
    public Clusters with(ServerCapabilities common) {
        capabilities = Optional.of(common);
        return this;
    }

    public Clusters cordoned() {
        return intent(Intent.CORDONED, "", Optional.empty());
    }

    public Clusters draining(Duration deadline) {
        return intent(Intent.DRAINING, "", Optional.of(deadline));
    }

    public Clusters offline(String reason) {
        return intent(Intent.OFFLINE, reason, Optional.empty());
    }

    public Clusters with(ClusterIntent newIntent) {
        intent = newIntent;
        return this;
    }

    private Clusters intent(Intent wanted, String reason, Optional<Duration> deadline) {
        return with(
                new ClusterIntent(
                        wanted,
                        reason,
                        "test",
                        Optional.of(SINCE),
                        Optional.empty(),
                        deadline,
                        Optional.empty()));
    }

    /** The definition alone. */
    public ClusterDefinition definition() {
        List<Instance> all =
                instances.isEmpty()
                        ? List.of(new Instance(new InstanceId(id + "-1"), HOST, NOBODY_LISTENS))
                        : instances;
        return new ClusterDefinition(id, family, all, weight, capacity, Map.of(), link);
    }

    public ClusterSnapshot build() {
        List<InstanceId> replicas =
                instances.stream()
                        .map(Instance::id)
                        .filter(one -> !primary.equals(Optional.of(one)))
                        .toList();
        Verdict verdict =
                new Verdict(
                        health,
                        primary,
                        replicas,
                        epoch,
                        "as built",
                        List.of(),
                        Optional.of(SINCE),
                        capabilities);
        return new ClusterSnapshot(definition(), intent, verdict);
    }
}
