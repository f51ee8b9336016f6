package dev.homeport.agent.probe;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.AgentReport.GaleraStatus;
import dev.homeport.topology.AgentReport.InstanceStatus;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.ReplicationStatus;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.Family;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns the results of probes into a status. Pure: the same history and result give the same.
 *
 * <p>Bad news must come several times in a row before it counts, so that a short flap changes
 * nothing; good news counts at once. An instance is silent when it did not say a word that often,
 * and locked out when it failed that often and spoke in between. Lag has two limits: above the
 * configured one a replica is lagging, until it is below half of that.
 */
public final class ProbeJudge {
    private final int failures;
    private final Duration lagLimit;

    /**
     * @param failures how often in a row bad news must come
     * @param lagLimit above which a replica is lagging
     */
    public ProbeJudge(int failures, Duration lagLimit) {
        this.failures = failures;
        this.lagLimit = requireNonNull(lagLimit, "lagLimit");
    }

    /**
     * The history with one more result.
     *
     * @param family that the cluster's definition names
     */
    ProbeHistory judge(
            InstanceId instance, Family family, ProbeHistory before, ProbeResult result) {
        return switch (result) {
            case ProbeResult.Answered answered ->
                    answered(instance, family, before, answered.facts());
            case ProbeResult.Silent silent ->
                    failed(instance, before, before.silences() + 1, silent.cause());
            case ProbeResult.LockedOut lockedOut -> failed(instance, before, 0, lockedOut.cause());
        };
    }

    private ProbeHistory failed(
            InstanceId instance, ProbeHistory before, int silences, String cause) {
        int failed = before.failures() + 1;
        Optional<InstanceStatus> judged = before.judged();
        if (failed >= failures) {
            Reachability reachability =
                    silences >= failures ? Reachability.SILENT : Reachability.LOCKED_OUT;
            judged =
                    Optional.of(
                            new InstanceStatus(
                                    instance,
                                    reachability,
                                    false,
                                    Optional.empty(),
                                    Optional.empty(),
                                    judged.flatMap(InstanceStatus::server),
                                    cause));
        }
        return new ProbeHistory(failed, silences, 0, 0, judged);
    }

    private ProbeHistory answered(
            InstanceId instance, Family family, ProbeHistory before, InstanceFacts facts) {
        int ioStops =
                facts.replication().filter(r -> !r.ioRunning()).isPresent()
                        ? before.ioStops() + 1
                        : 0;
        int sqlStops =
                facts.replication().filter(r -> !r.sqlRunning()).isPresent()
                        ? before.sqlStops() + 1
                        : 0;
        Optional<ReplicationStatus> replication =
                facts.replication().map(now -> replication(now, before, ioStops, sqlStops));
        Optional<GaleraStatus> galera =
                facts.galera().map(node -> new GaleraStatus(node.isUsable()));
        var status =
                new InstanceStatus(
                        instance,
                        Reachability.ANSWERS,
                        !facts.readOnly(),
                        replication,
                        galera,
                        Optional.of(new Server(facts.version(), facts.capabilities())),
                        detail(family, facts, replication));
        return new ProbeHistory(0, 0, ioStops, sqlStops, Optional.of(status));
    }

    private ReplicationStatus replication(
            InstanceFacts.Replication now, ProbeHistory before, int ioStops, int sqlStops) {
        Optional<ReplicationStatus> last = before.judged().flatMap(InstanceStatus::replication);
        return new ReplicationStatus(
                now.source(),
                isRunning(ioStops, last.map(ReplicationStatus::ioRunning)),
                isRunning(sqlStops, last.map(ReplicationStatus::sqlRunning)),
                isLagging(now.lag(), last.map(ReplicationStatus::lagging).orElse(false)));
    }

    /** A thread that was never seen running has not flapped: what it says counts at once. */
    private boolean isRunning(int stops, Optional<Boolean> ranBefore) {
        return stops == 0 || (ranBefore.orElse(false) && stops < failures);
    }

    private boolean isLagging(Optional<Duration> lag, boolean laggedBefore) {
        if (lag.isEmpty()) {
            return laggedBefore;
        }
        Duration limit = laggedBefore ? lagLimit.dividedBy(2) : lagLimit;
        return lag.get().compareTo(limit) > 0;
    }

    private static String detail(
            Family family, InstanceFacts facts, Optional<ReplicationStatus> judged) {
        List<String> parts = new ArrayList<>();
        Family own = facts.capabilities().family();
        if (own != family) {
            parts.add(
                    "of family %s, its cluster of family %s"
                            .formatted(Words.of(own), Words.of(family)));
        }
        if (judged.isPresent() && facts.replication().isPresent()) {
            ReplicationStatus status = judged.get();
            InstanceFacts.Replication now = facts.replication().get();
            if (!status.ioRunning()) {
                parts.add("replication IO thread stopped" + error(now.ioError()));
            }
            if (!status.sqlRunning()) {
                parts.add("replication SQL thread stopped" + error(now.sqlError()));
            }
            if (status.lagging()) {
                parts.add("replication lags");
            }
        }
        facts.galera()
                .filter(node -> !node.isUsable())
                .ifPresent(node -> parts.add("Galera node not ready"));
        return String.join(", ", parts);
    }

    private static String error(int number) {
        return number == 0 ? "" : " (error " + number + ")";
    }
}
