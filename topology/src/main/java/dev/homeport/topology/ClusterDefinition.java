package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a cluster is, as its operators wrote it.
 *
 * @param instances at least one; ids and addresses are unique
 * @param weight share of new projects among equals, 1 to 1000
 * @param capacity how much is placed here by choice
 * @param labels free texts, for the placement policy, people and dashboards
 * @param link how routers connect to the instances
 * @param onDataLoss what is limited when its agents see that data are lost
 */
public record ClusterDefinition(
        ClusterId id,
        Family family,
        List<Instance> instances,
        int weight,
        Capacity capacity,
        Map<String, String> labels,
        BackendLink link,
        IncidentLimit onDataLoss) {
    public static final int DEFAULT_WEIGHT = 100;
    public static final IncidentLimit DEFAULT_ON_DATA_LOSS = IncidentLimit.CONTAIN;

    /** A definition with {@link #DEFAULT_ON_DATA_LOSS}. */
    public ClusterDefinition(
            ClusterId id,
            Family family,
            List<Instance> instances,
            int weight,
            Capacity capacity,
            Map<String, String> labels,
            BackendLink link) {
        this(id, family, instances, weight, capacity, labels, link, DEFAULT_ON_DATA_LOSS);
    }

    /**
     * @throws IllegalArgumentException if there is no instance, one stands there twice, or a number
     *     is out of range
     */
    public ClusterDefinition {
        requireNonNull(id, "id");
        requireNonNull(family, "family");
        requireNonNull(capacity, "capacity");
        requireNonNull(link, "link");
        requireNonNull(onDataLoss, "onDataLoss");
        instances = List.copyOf(instances);
        labels = Map.copyOf(new TreeMap<>(labels));
        if (instances.isEmpty()) {
            throw new IllegalArgumentException("instances of cluster " + id + " are empty");
        }
        if (weight < 1 || weight > 1000) {
            throw new IllegalArgumentException(
                    "weight of cluster " + id + " must be 1 to 1000, was " + weight);
        }
        if (family == Family.MARIADB && link.compression() == Compression.ZSTD) {
            throw new IllegalArgumentException(
                    "compression of cluster " + id + " must be off or zlib: MariaDB has no zstd");
        }
        Set<Object> seen = new HashSet<>();
        for (Instance instance : instances) {
            boolean isNew = seen.add(instance.id());
            if (!seen.add(instance.address()) || !isNew) {
                throw new IllegalArgumentException(
                        "instance " + instance.id() + " of cluster " + id + " stands there twice");
            }
        }
    }

    /** The instance of that name, if the cluster has it. */
    public Optional<Instance> instance(InstanceId wanted) {
        return instances.stream().filter(one -> one.id().equals(wanted)).findFirst();
    }
}
