package dev.homeport.topology;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * An operator's word, given before, that data of a project will be deleted: what is lost then is no
 * incident, and no burst. The guard's rules go on to apply.
 *
 * @param tenant the tenant whose data it is about; empty for the whole project
 * @param until when it ends
 * @param by who gave it
 */
public record Announcement(
        AnnouncementId id,
        ProjectId project,
        Optional<String> tenant,
        Instant until,
        String by,
        String reason) {
    /** What a tenant's name may have at most, in characters: it stands in a table's name. */
    public static final int MOST_TENANT_CHARS = TableName.MOST_CHARS;

    /**
     * @throws IllegalArgumentException if the tenant's name is empty or too long
     */
    public Announcement {
        requireNonNull(id, "id");
        requireNonNull(project, "project");
        requireNonNull(until, "until");
        requireNonNull(by, "by");
        requireNonNull(reason, "reason");
        if (tenant.isPresent()
                && (tenant.get().isBlank() || tenant.get().length() > MOST_TENANT_CHARS)) {
            throw new IllegalArgumentException(
                    "tenant must have 1 to %d characters".formatted(MOST_TENANT_CHARS));
        }
    }

    /**
     * Whether it speaks of a loss at that moment.
     *
     * @param whose the tenant, as far as the table's name tells; what cannot be told is covered
     *     only where the whole project was announced
     */
    public boolean covers(ProjectId lost, Optional<String> whose, Instant at) {
        return project.equals(lost)
                && at.isBefore(until)
                && (tenant.isEmpty() || tenant.equals(whose));
    }
}
