package dev.homeport.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.ServerCapabilities;
import java.time.Duration;
import java.util.Optional;

/**
 * What an instance said of itself, before any judgement.
 *
 * @param version as the server spells it
 * @param capabilities of the greeting that this connection began with
 * @param readOnly {@code read_only} is on, in whichever of its degrees
 * @param gtidPosition {@code gtid_binlog_pos} and what was replicated (MariaDB), {@code
 *     gtid_executed} (MySQL)
 * @param replication present if it is configured as a replica
 * @param galera present if it is a Galera node
 */
public record InstanceFacts(
        String version,
        ServerCapabilities capabilities,
        long serverId,
        boolean readOnly,
        String gtidPosition,
        Optional<Replication> replication,
        Optional<Galera> galera) {
    public InstanceFacts {
        requireNonNull(version, "version");
        requireNonNull(capabilities, "capabilities");
        requireNonNull(gtidPosition, "gtidPosition");
        requireNonNull(replication, "replication");
        requireNonNull(galera, "galera");
    }

    /**
     * A replica's threads; where it has several sources, the worst of each.
     *
     * @param source {@code host:port} of what it replicates from, joined by commas
     * @param lag empty while the server does not know it
     * @param ioError number of the last error of the IO thread, 0 without one. Texts are left
     *     alone: they quote SQL, and they change from attempt to attempt
     * @param sqlError likewise, of the SQL thread
     */
    public record Replication(
            String source,
            boolean ioRunning,
            boolean sqlRunning,
            Optional<Duration> lag,
            int ioError,
            int sqlError) {
        public Replication {
            requireNonNull(source, "source");
            requireNonNull(lag, "lag");
        }
    }

    /**
     * A node's place in its Galera group.
     *
     * @param ready {@code wsrep_ready} is ON
     * @param componentStatus {@code wsrep_cluster_status}
     * @param localState {@code wsrep_local_state}; 4 is Synced
     */
    public record Galera(boolean ready, String componentStatus, int localState) {
        private static final int SYNCED = 4;

        public Galera {
            requireNonNull(componentStatus, "componentStatus");
        }

        /** Whether it may take writes. */
        public boolean isUsable() {
            return ready && componentStatus.equals("Primary") && localState == SYNCED;
        }
    }
}
