package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementChoice.Step;
import dev.homeport.topology.PlacementChoice.StepKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementChoiceTest {
    private static final List<ClusterId> IDS =
            List.of("c0", "c1", "c2", "c3", "c4", "c5").stream().map(ClusterId::new).toList();

    private static final List<Step> STEPS =
            List.of(
                    Step.of(StepKind.PREFERRED_HEALTHY),
                    Step.of(StepKind.FALLBACK_HEALTHY),
                    Step.of(StepKind.ANY_DEGRADED),
                    Step.of(StepKind.ANY_UNKNOWN));

    /** A fleet to choose from. */
    record Fleet(PlacementPolicy policy, List<Candidate> candidates) {
        Candidate get(ClusterId id) {
            return candidates.stream().filter(one -> one.cluster().equals(id)).findAny().get();
        }

        boolean mayTake(Candidate one) {
            boolean hasRoom =
                    one.capacity().residents().isEmpty()
                            || one.residents() < one.capacity().residents().getAsLong();
            boolean isWell =
                    one.health() == Health.HEALTHY
                            || one.health() == Health.DEGRADED
                            || one.health() == Health.UNKNOWN;
            return policy.tierOf(one.cluster(), Map.of()).isPresent()
                    && hasRoom
                    && isWell
                    && !one.hasIncident()
                    && one.intent() == Intent.ACTIVE;
        }

        /** 0 is best; only for those that may take a project. */
        int rank(Candidate one) {
            boolean isFallback = policy.tierOf(one.cluster(), Map.of()).orElseThrow().isFallback();
            return switch (one.health()) {
                case HEALTHY -> isFallback ? 1 : 0;
                case DEGRADED -> 2;
                default -> 3;
            };
        }
    }

    @Property
    void theChosenOneMayTakeItAndNoneThatMayIsInABetterStep(
            @ForAll("fleets") Fleet fleet, @ForAll("projects") ProjectId project) {
        // Given a fleet and a project

        // When
        Choice choice = PlacementChoice.choose(project, fleet.policy, fleet.candidates);

        // Then
        List<Candidate> able = fleet.candidates.stream().filter(fleet::mayTake).toList();
        int best = able.stream().mapToInt(fleet::rank).min().orElse(-1);
        switch (choice) {
            case Choice.NoneAvailable none -> assertThat(able).isEmpty();
            case Choice.Chosen chosen -> {
                assertThat(able).contains(fleet.get(chosen.cluster()));
                assertThat(fleet.rank(fleet.get(chosen.cluster()))).isEqualTo(best);
                assertThat(chosen.step()).isEqualTo(STEPS.get(best));
            }
        }
        assertThat(choice.considered()).hasSameSizeAs(fleet.candidates);
    }

    @Property
    void takingAwayAClusterThatWasNotChosenChangesNothing(
            @ForAll("fleets") Fleet fleet, @ForAll("projects") ProjectId project) {
        // Given
        Optional<ClusterId> home = chosen(fleet, project);
        for (Candidate other : fleet.candidates) {
            if (home.isEmpty() || !home.get().equals(other.cluster())) {
                List<Candidate> rest = new ArrayList<>(fleet.candidates);
                rest.remove(other);

                // When
                Optional<ClusterId> again = chosen(new Fleet(fleet.policy, rest), project);

                // Then
                assertThat(again).isEqualTo(home);
            }
        }
    }

    @Property
    void theOrderOfTheCandidatesDoesNotMatter(
            @ForAll("fleets") Fleet fleet, @ForAll("projects") ProjectId project) {
        // Given
        List<Candidate> shuffled = new ArrayList<>(fleet.candidates);
        Collections.shuffle(shuffled, new Random(7));

        // When
        Choice choice = PlacementChoice.choose(project, fleet.policy, shuffled);

        // Then
        assertThat(choice)
                .isEqualTo(PlacementChoice.choose(project, fleet.policy, fleet.candidates));
    }

    @Test
    void weightsGiveTheirShareOfTheProjects() {
        // Given
        List<Candidate> candidates =
                List.of(healthy("c0", 100), healthy("c1", 300), healthy("c2", 600));
        Map<String, Integer> counts = new HashMap<>();

        // When
        for (int i = 0; i < 20_000; i++) {
            chosen(new Fleet(PlacementPolicy.DEFAULT, candidates), new ProjectId("project-" + i))
                    .ifPresent(id -> counts.merge(id.value(), 1, Integer::sum));
        }

        // Then
        assertThat(counts.get("c0") / 20_000.0).isCloseTo(0.1, within(0.01));
        assertThat(counts.get("c1") / 20_000.0).isCloseTo(0.3, within(0.015));
        assertThat(counts.get("c2") / 20_000.0).isCloseTo(0.6, within(0.015));
    }

    @Test
    void aClusterThatIsNotChosenSaysWhy() {
        // Given
        Candidate well = healthy("c1", 1);
        Candidate cordoned = healthy("c0", 1).with(Intent.CORDONED);
        Candidate full = with(well, Map.of(), Capacity.ofResidents(5), 5, OptionalLong.empty());
        Candidate dead = healthy("c2", 1).with(Health.UNREACHABLE);
        Candidate hurt =
                new Candidate(
                        IDS.get(3),
                        Intent.ACTIVE,
                        Health.HEALTHY,
                        1,
                        Map.of(),
                        Capacity.UNLIMITED,
                        0,
                        OptionalLong.empty(),
                        true);

        // When
        Choice choice =
                PlacementChoice.choose(
                        new ProjectId("p"),
                        PlacementPolicy.DEFAULT,
                        List.of(dead, full, hurt, cordoned));

        // Then
        assertThat(choice).isInstanceOf(Choice.NoneAvailable.class);
        assertThat(choice.considered())
                .extracting(PlacementChoice.Considered::why)
                .containsExactly(
                        "not fit: its intent is cordoned",
                        "not fit: full, 5 of 5 projects",
                        "not fit: its health is unreachable",
                        "not fit: it has an open incident of data loss");
    }

    @Provide
    Arbitrary<ProjectId> projects() {
        return Arbitraries.strings().withCharRange('a', 'z').ofLength(6).map(ProjectId::new);
    }

    @Provide
    Arbitrary<Fleet> fleets() {
        Arbitrary<List<Candidate>> candidates =
                Arbitraries.integers()
                        .between(0, IDS.size())
                        .flatMap(
                                size ->
                                        Combinators.combine(
                                                        IDS.subList(0, size).stream()
                                                                .map(this::candidate)
                                                                .toList())
                                                .as(list -> list));
        Arbitrary<PlacementPolicy> policies =
                Arbitraries.of("-", "p", "f")
                        .list()
                        .ofSize(IDS.size())
                        .map(PlacementChoiceTest::policy);
        return Combinators.combine(policies, candidates).as(Fleet::new);
    }

    private Arbitrary<Candidate> candidate(ClusterId id) {
        return Combinators.combine(
                        Arbitraries.frequency(
                                net.jqwik.api.Tuple.of(5, Intent.ACTIVE),
                                net.jqwik.api.Tuple.of(1, Intent.CORDONED),
                                net.jqwik.api.Tuple.of(1, Intent.DRAINING),
                                net.jqwik.api.Tuple.of(1, Intent.OFFLINE)),
                        Arbitraries.of(Health.class),
                        Arbitraries.integers().between(1, 1000),
                        Arbitraries.integers().between(-1, 3),
                        Arbitraries.integers().between(0, 4),
                        Arbitraries.of(false, false, false, true))
                .as(
                        (intent, health, weight, capacity, residents, hasIncident) ->
                                new Candidate(
                                        id,
                                        intent,
                                        health,
                                        weight,
                                        Map.of(),
                                        capacity < 0
                                                ? Capacity.UNLIMITED
                                                : Capacity.ofResidents(capacity),
                                        residents,
                                        OptionalLong.empty(),
                                        hasIncident));
    }

    private static PlacementPolicy policy(List<String> lists) {
        List<ClusterId> preferred = new ArrayList<>();
        List<ClusterId> fallback = new ArrayList<>();
        for (int i = 0; i < lists.size(); i++) {
            if (lists.get(i).equals("p")) {
                preferred.add(IDS.get(i));
            } else if (lists.get(i).equals("f")) {
                fallback.add(IDS.get(i));
            }
        }
        return new PlacementPolicy(preferred, fallback, PlacementPolicy.DEFAULT_PROVISION);
    }

    private static Candidate healthy(String id, int weight) {
        return new Candidate(
                new ClusterId(id),
                Intent.ACTIVE,
                Health.HEALTHY,
                weight,
                Map.of(),
                Capacity.UNLIMITED,
                0,
                OptionalLong.empty(),
                false);
    }

    private static Candidate with(
            Candidate one,
            Map<String, String> labels,
            Capacity capacity,
            long residents,
            OptionalLong dataBytes) {
        return new Candidate(
                one.cluster(),
                one.intent(),
                one.health(),
                one.weight(),
                labels,
                capacity,
                residents,
                dataBytes,
                one.hasIncident());
    }

    private static Candidate labelled(String id, String... labels) {
        Map<String, String> map = new HashMap<>();
        for (String label : labels) {
            map.put(label.split("=")[0], label.split("=")[1]);
        }
        return with(healthy(id, 100), map, Capacity.UNLIMITED, 0, OptionalLong.empty());
    }

    private static ClusterSelector label(String name, String value) {
        return new ClusterSelector(List.of(), Map.of(name, value));
    }

    private static PlacementPolicy policy(
            List<ClusterSelector> preferred,
            List<ClusterSelector> fallback,
            List<PlacementRule> rules,
            Map<ProjectId, ClusterId> pinned) {
        return new PlacementPolicy(
                preferred, fallback, rules, pinned, PlacementPolicy.DEFAULT_PROVISION);
    }

    @Property
    void aRulePermitsWhereItHasNoObjection(
            @ForAll("labels") Map<String, String> require,
            @ForAll("labels") Map<String, String> avoid,
            @ForAll("labels") Map<String, String> labels) {
        // Given
        Assume.that(!require.isEmpty() || !avoid.isEmpty());
        PlacementRule rule = new PlacementRule(List.of(new Glob("*")), require, avoid);

        // When
        boolean permits = rule.permits(labels);

        // Then
        assertThat(permits).isEqualTo(rule.objection(labels).isEmpty());
    }

    @Provide
    Arbitrary<Map<String, String>> labels() {
        return Arbitraries.maps(Arbitraries.of("a", "b", "c"), Arbitraries.of("x", "y"))
                .ofMaxSize(3);
    }

    @Property
    void aClusterIsFullWhereItSaysWhy(
            @ForAll @IntRange(max = 3) int residents,
            @ForAll @IntRange(max = 3) int most,
            @ForAll @IntRange(max = 3) int bytes,
            @ForAll @IntRange(max = 3) int mostBytes) {
        // Given: 0 stands for no limit, and for data that nobody knows
        Candidate candidate =
                with(
                        healthy("c0", 100),
                        Map.of(),
                        new Capacity(known(most), known(mostBytes)),
                        residents,
                        known(bytes));

        // When
        boolean isFull = candidate.isFull();

        // Then
        assertThat(isFull).isEqualTo(candidate.fullness().isPresent());
    }

    private static OptionalLong known(int number) {
        return number == 0 ? OptionalLong.empty() : OptionalLong.of(number);
    }

    @Test
    void tiersAreTriedInTheirOrder() {
        // Given
        PlacementPolicy policy =
                policy(
                        List.of(label("disk", "nvme"), ClusterSelector.of(IDS.subList(1, 2))),
                        List.of(label("disk", "ssd"), label("disk", "old")),
                        List.of(),
                        Map.of());
        List<Candidate> fleet =
                new ArrayList<>(
                        List.of(
                                labelled("c0", "disk=nvme"),
                                labelled("c1", "disk=old"),
                                labelled("c2", "disk=ssd"),
                                labelled("c3", "disk=old"),
                                labelled("c4")));
        List<String> order = new ArrayList<>();

        // When: whoever is chosen goes away
        ProjectId project = new ProjectId("p");
        while (PlacementChoice.choose(project, policy, fleet) instanceof Choice.Chosen chosen) {
            order.add(chosen.reason());
            fleet.replaceAll(
                    one -> one.cluster().equals(chosen.cluster()) ? one.with(Intent.OFFLINE) : one);
        }

        // Then
        assertThat(order)
                .containsExactly(
                        "c0 is preferred and healthy",
                        "c1 is preferred (tier 2) and healthy",
                        "c2 is fallback and healthy",
                        "c3 is fallback (tier 2) and healthy");
    }

    @Test
    void theFirstRuleThatSpeaksOfAProjectSaysWhereItMayGo() {
        // Given
        PlacementPolicy policy =
                policy(
                        List.of(),
                        List.of(),
                        List.of(
                                new PlacementRule(
                                        List.of(new Glob("eu-*")),
                                        Map.of("region", "eu"),
                                        Map.of("class", "test")),
                                new PlacementRule(
                                        List.of(new Glob("*")), Map.of(), Map.of("region", "eu"))),
                        Map.of());
        List<Candidate> fleet =
                List.of(
                        labelled("c0", "region=eu", "class=test"),
                        labelled("c1", "region=eu"),
                        labelled("c2", "region=us"));

        // When
        Choice eu = PlacementChoice.choose(new ProjectId("eu-7"), policy, fleet);
        Choice other = PlacementChoice.choose(new ProjectId("us-7"), policy, fleet);

        // Then
        assertThat(((Choice.Chosen) eu).cluster().value()).isEqualTo("c1");
        assertThat(eu.considered())
                .extracting(PlacementChoice.Considered::why)
                .containsExactly(
                        "not fit: rule 1 avoids the label class=test",
                        "preferred and healthy",
                        "not fit: rule 1 requires the label region=eu");
        assertThat(((Choice.Chosen) other).cluster().value()).isEqualTo("c2");
        assertThat(PlacementChoice.openClusters(policy, fleet))
                .allMatch(PlacementChoice.Considered::isFit);
    }

    @Test
    void aPinnedProjectGoesThereOrNowhere() {
        // Given: the pin goes beyond tiers, rules and capacity
        ProjectId project = new ProjectId("p");
        Candidate full =
                with(healthy("c1", 1), Map.of(), Capacity.ofResidents(1), 1, OptionalLong.empty());
        PlacementPolicy policy =
                policy(
                        List.of(ClusterSelector.of(IDS.subList(0, 1))),
                        List.of(),
                        List.of(
                                new PlacementRule(
                                        List.of(new Glob("*")), Map.of("a", "b"), Map.of())),
                        Map.of(project, IDS.get(1)));

        // When
        Choice there = PlacementChoice.choose(project, policy, List.of(healthy("c0", 1), full));
        Choice gone =
                PlacementChoice.choose(
                        project, policy, List.of(healthy("c0", 1), full.with(Intent.CORDONED)));

        // Then
        assertThat(((Choice.Chosen) there).reason()).isEqualTo("c1 is where it is pinned");
        assertThat(gone).isInstanceOf(Choice.NoneAvailable.class);
        assertThat(gone.considered())
                .extracting(PlacementChoice.Considered::why)
                .containsExactly(
                        "not fit: project p is pinned to c1", "not fit: its intent is cordoned");
    }

    @Test
    void bytesCanBeFullToo() {
        // Given
        Capacity capacity = new Capacity(OptionalLong.empty(), OptionalLong.of(1000));

        // When
        Choice choice =
                PlacementChoice.choose(
                        new ProjectId("p"),
                        PlacementPolicy.DEFAULT,
                        List.of(
                                with(
                                        healthy("c0", 1),
                                        Map.of(),
                                        capacity,
                                        1,
                                        OptionalLong.of(1000)),
                                with(healthy("c1", 1), Map.of(), capacity, 1, OptionalLong.of(999)),
                                with(
                                        healthy("c2", 1),
                                        Map.of(),
                                        capacity,
                                        1,
                                        OptionalLong.empty())));

        // Then: what nobody has measured is not full
        assertThat(choice.considered())
                .extracting(PlacementChoice.Considered::isFit)
                .containsExactly(false, true, true);
        assertThat(choice.considered().getFirst().why())
                .isEqualTo("not fit: full, its data take 1000 of 1000 bytes");
    }

    @Test
    void aSimulationFillsClustersUp() {
        // Given
        List<Candidate> fleet =
                List.of(
                        with(
                                healthy("c0", 100),
                                Map.of(),
                                Capacity.ofResidents(30),
                                10,
                                OptionalLong.empty()),
                        with(
                                healthy("c1", 100),
                                Map.of(),
                                new Capacity(OptionalLong.empty(), OptionalLong.of(10_000)),
                                10,
                                OptionalLong.of(1000)),
                        with(
                                healthy("c2", 100),
                                Map.of(),
                                Capacity.ofResidents(5),
                                0,
                                OptionalLong.empty()));
        PlacementPolicy policy =
                policy(
                        List.of(ClusterSelector.of(IDS.subList(0, 2))),
                        List.of(ClusterSelector.of(IDS.subList(2, 3))),
                        List.of(),
                        Map.of());

        // When
        PlacementSimulation.Result result =
                PlacementSimulation.run(
                                policy,
                                fleet,
                                number -> new ProjectId("p" + number),
                                200,
                                () -> false)
                        .orElseThrow();

        // Then: 20 to c0; 90 of 100 bytes to c1; then the fallback; then nowhere
        assertThat(result.placed())
                .isEqualTo(Map.of(IDS.get(0), 20, IDS.get(1), 90, IDS.get(2), 5));
        assertThat(result.refused()).isEqualTo(200 - 115);
        assertThat(result.steps())
                .isEqualTo(
                        Map.of(
                                Step.of(StepKind.PREFERRED_HEALTHY),
                                110,
                                Step.of(StepKind.FALLBACK_HEALTHY),
                                5));
        assertThat(result.after().getFirst().residents()).isEqualTo(30);
    }

    @Test
    void aSimulationThatNobodyWaitsForEnds() {
        // Given
        var placed = new AtomicInteger();

        // When
        Optional<PlacementSimulation.Result> result =
                PlacementSimulation.run(
                        PlacementPolicy.DEFAULT,
                        List.of(healthy("c0", 100)),
                        number -> new ProjectId("p" + placed.incrementAndGet()),
                        PlacementSimulation.MOST_PROJECTS,
                        () -> placed.get() > 1000);

        // Then
        assertThat(result).isEmpty();
        assertThat(placed.get()).isBetween(1001, 2000);
    }

    private static Optional<ClusterId> chosen(Fleet fleet, ProjectId project) {
        return PlacementChoice.choose(project, fleet.policy, fleet.candidates)
                        instanceof Choice.Chosen chosen
                ? Optional.of(chosen.cluster())
                : Optional.empty();
    }
}
