package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.C2;
import static dev.homeport.topology.zk.Records.C3;
import static dev.homeport.topology.zk.Records.C9;
import static dev.homeport.topology.zk.Records.NOON;
import static dev.homeport.topology.zk.Records.healthy;
import static dev.homeport.topology.zk.Records.in;
import static dev.homeport.topology.zk.Records.intent;
import static dev.homeport.topology.zk.Records.on;
import static dev.homeport.topology.zk.Records.project;
import static dev.homeport.topology.zk.Records.utf8;
import static dev.homeport.topology.zk.Records.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.Buckets;
import dev.homeport.topology.ClusterDefinition;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.ClusterSelector;
import dev.homeport.topology.ClusterSnapshot;
import dev.homeport.topology.Containment;
import dev.homeport.topology.FleetSnapshot;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.Health;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.Intent;
import dev.homeport.topology.PackedBucket;
import dev.homeport.topology.Placement;
import dev.homeport.topology.PlacementPolicy;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.ProjectState;
import dev.homeport.topology.RejectedEdit;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetImageTest {
    private static final ProjectId P1 = project("p1");
    private static final ProjectId P42 = project("p42");

    /** Of the same bucket as {@link #P42}. */
    private static final ProjectId NEIGHBOUR = project("same-bucket-2155");

    private static final Instant LATER = NOON.plusSeconds(60);
    private static final Instant SETTLED = LATER.plus(FleetImage.SETTLE);

    @Test
    void everythingGoodComesIntoForce() {
        // Given
        Map<String, Znode> znodes = fleet();

        // When
        FleetImage image = startingWith(Optional.empty()).apply(znodes, 7, NOON);

        // Then
        assertThat(image.rejected()).isEmpty();
        FleetSnapshot good = image.good().orElseThrow();
        assertThat(good.clusters()).containsOnlyKeys(C1, C2, C3);
        assertThat(good.cluster(C2).orElseThrow().intent().intent()).isEqualTo(Intent.OFFLINE);
        assertThat(good.cluster(C3).orElseThrow().health()).isEqualTo(Health.UNKNOWN);
        assertThat(good.placements().find(P42)).contains(on(C1));
        assertThat(good.policy().preferred()).containsExactly(ClusterSelector.of(List.of(C1, C2)));
        assertThat(good.zxid()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/clusters/c1",
                "/intents/c1",
                "/intents/c2",
                "/verdicts/c1",
                "/placement-policy",
                "/guard",
                "/approvals/a1",
                "/announcements/n1",
                "/incidents/i1",
                "/projects/f24"
            })
    void bytesThatAreNoRecordChangeNothing(String path) {
        for (String bytes : List.of("", "{", "null", "{\"v\":1,\"x\":2}", "\0\0\0")) {
            // Given
            FleetImage before = guarded();

            // When
            FleetImage after = before.apply(Map.of(path, znode(utf8(bytes))), 8, LATER);

            // Then
            assertSame(before, after);
            assertThat(after.rejected()).isNotEmpty();
            assertThat(after.rejected().get(0).znode()).isEqualTo(path.substring(1));
            assertThat(after.rejected().get(0).since()).isEqualTo(LATER);
        }
    }

    @Test
    void aMisspelledFieldComesWithItsLikelySpelling() {
        // Given
        FleetImage before = image();
        byte[] json = utf8("{\"v\":1,\"intnet\":\"offline\"}");

        // When
        FleetImage after = before.apply(Map.of("/intents/c1", znode(json)), 8, LATER);

        // Then
        assertThat(after.rejected())
                .anySatisfy(
                        edit -> {
                            assertThat(edit.field()).isEqualTo("intnet");
                            assertThat(edit.suggestion()).contains("intent");
                        });
    }

    @Test
    void namesOfAnyLengthAreReportedShort() {
        // Given
        String name = "x".repeat(20_000);
        Map<String, Znode> edits =
                Map.of(
                        "/clusters/" + name,
                        znode(utf8("{}")),
                        "/clusters/c1",
                        znode(utf8("{\"v\":1,\"labels\":{\"%s\":1}}".formatted(name))),
                        "/projects/f24",
                        znode(utf8("{\"v\":1,\"projects\":{\"%s\":{}}}".formatted(name))));

        // When
        FleetImage after = image().apply(edits, 8, LATER);

        // Then
        assertThat(after.rejected())
                .hasSizeGreaterThan(2)
                .allSatisfy(
                        edit -> {
                            assertThat(edit.znode()).hasSizeLessThan(300);
                            assertThat(edit.field()).hasSizeLessThan(300);
                            assertThat(edit.rule()).hasSizeLessThan(500);
                        });
    }

    @Test
    void oneBadZnodeDoesNotKeepTheOthersOut() {
        // Given
        FleetImage before = image();
        Map<String, Znode> edits =
                Map.of(
                        "/clusters/c1",
                        znode(utf8("no json")),
                        "/intents/c1",
                        znode(intentBytes(Intent.CORDONED)));

        // When
        FleetImage after = before.apply(edits, 8, LATER);

        // Then
        assertThat(cluster(after, C1).intent().intent()).isEqualTo(Intent.CORDONED);
        assertThat(cluster(after, C1).definition()).isEqualTo(Records.cluster(C1));
        assertThat(znodesOf(after)).containsExactly("clusters/c1");
    }

    @Test
    void aRejectedEditKeepsItsTimeAndGoesWhenTheZnodeIsMended() {
        // Given
        FleetImage bad = image().apply(Map.of("/clusters/c1", znode(utf8("x"))), 8, LATER);

        // When
        FleetImage still = bad.apply(Map.of(), 9, LATER.plusSeconds(9));
        FleetImage mended =
                still.apply(Map.of("/clusters/c1", znode(definitionBytes(C1))), 10, LATER);

        // Then
        assertThat(still.rejected().get(0).since()).isEqualTo(LATER);
        assertThat(mended.rejected()).isEmpty();
    }

    @Test
    void aClusterWithResidentsThatIsGoneStays() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after = settle(before.apply(Map.of("/clusters/c1", Znode.ABSENT), 8, LATER));

        // Then
        assertSame(before, after);
        assertThat(rules(after)).contains("is gone, but is the home of 2 projects");
    }

    @Test
    void aClusterThatThePolicyNamesStays() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after = settle(before.apply(Map.of("/clusters/c2", Znode.ABSENT), 8, LATER));

        // Then
        assertSame(before, after);
        assertThat(rules(after)).contains("is gone, but placement-policy names it");
    }

    @Test
    void aClusterThatNothingNamesMayGo() {
        // Given
        FleetImage before = image();

        // When
        FleetImage gone = before.apply(Map.of("/clusters/c3", Znode.ABSENT), 8, LATER);
        FleetImage settled = settle(gone);

        // Then
        assertSame(before, gone);
        assertThat(gone.recheck()).contains(SETTLED);
        assertThat(settled.good().orElseThrow().clusters()).containsOnlyKeys(C1, C2);
        assertThat(settled.rejected()).isEmpty();
        assertThat(settled.recheck()).isEmpty();
    }

    @Test
    void aServerBelongsToOneCluster() {
        // Given
        FleetImage before = image();
        Znode copied = znode(ClusterDefinitionCodec.znode(C9).write(withServersOf(C9, C1)));

        // When
        FleetImage after = before.apply(Map.of("/clusters/c9", copied), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after))
                .containsExactly("must not name db-c1:3306, which is instance c1-1 of cluster c1");
    }

    @Test
    void aClusterMayTakeOverTheServersOfOneThatGoes() {
        // Given
        Znode heir = znode(ClusterDefinitionCodec.znode(C9).write(withServersOf(C9, C3)));
        FleetImage going =
                image().apply(Map.of("/clusters/c3", Znode.ABSENT, "/clusters/c9", heir), 8, LATER);

        // When
        FleetImage gone = settle(going);
        FleetImage settled = settle(gone);

        // Then
        assertThat(going.good().orElseThrow().clusters()).containsOnlyKeys(C1, C2, C3);
        assertThat(settled.good().orElseThrow().clusters()).containsOnlyKeys(C1, C2, C9);
        assertThat(settled.rejected()).isEmpty();
        assertThat(settled.recheck()).isEmpty();
    }

    private static ClusterDefinition withServersOf(ClusterId id, ClusterId other) {
        ClusterDefinition its = Records.cluster(other);
        return new ClusterDefinition(
                id,
                its.family(),
                its.instances(),
                its.weight(),
                its.capacity(),
                its.labels(),
                its.link());
    }

    @Test
    void anIntentThatOutlivedItsClusterCountsWhenTheClusterComesBack() {
        // Given
        FleetImage offline =
                image().apply(Map.of("/intents/c3", znode(intentBytes(Intent.OFFLINE))), 8, NOON);
        FleetImage removed = settle(offline.apply(Map.of("/clusters/c3", Znode.ABSENT), 9, LATER));

        // When
        FleetImage back =
                removed.apply(Map.of("/clusters/c3", znode(definitionBytes(C3))), 10, SETTLED);

        // Then
        assertThat(rules(removed)).contains("there is no cluster of that name");
        assertThat(cluster(back, C3).intent().intent()).isEqualTo(Intent.OFFLINE);
        assertThat(back.rejected()).isEmpty();
    }

    @Test
    void anEmptiedChrootChangesNothingHoweverLongItLasts() {
        // Given
        FleetImage before = image();
        Map<String, Znode> nothing = new HashMap<>();
        before.paths().forEach(path -> nothing.put(path, Znode.ABSENT));

        // When
        FleetImage after = settle(settle(before.apply(nothing, 8, LATER)));

        // Then
        assertSame(before, after);
        assertThat(rules(after)).contains("all clusters are gone; they stay in force");
    }

    @Test
    void anEmptiedChrootChangesNothingInWhateverOrderItGoes() {
        // Given
        FleetImage before = image();
        FleetImage image = before;
        Instant now = LATER;

        // When
        for (String path : before.paths().stream().sorted().toList().reversed()) {
            now = now.plusMillis(20);
            image = image.apply(Map.of(path, Znode.ABSENT), 8, now);
        }
        image = settle(settle(image));

        // Then
        assertSame(before, image);
    }

    @Test
    void aBucketThatIsGoneKeepsItsProjects() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after = before.apply(Map.of("/projects/f24", Znode.ABSENT), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after)).contains("is gone with 1 projects; they keep their homes");
    }

    @Test
    void aPlacementThatIsGoneStaysWhileItsNeighboursChange() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after =
                before.apply(Map.of("/projects/f24", bucket(NEIGHBOUR, on(C2))), 8, LATER);

        // Then
        assertThat(home(after, P42)).isEqualTo(C1);
        assertThat(home(after, NEIGHBOUR)).isEqualTo(C2);
        assertThat(after.rejected())
                .extracting(RejectedEdit::field)
                .containsExactly("projects.p42");
    }

    @Test
    void aPlacementMovedByHandIsTaken() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after = before.apply(Map.of("/projects/f24", bucket(P42, on(C2))), 8, LATER);

        // Then
        assertThat(home(after, P42)).isEqualTo(C2);
        assertThat(after.rejected()).isEmpty();
    }

    @Test
    void aPlacementOnAnUnknownClusterFallsBackAloneUntilTheClusterComes() {
        // Given
        Map<ProjectId, Placement> placements =
                new TreeMap<>(Map.of(P42, on(C9), NEIGHBOUR, on(C2)));
        Znode edit = bucket(Buckets.of(P42), placements);

        // When
        FleetImage bad = image().apply(Map.of("/projects/f24", edit), 8, LATER);
        FleetImage mended = bad.apply(Map.of("/clusters/c9", znode(definitionBytes(C9))), 9, LATER);

        // Then
        assertThat(home(bad, P42)).isEqualTo(C1);
        assertThat(home(bad, NEIGHBOUR)).isEqualTo(C2);
        assertThat(rules(bad)).contains("must be a cluster that exists, was c9");
        assertThat(home(mended, P42)).isEqualTo(C9);
        assertThat(mended.rejected()).isEmpty();
    }

    @Test
    void aFewTombstonesMayBeTakenAway() {
        // Given
        FleetImage buried =
                image().apply(
                                Map.of("/projects/f24", bucket(P42, in(ProjectState.DELETED, C1))),
                                8,
                                LATER);

        // When
        FleetImage after =
                buried.apply(
                        Map.of("/projects/f24", znode(utf8("{\"v\":1,\"projects\":{}}"))),
                        9,
                        LATER);

        // Then
        assertThat(after.good().orElseThrow().placements().find(P42)).isEmpty();
        assertThat(after.rejected()).isEmpty();
    }

    @Test
    void manyTombstonesAtOnceMayNot() {
        // Given
        Map<String, Znode> buried = new HashMap<>(fleet());
        Map<String, Znode> emptied = new HashMap<>();
        for (int i = 0; i < 30; i++) {
            ProjectId project = project("old-" + i);
            String path = ZnodePaths.bucketOf(project);
            buried.put(path, bucket(project, in(ProjectState.DELETED, C1)));
            emptied.put(path, znode(utf8("{\"v\":1,\"projects\":{}}")));
        }
        FleetImage before = startingWith(Optional.empty()).apply(buried, 7, NOON);

        // When
        FleetImage after = before.apply(emptied, 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(after.rejected()).hasSize(emptied.size());
    }

    @Test
    void anIntentThatIsGoneMeansActiveOnceItHasSettled() {
        // Given
        FleetImage before = image();

        // When
        FleetImage gone = before.apply(Map.of("/intents/c2", Znode.ABSENT), 8, LATER);
        FleetImage settled = settle(gone);

        // Then
        assertThat(cluster(gone, C2).intent().intent()).isEqualTo(Intent.OFFLINE);
        assertThat(cluster(settled, C2).intent().intent()).isEqualTo(Intent.ACTIVE);
        assertThat(settled.rejected()).isEmpty();
    }

    @Test
    void anIntentForAnUnknownClusterIsReported() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after =
                before.apply(Map.of("/intents/c9", znode(intentBytes(Intent.OFFLINE))), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after)).containsExactly("there is no cluster of that name");
    }

    @Test
    void aPolicyThatNamesAnUnknownClusterIsKeptOut() {
        // Given
        FleetImage before = image();

        // When
        FleetImage after =
                before.apply(Map.of("/placement-policy", policy(List.of(C1, C9))), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after)).containsExactly("names clusters that do not exist: [c9]");
    }

    @Test
    void aVerdictWithAnUnknownInstanceIsKeptOut() {
        // Given
        FleetImage before = image();
        Znode edit = verdictZnode(verdict(Health.HEALTHY, Optional.of("c1-7"), 9));

        // When
        FleetImage after = before.apply(Map.of("/verdicts/c1", edit), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after)).singleElement().asString().contains("c1-7");
    }

    @Test
    void aStaleEpochIsKeptOutAndTheNewestOneIsRemembered() {
        // Given
        FleetImage newer =
                image().apply(
                                Map.of(
                                        "/verdicts/c1",
                                        verdictZnode(
                                                verdict(Health.HEALTHY, Optional.of("c1-2"), 9))),
                                8,
                                LATER);

        // When
        FleetImage stale =
                newer.apply(Map.of("/verdicts/c1", verdictZnode(healthy(C1, 8))), 9, LATER);
        FleetImage gone = stale.apply(Map.of("/verdicts/c1", Znode.ABSENT), 10, LATER);
        FleetImage again =
                gone.apply(Map.of("/verdicts/c1", verdictZnode(healthy(C1, 8))), 11, LATER);

        // Then
        for (FleetImage image : List.of(stale, gone, again)) {
            assertSame(newer, image);
            assertThat(image.rejected()).hasSize(1);
        }
    }

    @Test
    void anotherPrimaryInTheSameEpochIsKeptOut() {
        // Given
        FleetImage before = image();
        Znode edit = verdictZnode(verdict(Health.HEALTHY, Optional.of("c1-2"), 3));

        // When
        FleetImage after = before.apply(Map.of("/verdicts/c1", edit), 8, LATER);

        // Then
        assertSame(before, after);
        assertThat(rules(after))
                .containsExactly("names c1-2 as primary in epoch 3, which is the epoch of c1-1");
    }

    @Test
    void aDefinitionWithoutThePrimaryIsKeptOutUnlessTheClusterIsOffline() {
        // Given
        ClusterDefinition old = Records.cluster(C1);
        var shorter =
                new ClusterDefinition(
                        C1,
                        old.family(),
                        old.instances().subList(1, 2),
                        old.weight(),
                        old.capacity(),
                        old.labels(),
                        old.link());
        Znode edit = znode(ClusterDefinitionCodec.znode(C1).write(shorter));

        // When
        FleetImage bad = image().apply(Map.of("/clusters/c1", edit), 8, LATER);
        FleetImage offline =
                bad.apply(Map.of("/intents/c1", znode(intentBytes(Intent.OFFLINE))), 9, LATER);
        FleetImage after = offline.apply(Map.of(), 10, LATER);

        // Then
        assertSame(image(), bad);
        assertThat(rules(bad)).singleElement().asString().contains("must have c1-1");
        assertThat(cluster(after, C1).definition()).isEqualTo(shorter);
    }

    @Test
    void withoutALastGoodPictureTheBadOnesAreLeftOut() {
        // Given
        Map<String, Znode> znodes = fleet();
        znodes.put("/clusters/c2", znode(utf8("{")));
        znodes.put("/intents/c1", znode(utf8("{")));
        znodes.put("/clusters/NO GOOD", znode(utf8("{")));

        // When
        FleetImage image = startingWith(Optional.empty()).apply(znodes, 7, NOON);

        // Then
        assertThat(image.good().orElseThrow().clusters()).containsOnlyKeys(C1, C3);
        assertThat(cluster(image, C1).intent().intent()).isEqualTo(Intent.CORDONED);
        assertThat(znodesOf(image))
                .contains("clusters/c2", "intents/c1", "clusters/NO GOOD", "placement-policy");
    }

    @Test
    void withoutAnyClusterThereIsNoPictureAndTheReasonIsVisible() {
        // Given
        Map<String, Znode> znodes = Map.of("/clusters/c1", znode(utf8("{\"v\":1}")));

        // When
        FleetImage image = startingWith(Optional.empty()).apply(znodes, 7, NOON);

        // Then
        assertThat(image.good()).isEmpty();
        assertThat(rules(image)).contains("is required", "there is no cluster that can be used");
    }

    @Test
    void guardAndIncidentsComeIntoForce() {
        // When
        FleetSnapshot good = guarded().good().orElseThrow();

        // Then
        assertThat(good.guard())
                .isEqualTo(
                        new GuardState(
                                Records.guard(),
                                List.of(Records.approval("a1")),
                                List.of(Records.announcement("n1"))));
        assertThat(good.incidents()).extracting(one -> one.id().value()).containsExactly("i1");
        assertThat(good.cluster(C1).orElseThrow().containment().projects()).containsExactly(P42);
        assertThat(good.cluster(C2).orElseThrow().containment()).isEqualTo(Containment.NONE);
    }

    @Test
    void withoutALastGoodOneABadGuardIsTheDefaultOne() {
        // Given
        Map<String, Znode> znodes = fleet();
        znodes.put("/guard", znode(utf8("{")));

        // When
        FleetImage image = startingWith(Optional.empty()).apply(znodes, 7, NOON);

        // Then
        assertThat(image.good().orElseThrow().guard()).isEqualTo(GuardState.DEFAULT);
        assertThat(znodesOf(image)).containsExactly("guard");
    }

    @Test
    void whatPermitsIsGoneAtOnce() {
        // When
        FleetImage after =
                guarded()
                        .apply(
                                Map.of(
                                        "/approvals/a1",
                                        Znode.ABSENT,
                                        "/announcements/n1",
                                        Znode.ABSENT),
                                8,
                                LATER);

        // Then
        assertThat(after.good().orElseThrow().guard())
                .isEqualTo(new GuardState(Records.guard(), List.of(), List.of()));
        assertThat(after.rejected()).isEmpty();
    }

    @Test
    void aGuardThatIsGoneIsTheDefaultOneOnceItHasSettled() {
        // Given
        FleetImage before = guarded();

        // When
        FleetImage gone = before.apply(Map.of("/guard", Znode.ABSENT), 8, LATER);
        FleetImage settled = settle(gone);

        // Then
        assertSame(before, gone);
        assertThat(settled.good().orElseThrow().guard().policy()).isEqualTo(GuardPolicy.DEFAULT);
        assertThat(settled.rejected()).isEmpty();
    }

    @Test
    void aClosedIncidentLimitsNothingAndMayGo() {
        // Given
        Incident incident = Records.incident("i1", C1, IncidentLimit.CONTAIN, P42);
        Incident closed = incident.closed(new Incident.Closing("mia", "restored", LATER));

        // When
        FleetImage after =
                guarded().apply(Map.of("/incidents/i1", incidentZnode(closed)), 8, LATER);
        FleetImage trimmed = after.apply(Map.of("/incidents/i1", Znode.ABSENT), 9, LATER);

        // Then
        assertThat(containedOn(after, C1)).isEmpty();
        assertThat(after.good().orElseThrow().incidents()).isEmpty();
        assertSame(after, trimmed);
        assertThat(trimmed.rejected()).isEmpty();
        assertThat(trimmed.recheck()).isEmpty();
    }

    @Test
    void anIncidentThatSomebodyDeletesAloneEndsOnceThatHasSettled() {
        // Given
        FleetImage before = guarded();

        // When
        FleetImage gone = before.apply(Map.of("/incidents/i1", Znode.ABSENT), 8, LATER);
        FleetImage settled = settle(gone);

        // Then
        assertThat(containedOn(gone, C1)).containsExactly(P42);
        assertThat(containedOn(settled, C1)).isEmpty();
        assertThat(settled.rejected()).isEmpty();
    }

    @Test
    void anIncidentThatWentWithOtherThingsStaysUntilItIsClosed() {
        // Given
        FleetImage gone =
                settle(
                        guarded()
                                .apply(
                                        Map.of(
                                                "/incidents/i1",
                                                Znode.ABSENT,
                                                "/projects/f24",
                                                Znode.ABSENT),
                                        8,
                                        LATER));

        // When
        FleetImage mended =
                settle(gone.apply(Map.of("/projects/f24", bucket(P42, on(C1))), 9, SETTLED));
        FleetImage closed =
                mended.apply(
                        Map.of(
                                "/incidents/i1",
                                incidentZnode(
                                        Records.incident("i1", C1, IncidentLimit.CONTAIN, P42)
                                                .closed(
                                                        new Incident.Closing(
                                                                "mia", "restored", LATER)))),
                        10,
                        SETTLED);

        // Then
        assertThat(containedOn(gone, C1)).containsExactly(P42);
        assertThat(containedOn(mended, C1)).containsExactly(P42);
        assertThat(rules(mended))
                .singleElement()
                .asString()
                .contains("stays in force until it is closed (homeport incident close i1)");
        assertThat(containedOn(closed, C1)).isEmpty();
        assertThat(closed.rejected()).isEmpty();
    }

    @Test
    void anIncidentThatIsNotInANewEnsembleStaysUntilItIsClosed() {
        // Given
        Map<String, Znode> restored = new HashMap<>(fleet());
        restored.put("/incidents/i1", Znode.ABSENT);
        restored.put("/guard", Znode.ABSENT);

        // When
        FleetImage after = startingWith(guarded().good()).apply(restored, 3, LATER);
        FleetImage settled = settle(after);

        // Then
        assertThat(containedOn(settled, C1)).containsExactly(P42);
        assertThat(settled.good().orElseThrow().guard().policy()).isEqualTo(GuardPolicy.DEFAULT);
        assertThat(znodesOf(settled)).containsExactly("incidents/i1");
    }

    @Test
    void anEmptiedChrootEndsNoContainment() {
        // Given
        FleetImage before = guarded();
        Map<String, Znode> nothing = new HashMap<>();
        before.paths().forEach(path -> nothing.put(path, Znode.ABSENT));

        // When
        FleetImage after = settle(settle(before.apply(nothing, 8, LATER)));

        // Then
        assertThat(containedOn(after, C1)).containsExactly(P42);
        assertThat(after.good().orElseThrow().guard().policy()).isEqualTo(Records.guard());
    }

    @Test
    void anIncidentOfAClusterThatComesLaterLimitsItThen() {
        // Given
        Znode incident = incidentZnode(Records.incident("i9", C9, IncidentLimit.OFFLINE, P1));
        FleetImage before = image().apply(Map.of("/incidents/i9", incident), 8, LATER);

        // When
        FleetImage after =
                before.apply(Map.of("/clusters/c9", znode(definitionBytes(C9))), 9, LATER);

        // Then
        assertThat(before.rejected()).isEmpty();
        assertThat(cluster(after, C9).containment().wholeCluster()).isTrue();
    }

    @Test
    void misnamedIncidentsAndApprovalsAreReported() {
        // When
        FleetImage after =
                guarded()
                        .apply(
                                Map.of(
                                        "/incidents/NO GOOD",
                                        znode(utf8("{}")),
                                        "/approvals/_",
                                        znode(utf8("{}"))),
                                8,
                                LATER);

        // Then
        assertSame(guarded(), after);
        assertThat(znodesOf(after)).containsExactly("approvals/_", "incidents/NO GOOD");
    }

    /** Placements that come alone are judged without all else, which must make no difference. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void placementsThatComeAloneAreJudgedAsIfTheyCameWithSomethingElse(long seed) {
        // Given
        var random = new Random(seed);
        Map<String, Znode> same = Map.of("/clusters/c1", znode(definitionBytes(C1)));
        FleetImage alone = guarded();
        FleetImage together = guarded();
        Instant now = NOON;

        for (int zxid = 8; zxid < 300; zxid++) {
            // When
            Map<String, Znode> changed = someChange(random);
            now = now.plusMillis(random.nextInt(400));
            alone = alone.apply(changed, zxid, now);
            Map<String, Znode> more = new HashMap<>(changed);
            same.forEach(more::putIfAbsent);
            together = together.apply(more, zxid, now);

            // Then
            assertSame(together, alone);
            assertThat(alone.rejected()).isEqualTo(together.rejected());
            assertThat(alone.recheck()).isEqualTo(together.recheck());
            assertThat(alone.good().orElseThrow().zxid()).isEqualTo(zxid);
            assertThat(alone.good().orElseThrow().asOf()).isEqualTo(now);
            assertThat(alone.good().orElseThrow().versions())
                    .isEqualTo(together.good().orElseThrow().versions());
            for (ClusterId id : List.of(C1, C2, C3)) {
                assertThat(alone.good().orElseThrow().placements().residents(id))
                        .isEqualTo(together.good().orElseThrow().placements().residents(id));
            }
        }
    }

    /** Mostly good placements; now and then one that is not, a bucket that goes, or an intent. */
    private static Map<String, Znode> someChange(Random random) {
        int bucket = Buckets.of(random.nextBoolean() ? P1 : P42);
        ProjectId project = bucket == Buckets.of(P1) ? P1 : P42;
        Map<ProjectId, Placement> good = new TreeMap<>();
        ClusterId home = List.of(C1, C2).get(random.nextInt(2));
        good.put(project, random.nextInt(4) == 0 ? in(ProjectState.DELETED, home) : on(home));
        if (project.equals(P42) && random.nextBoolean()) {
            good.put(NEIGHBOUR, on(C1));
        }
        String path = ZnodePaths.bucket(bucket);
        return switch (random.nextInt(12)) {
            case 0 -> Map.of(path, znode(utf8("{")));
            case 1 -> Map.of(path, bucket(bucket, Map.of(project, on(C9))));
            case 2 -> Map.of(path, Znode.ABSENT);
            case 3 ->
                    Map.of("/projects/zzz", random.nextBoolean() ? Znode.ABSENT : znode(utf8("")));
            case 4 -> Map.of("/intents/c3", znode(intentBytes(Intent.CORDONED)));
            case 5 -> Map.of("/intents/c3", Znode.ABSENT);
            case 6 -> Map.of();
            default -> Map.of(path, bucket(bucket, good));
        };
    }

    /** The fleet with a guard, and an incident that contains p42. */
    private static FleetImage guarded() {
        return image().apply(
                        Map.of(
                                "/guard",
                                znode(GuardPolicyCodec.ZNODE.write(Records.guard())),
                                "/approvals/a1",
                                znode(
                                        ApprovalCodec.znode(new ApprovalId("a1"))
                                                .write(Records.approval("a1"))),
                                "/announcements/n1",
                                znode(
                                        AnnouncementCodec.znode(new AnnouncementId("n1"))
                                                .write(Records.announcement("n1"))),
                                "/incidents/i1",
                                incidentZnode(
                                        Records.incident("i1", C1, IncidentLimit.CONTAIN, P42))),
                        7,
                        NOON);
    }

    private static Znode incidentZnode(Incident incident) {
        return znode(IncidentCodec.znode(incident.id()).write(incident));
    }

    private static Set<ProjectId> containedOn(FleetImage image, ClusterId id) {
        return cluster(image, id).containment().projects();
    }

    @Test
    void theListOfRejectedEditsIsBoundedAndSaysHowManyMore() {
        // Given
        Map<String, Znode> edits = new LinkedHashMap<>();
        for (int i = 0; i < 250; i++) {
            edits.put("/intents/x" + i, znode(intentBytes(Intent.ACTIVE)));
        }

        // When
        FleetImage after = image().apply(edits, 8, LATER);

        // Then
        assertThat(after.rejected()).hasSize(100);
        assertThat(after.rejected().get(99).rule()).isEqualTo("and 151 more that are not listed");
    }

    @Test
    void thatAllIsLostIsSaidFirstAndInFewWords() {
        // Given
        Map<String, Znode> znodes = fleet();
        for (int i = 0; i < 300; i++) {
            ProjectId project = new ProjectId("many-" + i);
            znodes.put(ZnodePaths.bucketOf(project), bucket(project, on(C1)));
        }
        FleetImage before = startingWith(Optional.empty()).apply(znodes, 7, NOON);
        Map<String, Znode> nothing = new HashMap<>();
        before.paths().forEach(path -> nothing.put(path, Znode.ABSENT));
        String some =
                before.paths().stream()
                        .filter(one -> one.startsWith("/projects/"))
                        .findFirst()
                        .get();

        // When
        FleetImage after = before.apply(nothing, 8, LATER);
        FleetImage later = after.apply(Map.of(some, znodes.get(some)), 9, SETTLED);

        // Then
        assertThat(znodesOf(after)).startsWith("clusters", "projects").hasSizeLessThan(20);
        assertThat(rules(after).get(1))
                .matches("\\d+ znodes are gone with \\d+ projects; they keep their homes");
        assertThat(rules(later).get(1)).isNotEqualTo(rules(after).get(1));
        assertThat(later.rejected().get(1).since()).isEqualTo(LATER);
    }

    private static FleetImage startingWith(Optional<FleetSnapshot> lastGood) {
        return FleetImage.startingWith(lastGood, new KnownBuckets(Optional::empty));
    }

    private static FleetImage image() {
        return startingWith(Optional.empty()).apply(fleet(), 7, NOON);
    }

    /** Three clusters; p1 and p42 live on c1; c2 is offline; c3 has nothing, nobody names it. */
    private static Map<String, Znode> fleet() {
        Map<String, Znode> znodes = new HashMap<>();
        for (ClusterId id : List.of(C1, C2, C3)) {
            znodes.put(ZnodePaths.cluster(id), znode(definitionBytes(id)));
        }
        znodes.put("/intents/c1", znode(intentBytes(Intent.ACTIVE)));
        znodes.put("/intents/c2", znode(intentBytes(Intent.OFFLINE)));
        znodes.put("/verdicts/c1", verdictZnode(healthy(C1, 3)));
        znodes.put("/verdicts/c2", verdictZnode(healthy(C2, 1)));
        znodes.put("/placement-policy", policy(List.of(C1, C2)));
        znodes.put(ZnodePaths.bucketOf(P1), bucket(P1, on(C1)));
        znodes.put(ZnodePaths.bucketOf(P42), bucket(P42, on(C1)));
        return znodes;
    }

    private static FleetImage settle(FleetImage image) {
        Instant now = image.recheck().orElse(SETTLED.plusSeconds(60));
        return image.apply(Map.of(), 9, now);
    }

    private static Znode znode(byte[] bytes) {
        return Znode.of(bytes, 0, 5);
    }

    private static byte[] definitionBytes(ClusterId id) {
        return ClusterDefinitionCodec.znode(id).write(Records.cluster(id));
    }

    private static byte[] intentBytes(Intent value) {
        return ClusterIntentCodec.ZNODE.write(intent(value));
    }

    private static Znode verdictZnode(dev.homeport.topology.Verdict verdict) {
        return znode(VerdictCodec.ZNODE.write(verdict));
    }

    private static Znode policy(List<ClusterId> preferred) {
        return znode(
                PlacementPolicyCodec.ZNODE.write(
                        new PlacementPolicy(
                                preferred, List.of(), PlacementPolicy.DEFAULT_PROVISION)));
    }

    private static Znode bucket(ProjectId project, Placement placement) {
        return bucket(Buckets.of(project), Map.of(project, placement));
    }

    private static Znode bucket(int bucket, Map<ProjectId, Placement> placements) {
        return znode(PlacementBucketCodec.znode(bucket).write(PackedBucket.of(bucket, placements)));
    }

    private static ClusterSnapshot cluster(FleetImage image, ClusterId id) {
        return image.good().orElseThrow().cluster(id).orElseThrow();
    }

    private static ClusterId home(FleetImage image, ProjectId project) {
        return image.good().orElseThrow().placements().find(project).orElseThrow().home();
    }

    private static List<String> rules(FleetImage image) {
        return image.rejected().stream().map(RejectedEdit::rule).toList();
    }

    private static List<String> znodesOf(FleetImage image) {
        return image.rejected().stream().map(RejectedEdit::znode).toList();
    }

    private static void assertSame(FleetImage expected, FleetImage actual) {
        FleetSnapshot before = expected.good().orElseThrow();
        FleetSnapshot after = actual.good().orElseThrow();
        assertThat(after.clusters()).isEqualTo(before.clusters());
        assertThat(after.policy()).isEqualTo(before.policy());
        assertThat(after.guard()).isEqualTo(before.guard());
        assertThat(after.incidents()).isEqualTo(before.incidents());
        assertThat(placements(after)).isEqualTo(placements(before));
    }

    private static Map<ProjectId, Placement> placements(FleetSnapshot fleet) {
        Map<ProjectId, Placement> all = new TreeMap<>();
        fleet.placements().forEach(all::put);
        return all;
    }
}
