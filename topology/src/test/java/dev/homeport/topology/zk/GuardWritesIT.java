package dev.homeport.topology.zk;

import static dev.homeport.topology.zk.Records.C1;
import static dev.homeport.topology.zk.Records.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.Approval;
import dev.homeport.topology.ApprovalId;
import dev.homeport.topology.FleetSource.Connection;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.TopologyException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardWritesIT {
    private TestEnsemble ensemble;
    private ZooKeeperFleet fleet;

    @BeforeEach
    void startZooKeeper() throws Exception {
        ensemble = new TestEnsemble();
        fleet = ensemble.open();
        await().until(() -> fleet.source().status().connection() == Connection.CONNECTED);
        fleet.writer().putCluster(cluster(C1), OptionalInt.empty());
        await().until(() -> fleet.source().current().isPresent());
        ensemble.awaitParents();
    }

    @AfterEach
    void stopZooKeeper() throws Exception {
        ensemble.close();
    }

    @Test
    void whatIsWrittenReachesTheRoutersAndABadEditChangesNothing() throws Exception {
        // Given
        Approval approval = approval("a1", 5, Instant.now().plusSeconds(60));
        Announcement announcement = Records.announcement("n1");

        // When
        fleet.writer().putGuard(Records.guard());
        fleet.writer().putApproval(approval);
        fleet.writer().putAnnouncement(announcement);
        await().until(
                        () ->
                                guard().equals(
                                                new GuardState(
                                                        Records.guard(),
                                                        List.of(approval),
                                                        List.of(announcement))));
        ensemble.set("/guard", "{\"v\":1,\"rules\":[{\"actions\":{\"all\":\"quarantine\"}}]}");

        // Then
        await().until(() -> fleet.source().status().rejected().size() == 1);
        assertThat(fleet.source().status().rejected().get(0).rule())
                .contains("actions.all must not be quarantine");
        assertThat(guard().policy()).isEqualTo(Records.guard());
        fleet.writer().removeApproval(approval.id());
        fleet.writer().removeAnnouncement(announcement.id());
        fleet.writer().putGuard(GuardPolicy.DEFAULT);
        await().until(() -> guard().equals(GuardState.DEFAULT));
        assertThat(fleet.source().status().rejected()).isEmpty();
    }

    @Test
    void everyStatementOfAnApprovalIsGivenAwayOnce() throws Exception {
        // Given
        ZooKeeperFleet other = ensemble.open();
        ApprovalId id = new ApprovalId("a1");
        fleet.writer().putApproval(approval("a1", 7, Instant.now().plusSeconds(60)));
        List<Boolean> used = new ArrayList<>();

        // When
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            List<Future<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ZooKeeperFleet router = i % 2 == 0 ? fleet : other;
                futures.add(executor.submit(() -> router.writer().useApproval(id)));
            }
            for (Future<Boolean> future : futures) {
                used.add(future.get());
            }
        }

        // Then
        assertThat(used).filteredOn(one -> one).hasSize(7);
        await().until(
                        () ->
                                guard().approvals().stream()
                                        .map(Approval::statements)
                                        .toList()
                                        .equals(List.of(0)));
    }

    @Test
    void whatHasEndedIsGoneOrCannotBeReadIsNotGood() throws Exception {
        // Given
        fleet.writer().putApproval(approval("ended", 5, Instant.now().minusSeconds(1)));
        fleet.writer().putApproval(approval("broken", 5, Instant.now().plusSeconds(60)));
        ensemble.set("/approvals/broken", "{");

        // Then
        assertThat(fleet.writer().useApproval(new ApprovalId("ended"))).isFalse();
        assertThat(fleet.writer().useApproval(new ApprovalId("broken"))).isFalse();
        assertThat(fleet.writer().useApproval(new ApprovalId("none"))).isFalse();
    }

    @Test
    void whileZooKeeperIsAwayNobodyKnowsWhetherAnApprovalIsGood() throws Exception {
        // Given
        fleet.writer().putApproval(approval("a1", 5, Instant.now().plusSeconds(60)));
        ensemble.stop();

        // When
        var thrown = assertThatThrownBy(() -> fleet.writer().useApproval(new ApprovalId("a1")));

        // Then
        thrown.hasFieldOrPropertyWithValue("reason", Reason.UNAVAILABLE);
    }

    @Test
    void idsAreTakenOnceAndWhatIsNotThereCannotBeRemoved() throws Exception {
        // Given
        Approval approval = approval("a1", 5, Instant.now().plusSeconds(60));
        fleet.writer().putApproval(approval);
        fleet.writer().putAnnouncement(Records.announcement("n1"));

        // Then
        assertThatThrownBy(() -> fleet.writer().putApproval(approval))
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        assertThatThrownBy(() -> fleet.writer().putAnnouncement(Records.announcement("n1")))
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        assertThatThrownBy(() -> fleet.writer().removeApproval(new ApprovalId("a2")))
                .hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
        assertThatThrownBy(() -> fleet.writer().removeAnnouncement(new AnnouncementId("n2")))
                .hasFieldOrPropertyWithValue("reason", Reason.NOT_FOUND);
    }

    @Test
    void onlyWhatHasEndedMakesRoom() throws Exception {
        // Given
        create(approval("a-ended", 5, Instant.now().minusSeconds(1)));
        for (int i = 1; i < GuardWrites.MOST_APPROVALS; i++) {
            create(approval("b-" + i, 5, Instant.now().plusSeconds(60)));
        }

        // When
        fleet.writer().putApproval(approval("c1", 5, Instant.now().plusSeconds(60)));
        var full =
                assertThatThrownBy(
                        () ->
                                fleet.writer()
                                        .putApproval(
                                                approval("c2", 5, Instant.now().plusSeconds(60))));

        // Then
        full.hasMessageContaining("there are 200 approvals already")
                .hasFieldOrPropertyWithValue("reason", Reason.CONFLICT);
        assertThat(ensemble.operator().getChildren("/approvals", false))
                .hasSize(GuardWrites.MOST_APPROVALS)
                .contains("c1")
                .doesNotContain("a-ended");
    }

    private void create(Approval approval) throws Exception {
        ensemble.operator()
                .create(
                        ZnodePaths.approval(approval.id()),
                        ApprovalCodec.znode(approval.id()).write(approval),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT);
    }

    private static Approval approval(String id, int statements, Instant until) {
        Approval one = Records.approval(id);
        return new Approval(
                one.id(),
                one.project(),
                one.classes(),
                one.tables(),
                statements,
                until,
                one.by(),
                one.reason());
    }

    private GuardState guard() {
        return fleet.source().current().orElseThrow().guard();
    }
}
