package dev.homeport.topology.zk;

import dev.homeport.topology.Announcement;
import dev.homeport.topology.Approval;
import dev.homeport.topology.GuardPolicy;
import dev.homeport.topology.GuardState;
import dev.homeport.topology.zk.Standing.Bad;
import dev.homeport.topology.zk.Standing.Gone;
import dev.homeport.topology.zk.Standing.Good;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Judges what the guard goes by. Approvals and announcements only ever permit, so that they are
 * gone is believed at once.
 */
final class GuardJudge {
    private final GuardState before;
    private final Disappearances disappearances;
    private final Rejections rejections;

    GuardJudge(GuardState before, Disappearances disappearances, Rejections rejections) {
        this.before = before;
        this.disappearances = disappearances;
        this.rejections = rejections;
    }

    GuardState judge(StandingFleet standing) {
        return new GuardState(
                policy(standing.guard),
                permits(ZnodePaths.APPROVALS, before.approvals(), Approval::id, standing.approvals),
                permits(
                        ZnodePaths.ANNOUNCEMENTS,
                        before.announcements(),
                        Announcement::id,
                        standing.announcements));
    }

    private GuardPolicy policy(Optional<Standing<GuardPolicy>> standing) {
        GuardPolicy old = before.policy();
        if (standing.isEmpty()) {
            return old;
        }
        return switch (standing.get()) {
            case Good<GuardPolicy> good -> good.value();
            case Bad<GuardPolicy> bad -> {
                rejections.addAll(ZnodePaths.GUARD, bad.problems());
                yield old;
            }
            case Gone<GuardPolicy> gone ->
                    old.equals(GuardPolicy.DEFAULT)
                                    || disappearances.isBelieved(ZnodePaths.GUARD, gone.since())
                            ? GuardPolicy.DEFAULT
                            : old;
        };
    }

    private <I, T> Collection<T> permits(
            String parent, List<T> old, Function<T, I> id, Map<I, Standing<T>> standing) {
        Map<I, T> inForce = old.stream().collect(Collectors.toMap(id, Function.identity()));
        standing.forEach(
                (name, stands) -> {
                    switch (stands) {
                        case Good<T> good -> inForce.put(name, good.value());
                        case Bad<T> bad -> rejections.addAll(parent + "/" + name, bad.problems());
                        case Gone<T> gone -> inForce.remove(name);
                    }
                });
        standing.values().removeIf(Gone.class::isInstance);
        return inForce.values();
    }
}
