package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.homeport.topology.PlacementChoice.Candidate;
import dev.homeport.topology.PlacementChoice.Choice;
import dev.homeport.topology.PlacementChoice.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PlacementChoiceTest {
    private static final List<ClusterId> IDS =
            List.of("c0", "c1", "c2", "c3", "c4", "c5").stream().map(ClusterId::new).toList();

    private static final List<Step> STEPS =
            List.of(
                    Step.PREFERRED_HEALTHY,
                    Step.FALLBACK_HEALTHY,
                    Step.ANY_DEGRADED,
                    Step.ANY_UNKNOWN);

    /** A fleet to choose from. */
    record Fleet(PlacementPolicy policy, List<Candidate> candidates) {
        Candidate get(ClusterId id) {
            return candidates.stream().filter(one -> one.cluster().equals(id)).findAny().get();
        }

        boolean mayTake(Candidate one) {
            boolean isListed =
                    policy.preferred().contains(one.cluster())
                            || policy.fallback().contains(one.cluster())
                            || (policy.preferred().isEmpty() && policy.fallback().isEmpty());
            boolean hasRoom =
                    one.capacity().isEmpty() || one.residents() < one.capacity().getAsLong();
            boolean isWell =
                    one.health() == Health.HEALTHY
                            || one.health() == Health.DEGRADED
                            || one.health() == Health.UNKNOWN;
            return isListed
                    && hasRoom
                    && isWell
                    && !one.hasIncident()
                    && one.intent() == Intent.ACTIVE;
        }

        /** 0 is best; only for those that may take a project. */
        int rank(Candidate one) {
            boolean isFallback = policy.fallback().contains(one.cluster());
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
        var cordoned =
                new Candidate(
                        IDS.get(0),
                        Intent.CORDONED,
                        Health.HEALTHY,
                        1,
                        OptionalLong.empty(),
                        0,
                        false);
        var full =
                new Candidate(
                        IDS.get(1), Intent.ACTIVE, Health.HEALTHY, 1, OptionalLong.of(5), 5, false);
        var dead =
                new Candidate(
                        IDS.get(2),
                        Intent.ACTIVE,
                        Health.UNREACHABLE,
                        1,
                        OptionalLong.empty(),
                        0,
                        false);
        var hurt =
                new Candidate(
                        IDS.get(3),
                        Intent.ACTIVE,
                        Health.HEALTHY,
                        1,
                        OptionalLong.empty(),
                        0,
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
                                        capacity < 0
                                                ? OptionalLong.empty()
                                                : OptionalLong.of(capacity),
                                        residents,
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
                OptionalLong.empty(),
                0,
                false);
    }

    private static Optional<ClusterId> chosen(Fleet fleet, ProjectId project) {
        return PlacementChoice.choose(project, fleet.policy, fleet.candidates)
                        instanceof Choice.Chosen chosen
                ? Optional.of(chosen.cluster())
                : Optional.empty();
    }
}
