package dev.homeport.agent.plan;

import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.Family;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Verdict;
import dev.homeport.topology.Words;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The verdict over a cluster. Pure: the same arguments give the same verdict.
 *
 * <p>The rules, the first that fits:
 *
 * <ol>
 *   <li>No instance answers any agent: {@code unreachable} if all are silent, else {@code unknown}
 *       (locked out, or not judged yet).
 *   <li>Exactly one instance is fit as primary: it is the primary; {@code healthy}, or {@code
 *       degraded} where something else is wrong, also where a server is of another family than the
 *       cluster. If the primary until now is another one that no agent can see, it may still take
 *       writes: {@code unknown}.
 *   <li>Several are fit: {@code no-primary}; in a Galera group one of them, and the same one as
 *       long as it is fit.
 *   <li>None is fit: {@code no-primary}; {@code unknown} if one that no agent can see may be it.
 * </ol>
 *
 * <p>In {@code unknown} and {@code unreachable} the primary stays what it was: no agent's word
 * takes sessions away from a primary that answers them. The epoch grows by one with each new
 * primary, also with the same one again after there was none.
 *
 * <p>The capabilities are those that all instances have, whether they answer or not, as far as any
 * agent knows them; what was common before stands while none is known.
 */
public final class VerdictPlanner {
    private VerdictPlanner() {}

    /** A health with its primary and reason, before it is compared with what was. */
    private record Finding(
            Health health, Optional<InstanceId> primary, List<InstanceId> replicas, String reason) {
        /** The same with that wrong too, which is worth telling where all else is in order. */
        Finding with(List<String> problems) {
            boolean hasOthers = health == Health.DEGRADED;
            if (problems.isEmpty() || !(hasOthers || health == Health.HEALTHY)) {
                return this;
            }
            return new Finding(
                    Health.DEGRADED,
                    primary,
                    replicas,
                    String.join("; ", problems) + (hasOthers ? "; " + reason : ""));
        }
    }

    /**
     * Plans the verdict that should stand.
     *
     * @param reports of the agents that are registered
     * @param previous the verdict in force, {@link Verdict#NONE} without one
     * @param epochFloor the highest epoch known from elsewhere, 0 without one: the epoch of a new
     *     primary is above it
     * @return equal to {@code previous} if nothing is new
     */
    public static Verdict plan(
            ClusterDefinition cluster,
            Map<AgentId, AgentReport> reports,
            Verdict previous,
            long epochFloor,
            Instant now) {
        return plan(cluster, reports, previous, epochFloor, List.of(), now);
    }

    /**
     * Plans the verdict that should stand.
     *
     * @param alsoWrong what is wrong besides what the reports have, for people: it degrades a
     *     cluster that is healthy otherwise
     */
    public static Verdict plan(
            ClusterDefinition cluster,
            Map<AgentId, AgentReport> reports,
            Verdict previous,
            long epochFloor,
            List<String> alsoWrong,
            Instant now) {
        List<InstanceView> views =
                cluster.instances().stream()
                        .map(instance -> InstanceView.of(instance.id(), reports))
                        .toList();
        Optional<InstanceId> before =
                previous.primary().filter(id -> cluster.instance(id).isPresent());
        Finding finding =
                find(views, before, replicasOf(previous, cluster))
                        .with(strangers(views, cluster.family()))
                        .with(alsoWrong);
        boolean isNewPrimary =
                finding.primary.isPresent() && !finding.primary.equals(previous.primary());
        boolean isSame =
                finding.health == previous.health() && finding.primary.equals(previous.primary());
        return new Verdict(
                finding.health,
                finding.primary,
                finding.replicas,
                isNewPrimary ? Math.max(previous.epoch(), epochFloor) + 1 : previous.epoch(),
                finding.reason,
                Evidence.of(views),
                isSame && previous.since().isPresent() ? previous.since() : Optional.of(now),
                common(views).or(previous::capabilities));
    }

    /** Routers reach the cluster from ports of its family only, whatever answers there. */
    private static List<String> strangers(List<InstanceView> views, Family family) {
        return views.stream()
                .flatMap(
                        view ->
                                view.family().stream()
                                        .filter(own -> own != family)
                                        .map(own -> stranger(view, own, family)))
                .toList();
    }

    private static String stranger(InstanceView view, Family own, Family family) {
        return "%s is of family %s, the cluster of family %s"
                .formatted(view.instance(), Words.of(own), Words.of(family));
    }

    /** Any of them may become the primary, and sessions live longer than that takes. */
    private static Optional<ServerCapabilities> common(List<InstanceView> views) {
        return ServerCapabilities.common(
                views.stream().flatMap(view -> view.capabilities().stream()));
    }

    private static List<InstanceId> replicasOf(Verdict previous, ClusterDefinition cluster) {
        return previous.replicas().stream().filter(id -> cluster.instance(id).isPresent()).toList();
    }

    private static Finding find(
            List<InstanceView> views, Optional<InstanceId> before, List<InstanceId> replicas) {
        if (views.stream().noneMatch(InstanceView::isAnswering)) {
            return views.stream().allMatch(InstanceView::isSilent)
                    ? new Finding(
                            Health.UNREACHABLE, before, replicas, "no instance answers any agent")
                    : new Finding(Health.UNKNOWN, before, replicas, "no agent can see an instance");
        }
        Optional<InstanceView> unseen = unseenRival(views, before);
        if (unseen.isPresent()) {
            return new Finding(
                    Health.UNKNOWN,
                    before,
                    replicas,
                    unseen.get().instance() + " may be the primary, and no agent can see it");
        }
        return choose(views, before);
    }

    /** The one that would be the primary, as far as anybody knows, and that nobody can see. */
    private static Optional<InstanceView> unseenRival(
            List<InstanceView> views, Optional<InstanceId> before) {
        boolean isAnyFit = views.stream().anyMatch(InstanceView::isFitAsPrimary);
        return views.stream()
                .filter(InstanceView::isUnseen)
                .filter(view -> isBefore(view, before) || !isAnyFit)
                .findFirst();
    }

    private static boolean isBefore(InstanceView view, Optional<InstanceId> before) {
        return before.equals(Optional.of(view.instance()));
    }

    private static Finding choose(List<InstanceView> views, Optional<InstanceId> before) {
        List<InstanceView> fit = views.stream().filter(InstanceView::isFitAsPrimary).toList();
        if (fit.isEmpty()) {
            return noPrimary(views, "no instance that answers is writable without replicating");
        }
        if (fit.size() > 1 && !fit.stream().allMatch(InstanceView::isGalera)) {
            return noPrimary(
                    views,
                    "%s are writable without replicating: only one may be".formatted(names(fit)));
        }
        return withPrimary(
                views,
                fit.stream()
                        .filter(view -> isBefore(view, before))
                        .findFirst()
                        .orElse(fit.getFirst()));
    }

    private static Finding noPrimary(List<InstanceView> views, String reason) {
        List<InstanceId> replicas =
                views.stream().filter(InstanceView::isReplica).map(InstanceView::instance).toList();
        return new Finding(Health.NO_PRIMARY, Optional.empty(), replicas, reason);
    }

    private static Finding withPrimary(List<InstanceView> views, InstanceView primary) {
        List<InstanceView> others = views.stream().filter(view -> !view.equals(primary)).toList();
        String problems =
                others.stream()
                        .flatMap(view -> view.problemAsReplica().stream())
                        .collect(Collectors.joining("; "));
        List<InstanceId> replicas =
                others.stream()
                        .filter(InstanceView::isReplica)
                        .map(InstanceView::instance)
                        .toList();
        return problems.isEmpty()
                ? new Finding(
                        Health.HEALTHY,
                        Optional.of(primary.instance()),
                        replicas,
                        primary.instance() + " is the primary, and all else is well")
                : new Finding(Health.DEGRADED, Optional.of(primary.instance()), replicas, problems);
    }

    private static String names(List<InstanceView> views) {
        return views.stream()
                .map(view -> view.instance().value())
                .collect(Collectors.joining(" and "));
    }
}
