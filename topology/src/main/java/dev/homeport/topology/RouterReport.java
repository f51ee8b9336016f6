package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a router says of itself in its ephemeral znode.
 *
 * @param mysqlAddress where applications connect, {@code host:port}
 * @param adminUrl base of its REST interface
 * @param version of the software
 * @param started when the process started
 * @param numbers what the ids of its client connections begin with: the one of new connections
 *     first, then those it had before in this life; empty where a router has none
 * @param appliedZxid the newest ZooKeeper transaction that routing on this router rests on
 * @param rejected edits it did not take over: the first {@link #MOST_REJECTED}
 * @param sessions counts per cluster
 * @param isStopping whether it has begun to stop: a report that goes after saying so is not missed
 */
public record RouterReport(
        RouterId id,
        String mysqlAddress,
        String adminUrl,
        String version,
        Instant started,
        List<RouterNumber> numbers,
        long appliedZxid,
        List<RejectedEdit> rejected,
        Map<ClusterId, SessionCounts> sessions,
        boolean isStopping) {
    /** So many rejected edits are told at most. */
    public static final int MOST_REJECTED = 20;

    public RouterReport {
        requireNonNull(id, "id");
        requireNonNull(mysqlAddress, "mysqlAddress");
        requireNonNull(adminUrl, "adminUrl");
        requireNonNull(version, "version");
        requireNonNull(started, "started");
        numbers = List.copyOf(numbers);
        rejected = List.copyOf(rejected);
        sessions = Collections.unmodifiableMap(new TreeMap<>(sessions));
    }

    /** One of a router that goes on. */
    public RouterReport(
            RouterId id,
            String mysqlAddress,
            String adminUrl,
            String version,
            Instant started,
            List<RouterNumber> numbers,
            long appliedZxid,
            List<RejectedEdit> rejected,
            Map<ClusterId, SessionCounts> sessions) {
        this(
                id,
                mysqlAddress,
                adminUrl,
                version,
                started,
                numbers,
                appliedZxid,
                rejected,
                sessions,
                false);
    }

    /** Whether it may reject more than it tells: how many, no report says. */
    public boolean mayRejectMore() {
        return rejected.size() >= MOST_REJECTED;
    }

    /**
     * Client connections to one cluster.
     *
     * @param open all of them
     * @param inTransaction of these, how many are in a transaction
     */
    public record SessionCounts(int open, int inTransaction) {}
}
