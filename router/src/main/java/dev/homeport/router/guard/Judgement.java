package dev.homeport.router.guard;

import static java.util.Objects.requireNonNull;

import dev.homeport.topology.AnnouncementId;
import dev.homeport.topology.GuardAction;
import java.util.Optional;

/**
 * What the rules say of a statement, and what came before it.
 *
 * @param action in force, suspicion and observation considered
 * @param wanted what it would be if the guard did not only observe
 * @param suspicion why it looks like a mistake, if it does
 * @param tenant whose tables it names, as far as their names tell and agree
 * @param announcement that it is covered by
 */
record Judgement(
        GuardAction action,
        GuardAction wanted,
        Optional<Suspicion> suspicion,
        Optional<String> tenant,
        Optional<AnnouncementId> announcement) {
    Judgement {
        requireNonNull(action, "action");
        requireNonNull(wanted, "wanted");
        requireNonNull(suspicion, "suspicion");
        requireNonNull(tenant, "tenant");
        requireNonNull(announcement, "announcement");
    }

    /** Why it passes, where neither quarantine nor approval is asked for. */
    Ruling rulingOfPass() {
        if (action != wanted) {
            return Ruling.OBSERVED;
        }
        return announcement.isPresent() ? Ruling.ANNOUNCED : Ruling.ALLOWED;
    }
}
