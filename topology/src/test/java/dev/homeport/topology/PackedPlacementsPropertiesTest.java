package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The packed map is one of objects in every respect but its size. */
class PackedPlacementsPropertiesTest {
    private static final List<ClusterId> HOMES =
            List.of(new ClusterId("a"), new ClusterId("c1"), new ClusterId("c" + "9".repeat(62)));

    /** One thing that is done to a map. Without a placement the project goes. */
    record Step(ProjectId project, Optional<Placement> placement) {}

    /** Few enough to meet again, in few enough buckets to be together in one. */
    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(projects(), placements().optional(0.8))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    static Arbitrary<ProjectId> projects() {
        Arbitrary<String> few = Arbitraries.of("p42", "a", "0", "tenant.with-all_chars");
        Arbitrary<String> sameBucket =
                Arbitraries.of(
                        "same-bucket-2155",
                        "p42",
                        inBucketOfP42(1),
                        inBucketOfP42(2),
                        inBucketOfP42(3));
        Arbitrary<String> atTheLimits =
                Arbitraries.strings()
                        .withChars("abz059")
                        .ofLength(1)
                        .flatMap(
                                first ->
                                        Arbitraries.strings()
                                                .withChars("az09._-")
                                                .ofMaxLength(62)
                                                .edgeCases(edges -> edges.add("-".repeat(62)))
                                                .map(rest -> first + rest));
        return Arbitraries.oneOf(few, sameBucket, atTheLimits).map(ProjectId::new);
    }

    private static String inBucketOfP42(int number) {
        int found = 0;
        for (int i = 0; ; i++) {
            String id = "q" + i;
            if (Buckets.of(new ProjectId(id)) == Buckets.of(new ProjectId("p42"))
                    && ++found == number) {
                return id;
            }
        }
    }

    static Arbitrary<Placement> placements() {
        Arbitrary<Instant> moments =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                Instant.EPOCH,
                                Instant.MIN,
                                Instant.MAX,
                                Instant.parse("2026-01-31T12:00:00Z"),
                                Instant.parse("2026-01-31T12:00:00.123Z"),
                                Instant.parse("2026-01-31T12:00:00.123456Z"),
                                Instant.parse("1969-12-31T23:59:59.999999999Z"),
                                Instant.parse("+12026-01-31T12:00:00Z")),
                        Arbitraries.longs()
                                .between(0, 4_000_000_000_000L)
                                .map(Instant::ofEpochMilli));
        Arbitrary<String> texts =
                Arbitraries.oneOf(
                        Arbitraries.of(
                                "",
                                "c1 is preferred and healthy",
                                "\"quoted\" \\ \n\t\u0001 / \u007f",
                                "für später €",
                                "\uD83D\uDE80",
                                "x".repeat(3000)),
                        Arbitraries.strings().ascii().ofMaxLength(40));
        return Combinators.combine(
                        Arbitraries.of(HOMES),
                        Arbitraries.of(ProjectState.class),
                        moments,
                        texts,
                        texts.optional(0.3))
                .as(Placement::new);
    }

    @Property(tries = 300)
    void itIsWhatAMapOfObjectsIs(@ForAll("histories") List<Step> history) {
        // Given
        Map<ProjectId, Placement> model = new HashMap<>();
        PlacementMap packed = PlacementMap.EMPTY;

        for (Step step : history) {
            // When
            PlacementMap before = packed;
            packed = apply(packed, step);
            step.placement()
                    .ifPresentOrElse(
                            placement -> model.put(step.project(), placement),
                            () -> model.remove(step.project()));

            // Then
            assertThat(packed.find(step.project())).isEqualTo(step.placement());
            assertSharesAllBut(Buckets.of(step.project()), before, packed);
        }
        assertSame(packed, model);
    }

    @Property(tries = 200)
    void allAtOnceIsTheSameAsOneByOne(@ForAll("histories") List<Step> history) {
        // Given
        Map<Integer, Map<ProjectId, Placement>> model = new TreeMap<>();
        PlacementMap oneByOne = PlacementMap.EMPTY;
        for (Step step : history) {
            oneByOne = apply(oneByOne, step);
            Map<ProjectId, Placement> bucket =
                    model.computeIfAbsent(Buckets.of(step.project()), key -> new TreeMap<>());
            step.placement()
                    .ifPresentOrElse(
                            placement -> bucket.put(step.project(), placement),
                            () -> bucket.remove(step.project()));
        }
        List<PackedBucket> buckets = new ArrayList<>();
        model.forEach((number, content) -> buckets.add(PackedBucket.of(number, content)));

        // When
        PlacementMap atOnce = PlacementMap.EMPTY.with(buckets);

        // Then
        for (PackedBucket bucket : buckets) {
            assertThat(atOnce.bucket(bucket.number()))
                    .isEqualTo(oneByOne.bucket(bucket.number()))
                    .hasSameHashCodeAs(bucket);
        }
        Map<ProjectId, Placement> all = new HashMap<>();
        model.values().forEach(all::putAll);
        assertSame(atOnce, all);
    }

    @Property(tries = 200)
    void aWalkMissesNoneAndMayStopAnywhere(
            @ForAll("histories") List<Step> history, @ForAll @IntRange(min = 1, max = 7) int page) {
        // Given
        PlacementMap packed = PlacementMap.EMPTY;
        for (Step step : history) {
            packed = apply(packed, step);
        }
        List<ProjectId> expected = new ArrayList<>();
        packed.forEach(
                (project, placement) -> {
                    if (placement.state() != ProjectState.DELETED) {
                        expected.add(project);
                    }
                });

        // When
        List<ProjectId> walked = new ArrayList<>();
        int before;
        do {
            before = walked.size();
            int end = before + page;
            Optional<ProjectId> last =
                    walked.isEmpty() ? Optional.empty() : Optional.of(walked.getLast());
            packed.visit(
                    last,
                    residence -> residence.state() != ProjectState.DELETED,
                    (project, placement) -> {
                        walked.add(project);
                        return walked.size() < end;
                    });
        } while (walked.size() > before);

        // Then
        assertThat(walked).isEqualTo(expected);
    }

    private static PlacementMap apply(PlacementMap packed, Step step) {
        PackedBucket bucket = packed.bucket(Buckets.of(step.project()));
        if (step.placement().isPresent()) {
            return packed.with(List.of(bucket.with(step.project(), step.placement().get())));
        }
        Map<ProjectId, Placement> content = new LinkedHashMap<>(bucket.toMap());
        content.remove(step.project());
        return packed.withBucket(bucket.number(), content);
    }

    private static void assertSharesAllBut(int changed, PlacementMap before, PlacementMap after) {
        var only = new BitSet();
        only.set(changed);
        assertThat(after.changedSince(before)).isEqualTo(only);
        assertThat(after.changedSince(after).isEmpty()).isTrue();
    }

    private static void assertSame(PlacementMap packed, Map<ProjectId, Placement> model) {
        Map<ProjectId, Placement> all = new HashMap<>();
        packed.forEach((project, placement) -> assertThat(all.put(project, placement)).isNull());
        assertThat(all).isEqualTo(model);
        assertThat(packed.size()).isEqualTo(model.size());
        model.forEach(
                (project, placement) -> {
                    assertThat(packed.find(project)).contains(placement);
                    assertThat(packed.residence(project))
                            .contains(new Residence(placement.home(), placement.state()));
                });
        for (ClusterId home : HOMES) {
            List<Placement> there =
                    model.values().stream().filter(one -> one.home().equals(home)).toList();
            assertThat(packed.records(home)).isEqualTo(there.size());
            assertThat((long) packed.residents(home))
                    .isEqualTo(
                            there.stream()
                                    .filter(one -> one.state() != ProjectState.DELETED)
                                    .count());
        }
        for (ProjectState state : ProjectState.values()) {
            assertThat((long) packed.count(state))
                    .isEqualTo(model.values().stream().filter(one -> one.state() == state).count());
        }
        List<ProjectId> failed =
                model.entrySet().stream()
                        .filter(one -> one.getValue().state() == ProjectState.PROVISIONING)
                        .filter(one -> one.getValue().error().isPresent())
                        .map(Map.Entry::getKey)
                        .toList();
        assertThat(packed.failures(Integer.MAX_VALUE)).containsExactlyInAnyOrderElementsOf(failed);
        assertThat(packed.failures(1)).hasSize(Math.min(1, failed.size()));
    }
}
