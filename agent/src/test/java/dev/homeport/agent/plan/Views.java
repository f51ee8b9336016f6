package dev.homeport.agent.plan;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.BackendLink;
import dev.homeport.topology.Capacity;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Family;
import dev.homeport.topology.Instance;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What one agent sees of an instance, and what it knows of its server. */
    record Sight(Seen seen, Optional<ServerCapabilities> capabilities) {
        static Sight of(Seen seen, long capabilities) {
            return new Sight(seen, Optional.of(new ServerCapabilities(capabilities)));
        }

        static Sight of(Seen seen) {
            return new Sight(seen, Optional.empty());
        }
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
                Capacity.UNLIMITED,
                Map.of(),
                BackendLink.DEFAULT);
    }

    /** One agent, which sees db1, db2 and so on like this. */
    static Map<AgentId, AgentReport> seen(Seen... instances) {
        return reports(List.of(List.of(instances)));
    }

    /** Agents a1, a2 and so on, each with its own view. */
    static Map<AgentId, AgentReport> reports(List<List<Seen>> views) {
        return sights(views.stream().map(view -> view.stream().map(Sight::of).toList()).toList());
    }

    /** One agent, with what it knows of the servers. */
    static Map<AgentId, AgentReport> sights(Sight... instances) {
        return sights(List.of(List.of(instances)));
    }

    /** Agents a1, a2 and so on, with what each knows of the servers. */
    static Map<AgentId, AgentReport> sights(List<List<Sight>> views) {
        Map<AgentId, AgentReport> reports = new TreeMap<>();
        for (List<Sight> view : views) {
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

    /** The same, as agents would report it that know nothing of the servers. */
    static Map<AgentId, AgentReport> forgetful(Map<AgentId, AgentReport> reports) {
        Map<AgentId, AgentReport> forgetful = new TreeMap<>();
        reports.forEach(
                (agent, report) ->
                        forgetful.put(
                                agent,
                                new AgentReport(
                                        agent,
                                        C1,
                                        "",
                                        Instant.EPOCH,
                                        report.instances().stream()
                                                .map(one -> with(Optional.empty(), one))
                                                .toList())));
        return forgetful;
    }

    private static Stream<InstanceStatus> status(InstanceId id, Sight sight) {
        Optional<Server> server =
                sight.capabilities.map(capabilities -> new Server("10.11", capabilities));
        return status(id, sight.seen).map(status -> with(server, status));
    }

    private static InstanceStatus with(Optional<Server> server, InstanceStatus status) {
        return new InstanceStatus(
                status.instance(),
                status.reachability(),
                status.writable(),
                status.replication(),
                status.galera(),
                server,
                status.detail());
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
                new InstanceStatus(
                        id,
                        Reachability.ANSWERS,
                        writable,
                        replication,
                        galera,
                        Optional.empty(),
                        ""));
    }

    private static InstanceStatus without(InstanceId id, Reachability reachability) {
        return new InstanceStatus(
                id,
                reachability,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "some cause");
    }
}
