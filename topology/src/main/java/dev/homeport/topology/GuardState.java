package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the guard goes by.
 *
 * @param approvals by id, so from the oldest to the newest; used up and expired ones among them
 * @param announcements by id; expired ones among them
 */
public record GuardState(
        GuardPolicy policy, List<Approval> approvals, List<Announcement> announcements) {
    /** What holds while nobody wrote anything. */
    public static final GuardState DEFAULT =
            new GuardState(GuardPolicy.DEFAULT, List.of(), List.of());

    /** In any order. */
    public GuardState(
            GuardPolicy policy,
            Collection<Approval> approvals,
            Collection<Announcement> announcements) {
        this(policy, List.copyOf(approvals), List.copyOf(announcements));
    }

    public GuardState {
        requireNonNull(policy, "policy");
        approvals = approvals.stream().sorted(Comparator.comparing(Approval::id)).toList();
        announcements =
                announcements.stream().sorted(Comparator.comparing(Announcement::id)).toList();
    }

    /**
     * The oldest good approval for such a statement. It counts only once it was used.
     *
     * @param named every table that the statement names
     */
    public Optional<Approval> approvalFor(
            ProjectId project, StatementClass kind, List<TableName> named, Instant now) {
        return approvals.stream()
                .filter(one -> one.isGood(now) && one.covers(project, kind, named))
                .findFirst();
    }

    /** An announcement that speaks of a loss at that moment; see {@link Announcement#covers}. */
    public Optional<Announcement> announcementOf(
            ProjectId project, Optional<String> tenant, Instant at) {
        return announcements.stream().filter(one -> one.covers(project, tenant, at)).findFirst();
    }
}
