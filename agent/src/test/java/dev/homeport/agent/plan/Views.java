package dev.homeport.agent.plan;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Builders of what agents report about cluster {@code c1}. */
final class Views {
    static final InstanceId DB1 = new InstanceId("db1");
    static final InstanceId DB2 = new InstanceId("db2");
    static final InstanceId DB3 = new InstanceId("db3");

    private static final ClusterId C1 = new ClusterId("c1");

    private Views() {}

    /** What can be seen of an instance. */
    enum Seen {
        PRIMARY,
        READ_ONLY,
        REPLICA,
        REPLICA_LAGS,
        REPLICA_IO_STOPPED,
        REPLICA_SQL_STOPPED,
        REPLICA_WRITABLE,
        GALERA,
        GALERA_NOT_READY,
        SILENT,
        LOCKED_OUT,
        /** Not in the report. */
        NOTHING
    }

    /** A cluster with instances db1 to dbN. */
    static ClusterDefinition cluster(int size) {
        return new ClusterDefinition(
                C1,
                Family.MARIADB,
                IntStream.rangeClosed(1, size)
                        .mapToObj(
                                i -> new Instance(new InstanceId("db" + i), "127.0.0.1", 3300 + i))
                        .toList(),
                ClusterDefinition.DEFAULT_WEIGHT,
                OptionalLong.empty(),
                Map.of());
    }

    /** One agent, which sees db1, db2 and so on like this. */
    static Map<AgentId, AgentReport> seen(Seen... instances) {
        return reports(List.of(List.of(instances)));
    }

    /** Agents a1, a2 and so on, each with its own view. */
    static Map<AgentId, AgentReport> reports(List<List<Seen>> views) {
        Map<AgentId, AgentReport> reports = new TreeMap<>();
        for (List<Seen> view : views) {
            AgentId agent = new AgentId("a" + (reports.size() + 1));
            List<InstanceStatus> statuses =
                    IntStream.range(0, view.size())
                            .boxed()
                            .flatMap(i -> status(new InstanceId("db" + (i + 1)), view.get(i)))
                            .toList();
            reports.put(agent, new AgentReport(agent, C1, "", Instant.EPOCH, statuses));
        }
        return reports;
    }

    private static Stream<InstanceStatus> status(InstanceId id, Seen seen) {
        return switch (seen) {
            case PRIMARY -> answers(id, true, Optional.empty(), Optional.empty());
            case READ_ONLY -> answers(id, false, Optional.empty(), Optional.empty());
            case REPLICA -> replica(id, false, true, true, false);
            case REPLICA_LAGS -> replica(id, false, true, true, true);
            case REPLICA_IO_STOPPED -> replica(id, false, false, true, false);
            case REPLICA_SQL_STOPPED -> replica(id, false, true, false, false);
            case REPLICA_WRITABLE -> replica(id, true, true, true, false);
            case GALERA -> answers(id, true, Optional.empty(), Optional.of(new GaleraStatus(true)));
            case GALERA_NOT_READY ->
                    answers(id, true, Optional.empty(), Optional.of(new GaleraStatus(false)));
            case SILENT -> Stream.of(without(id, Reachability.SILENT));
            case LOCKED_OUT -> Stream.of(without(id, Reachability.LOCKED_OUT));
            case NOTHING -> Stream.of();
        };
    }

    private static Stream<InstanceStatus> replica(
            InstanceId id, boolean writable, boolean io, boolean sql, boolean lags) {
        return answers(
                id,
                writable,
                Optional.of(new ReplicationStatus("127.0.0.1:3301", io, sql, lags)),
                Optional.empty());
    }

    private static Stream<InstanceStatus> answers(
            InstanceId id,
            boolean writable,
            Optional<ReplicationStatus> replication,
            Optional<GaleraStatus> galera) {
        return Stream.of(
                new InstanceStatus(id, Reachability.ANSWERS, writable, replication, galera, ""));
    }

    private static InstanceStatus without(InstanceId id, Reachability reachability) {
        return new InstanceStatus(
                id, reachability, false, Optional.empty(), Optional.empty(), "some cause");
    }
}
