package dev.homeport.router.placement;

import dev.homeport.topology.ProjectId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Projects that could not be provisioned, and when logins may try them again: each failure in a row
 * doubles the pause. Bounded: what failed longest ago is forgotten, and tried at once. Not
 * thread-safe.
 */
final class FailedProjects {
    /** Projects that are remembered. */
    static final int MOST_PROJECTS = 10_000;

    static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final LongSupplier nanos;
    private final Map<ProjectId, Failure> failures = new LinkedHashMap<>();

    private record Failure(String error, Duration pause, long end) {}

    /**
     * @param error of the last attempt
     * @param left until the next may be made
     */
    record Pause(String error, Duration left) {}

    /**
     * @param nanos a clock that never goes back
     */
    FailedProjects(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Why that project is not tried now, if it is not. */
    Optional<Pause> pause(ProjectId project) {
        return Optional.ofNullable(failures.get(project))
                .map(
                        failure ->
                                new Pause(
                                        failure.error,
                                        Duration.ofNanos(failure.end - nanos.getAsLong())))
                .filter(pause -> pause.left.isPositive());
    }

    /**
     * An attempt has failed.
     *
     * @param isFutile whether trying it again does not help
     */
    void failed(ProjectId project, String error, boolean isFutile) {
        Failure before = failures.remove(project);
        Duration pause = isFutile ? LONGEST_PAUSE : pauseAfter(before);
        forgetOne();
        failures.put(project, new Failure(error, pause, nanos.getAsLong() + pause.toNanos()));
    }

    private static Duration pauseAfter(Failure before) {
        if (before == null) {
            return SHORTEST_PAUSE;
        }
        Duration doubled = before.pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void forgetOne() {
        if (failures.size() >= MOST_PROJECTS) {
            Iterator<ProjectId> eldest = failures.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** It is provisioned, or what stands in its way now is nothing of its own. */
    void forget(ProjectId project) {
        failures.remove(project);
    }
}
