package dev.homeport.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.agent.plan.Views.Seen;
import dev.homeport.agent.plan.Views.Sight;
import dev.homeport.topology.AgentId;
import dev.homeport.topology.AgentReport;
import dev.homeport.topology.AgentReport.Reachability;
import dev.homeport.topology.AgentReport.Server;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.Health;
import dev.homeport.topology.InstanceId;
import dev.homeport.topology.ServerCapabilities;
import dev.homeport.topology.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds through every history of a cluster, whatever the agents see. */
final class VerdictPlannerPropertiesTest {
    private static final int INSTANCES = 3;
    private static final ClusterDefinition CLUSTER = Views.cluster(INSTANCES);
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    /** One moment: what each agent sees of each instance. */
    @Provide
    Arbitrary<List<List<List<Seen>>>> histories() {
        Arbitrary<List<Seen>> view =
                Arbitraries.of(Seen.class).list().ofMinSize(1).ofMaxSize(INSTANCES + 1);
        return view.list().ofMaxSize(3).list().ofMinSize(1).ofMaxSize(6);
    }

    @Property
    void primaryAndReplicasAreDefinedAndDistinct(
            @ForAll("histories") List<List<List<Seen>>> history) {
        for (Verdict verdict : verdicts(history)) {
            assertThat(verdict.primary().map(id -> CLUSTER.instance(id).isPresent()).orElse(true))
                    .isTrue();
            assertThat(verdict.replicas()).allMatch(id -> CLUSTER.instance(id).isPresent());
            assertThat(verdict.replicas()).doesNotHaveDuplicates();
            verdict.primary()
                    .ifPresent(primary -> assertThat(verdict.replicas()).doesNotContain(primary));
        }
    }

    @Property
    void theEpochNeverFallsAndRisesWithEachNewPrimary(
            @ForAll("histories") List<List<List<Seen>>> history) {
        Verdict previous = Verdict.NONE;
        for (Verdict verdict : verdicts(history)) {
            boolean isNewPrimary =
                    verdict.primary().isPresent() && !verdict.primary().equals(previous.primary());
            assertThat(verdict.epoch()).isEqualTo(previous.epoch() + (isNewPrimary ? 1 : 0));
            previous = verdict;
        }
    }

    @Property
    void twoWritableInstancesThatDoNotReplicateAreNeverServed(
            @ForAll("histories") List<List<List<Seen>>> history) {
        List<Verdict> verdicts = verdicts(history);
        IntStream.range(0, history.size())
                .filter(i -> loners(history.get(i)) > 1)
                .forEach(
                        i ->
                                assertThat(verdicts.get(i).health())
                                        .isIn(Health.NO_PRIMARY, Health.UNKNOWN));
    }

    @Property
    void aPrimaryIsOnlyTakenFromTheClusterWhileOthersAnswer(
            @ForAll("histories") List<List<List<Seen>>> history) {
        Verdict previous = Verdict.NONE;
        for (Verdict verdict : verdicts(history)) {
            if (verdict.health() == Health.UNREACHABLE || verdict.health() == Health.UNKNOWN) {
                assertThat(verdict.primary()).isEqualTo(previous.primary());
            }
            assertThat(verdict.primary().isEmpty())
                    .isEqualTo(
                            verdict.health() == Health.NO_PRIMARY
                                    || (previous.primary().isEmpty()
                                            && !isServing(verdict.health())));
            previous = verdict;
        }
    }

    @Property
    void lookingAgainAtTheSameReportsChangesNothing(
            @ForAll("histories") List<List<List<Seen>>> history) {
        Verdict previous = Verdict.NONE;
        for (List<List<Seen>> moment : history) {
            Map<AgentId, AgentReport> reports = Views.reports(moment);
            Verdict first = VerdictPlanner.plan(CLUSTER, reports, previous, 0, START);
            Verdict again = VerdictPlanner.plan(CLUSTER, reports, first, 0, START.plusSeconds(9));
            assertThat(again.health()).isEqualTo(first.health());
            assertThat(again.primary()).isEqualTo(first.primary());
            assertThat(again).isEqualTo(first);
            previous = first;
        }
    }

    /** One moment after another: what each agent sees of each instance, and knows of its server. */
    @Provide
    Arbitrary<List<Map<AgentId, AgentReport>>> reportHistories() {
        Arbitrary<Sight> sight =
                Combinators.combine(
                                Arbitraries.of(Seen.class),
                                Arbitraries.longs().map(ServerCapabilities::new).optional(0.6))
                        .as(Sight::new);
        return sight.list()
                .ofSize(INSTANCES)
                .list()
                .ofMaxSize(2)
                .map(Views::sights)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Property
    void offersNothingThatAnInstanceIsKnownToLack(
            @ForAll("reportHistories") List<Map<AgentId, AgentReport>> history) {
        Verdict previous = Verdict.NONE;
        for (Map<AgentId, AgentReport> reports : history) {
            Verdict verdict = VerdictPlanner.plan(CLUSTER, reports, previous, 0, START);
            List<ServerCapabilities> heard = known(reports, true);
            List<ServerCapabilities> all = known(reports, false);
            ServerCapabilities common = verdict.capabilities().orElse(new ServerCapabilities(0));
            assertThat(heard).allMatch(server -> server.has(common.bits()));
            assertThat(common.has(ServerCapabilities.common(all.stream()).orElse(common).bits()))
                    .isTrue();
            if (all.isEmpty()) {
                assertThat(verdict.capabilities()).isEqualTo(previous.capabilities());
            } else {
                assertThat(verdict.capabilities()).isPresent();
            }
            previous = verdict;
        }
    }

    @Property
    void offersNothingThatAnInstanceWasKnownToLackWhenItWasLastHeard(
            @ForAll("reportHistories") List<Map<AgentId, AgentReport>> history) {
        for (Map<AgentId, AgentReport> reports : history) {
            // Given only memories
            Map<AgentId, AgentReport> memories = new TreeMap<>(reports);
            memories.values().removeIf(report -> !known(report, true).isEmpty());

            // When
            Verdict verdict = VerdictPlanner.plan(CLUSTER, memories, Verdict.NONE, 0, START);

            // Then
            assertThat(verdict.capabilities())
                    .isEqualTo(ServerCapabilities.common(known(memories, false).stream()));
        }
    }

    @Property
    void whatTheServersCanDoChangesNeitherPrimaryNorEpoch(
            @ForAll("reportHistories") List<Map<AgentId, AgentReport>> history) {
        Verdict previous = Verdict.NONE;
        Verdict ignorant = Verdict.NONE;
        for (Map<AgentId, AgentReport> reports : history) {
            Verdict verdict = VerdictPlanner.plan(CLUSTER, reports, previous, 0, START);
            ignorant = VerdictPlanner.plan(CLUSTER, Views.forgetful(reports), ignorant, 0, START);
            assertThat(verdict.primary()).isEqualTo(ignorant.primary());
            assertThat(verdict.epoch()).isEqualTo(ignorant.epoch());
            assertThat(VerdictPlanner.plan(CLUSTER, reports, verdict, 0, START.plusSeconds(9)))
                    .isEqualTo(verdict);
            previous = verdict;
        }
    }

    private static List<ServerCapabilities> known(
            Map<AgentId, AgentReport> reports, boolean onlyHeard) {
        return reports.values().stream()
                .flatMap(report -> known(report, onlyHeard).stream())
                .toList();
    }

    private static List<ServerCapabilities> known(AgentReport report, boolean onlyHeard) {
        return report.instances().stream()
                .filter(one -> !onlyHeard || one.reachability() == Reachability.ANSWERS)
                .flatMap(one -> one.server().stream())
                .map(Server::capabilities)
                .toList();
    }

    private static boolean isServing(Health health) {
        return health == Health.HEALTHY || health == Health.DEGRADED;
    }

    /** Instances that any agent sees writable without replicating and outside a Galera group. */
    private static long loners(List<List<Seen>> moment) {
        return moment.stream()
                .flatMap(
                        view ->
                                IntStream.range(0, Math.min(view.size(), INSTANCES))
                                        .filter(i -> view.get(i) == Seen.PRIMARY)
                                        .mapToObj(i -> CLUSTER.instances().get(i).id()))
                .collect(Collectors.<InstanceId>toSet())
                .size();
    }

    private static List<Verdict> verdicts(List<List<List<Seen>>> history) {
        List<Verdict> verdicts = new ArrayList<>();
        Verdict previous = Verdict.NONE;
        for (List<List<Seen>> moment : history) {
            previous =
                    VerdictPlanner.plan(
                            CLUSTER,
                            Views.reports(moment),
                            previous,
                            0,
                            START.plusSeconds(verdicts.size()));
            verdicts.add(previous);
        }
        return verdicts;
    }
}
