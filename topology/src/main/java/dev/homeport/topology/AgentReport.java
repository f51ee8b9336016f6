package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one agent observes of its cluster, in its ephemeral znode. Only judged fields, so that it
 * changes when something happened and not with every probe.
 *
 * @param adminUrl base of the agent's own HTTP interface
 * @param since when this observation was first made
 */
public record AgentReport(
        AgentId agent,
        ClusterId cluster,
        String adminUrl,
        Instant since,
        List<InstanceStatus> instances) {
    public AgentReport {
        requireNonNull(agent, "agent");
        requireNonNull(cluster, "cluster");
        requireNonNull(adminUrl, "adminUrl");
        requireNonNull(since, "since");
        instances = List.copyOf(instances);
    }

    /** Whether an instance could be asked. */
    public enum Reachability {
        /** It answered. */
        ANSWERS,
        /** It does not answer, several probes in a row. */
        SILENT,
        /** It speaks MySQL, but does not let the agent in: a wrong probe password is no outage. */
        LOCKED_OUT
    }

    /**
     * One instance, as judged by one agent.
     *
     * @param writable answers and has {@code read_only} off
     * @param replication present if it is configured as a replica
     * @param galera present if it is a Galera node
     * @param server what answered last; kept while it is silent, empty if it never answered this
     *     agent
     * @param detail what is wrong, for people; without numbers that change from probe to probe
     */
    public record InstanceStatus(
            InstanceId instance,
            Reachability reachability,
            boolean writable,
            Optional<ReplicationStatus> replication,
            Optional<GaleraStatus> galera,
            Optional<Server> server,
            String detail) {
        public InstanceStatus {
            requireNonNull(instance, "instance");
            requireNonNull(reachability, "reachability");
            requireNonNull(replication, "replication");
            requireNonNull(galera, "galera");
            requireNonNull(server, "server");
            requireNonNull(detail, "detail");
        }
    }

    /**
     * A replica's state.
     *
     * @param source {@code host:port} of what it replicates from
     * @param lagging behind by more than the limit
     */
    public record ReplicationStatus(
            String source, boolean ioRunning, boolean sqlRunning, boolean lagging) {}

    /**
     * A Galera node's state.
     *
     * @param ready {@code wsrep_ready} is ON, {@code wsrep_cluster_status} is Primary and {@code
     *     wsrep_local_state} is 4
     */
    public record GaleraStatus(boolean ready) {}

    /**
     * The program that runs as an instance.
     *
     * @param version as it spells it
     */
    public record Server(String version, ServerCapabilities capabilities) {
        public Server {
            requireNonNull(version, "version");
            requireNonNull(capabilities, "capabilities");
        }
    }
}
