package dev.homeport.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardStateTest {
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
    private static final ProjectId P42 = new ProjectId("p42");
    private static final ProjectId P43 = new ProjectId("p43");
    private static final List<TableName> X = List.of(new TableName("app", "x"));
    private static final Optional<String> NOBODY = Optional.empty();

    @Test
    void theOldestApprovalThatIsGoodIsFound() {
        // Given
        GuardState guard =
                new GuardState(
                        GuardPolicy.DEFAULT,
                        List.of(approval("a3", 1), approval("a1", 0), approval("a2", 1)),
                        List.of());

        // Then
        assertThat(guard.approvalFor(P42, StatementClass.DROP_TABLE, X, NOON))
                .map(Approval::id)
                .contains(new ApprovalId("a2"));
        assertThat(guard.approvalFor(P43, StatementClass.DROP_TABLE, X, NOON)).isEmpty();
        assertThat(guard.approvalFor(P42, StatementClass.TRUNCATE, X, NOON)).isEmpty();
        assertThat(guard.approvalFor(P42, StatementClass.DROP_TABLE, X, NOON.plusSeconds(60)))
                .isEmpty();
    }

    @Test
    void anApprovalMustCoverEveryTableOfAStatement() {
        // Given
        Approval approval = approval("a1", 1);
        TableName other = new TableName("app", "y");

        // Then
        assertThat(approval.covers(P42, StatementClass.DROP_TABLE, X)).isTrue();
        assertThat(approval.covers(P42, StatementClass.DROP_TABLE, List.of(X.get(0), other)))
                .isFalse();
        assertThat(approval.covers(P42, StatementClass.DROP_TABLE, List.of())).isFalse();
    }

    @Test
    void anAnnouncementOfATenantIsNoneOfTheOthers() {
        // Given
        GuardState guard =
                new GuardState(
                        GuardPolicy.DEFAULT,
                        List.of(),
                        List.of(
                                announcement("n1", P42, Optional.of("12")),
                                announcement("n2", P43, NOBODY)));

        // Then
        assertThat(guard.announcementOf(P42, Optional.of("12"), NOON)).isPresent();
        assertThat(guard.announcementOf(P42, Optional.of("13"), NOON)).isEmpty();
        assertThat(guard.announcementOf(P42, NOBODY, NOON)).isEmpty();
        assertThat(guard.announcementOf(P42, Optional.of("12"), NOON.plusSeconds(60))).isEmpty();
        assertThat(guard.announcementOf(P43, Optional.of("1"), NOON)).isPresent();
    }

    @Test
    void aDeletedProjectIsAnnouncedByThat() {
        // Given
        ClusterId c1 = new ClusterId("c1");
        PlacementMap placements =
                PlacementMap.EMPTY.withBucket(
                        Buckets.of(P42),
                        Map.of(
                                P42,
                                new Placement(
                                        c1, ProjectState.DELETED, NOON, "", Optional.empty())));
        FleetSnapshot fleet =
                new FleetSnapshot(
                        Map.of(),
                        placements,
                        PlacementPolicy.DEFAULT,
                        GuardState.DEFAULT,
                        List.of(),
                        1,
                        NOON);

        // Then
        assertThat(fleet.isDeletionAnnounced(P42, NOBODY, NOON)).isTrue();
        assertThat(fleet.isDeletionAnnounced(P43, NOBODY, NOON)).isFalse();
    }

    private static Approval approval(String id, int statements) {
        return new Approval(
                new ApprovalId(id),
                P42,
                Set.of(StatementClass.DROP_TABLE),
                List.of(TableGlob.parse("app.x")),
                statements,
                NOON.plusSeconds(60),
                "mia",
                "");
    }

    private static Announcement announcement(
            String id, ProjectId project, Optional<String> tenant) {
        return new Announcement(
                new AnnouncementId(id), project, tenant, NOON.plusSeconds(60), "mia", "");
    }
}
