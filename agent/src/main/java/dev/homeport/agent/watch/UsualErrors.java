package dev.homeport.agent.watch;

import dev.homeport.topology.ProjectId;
import java.util.HashMap;
import java.util.Map;

/**
 * How often clients of each project are usually told that a table does not exist. A plugin that has
 * been broken for months says nothing of a loss; a sudden rise does. Of one thread.
 */
final class UsualErrors {
    /** So many times what is usual is unusual. */
    private static final double RISE = 3;

    /** Of each look, every few seconds, into the average: it follows within some minutes. */
    private static final double WEIGHT = 0.02;

    /** Below that of an average a project is forgotten. */
    private static final double FORGOTTEN = 0.5;

    private static final int MOST = 10_000;

    private final Map<ProjectId, Double> averages = new HashMap<>();
    private boolean isFirst = true;

    /**
     * Those of them that are many, and many more than usual; and learns from all of them.
     *
     * @param counts within the last minute
     * @param least fewer are never many
     */
    Map<ProjectId, Integer> unusual(Map<ProjectId, Integer> counts, int least) {
        Map<ProjectId, Integer> unusual = new HashMap<>();
        counts.forEach(
                (project, count) -> {
                    double usual = averages.getOrDefault(project, isFirst ? count : 0.0);
                    if (count >= least && count > RISE * usual) {
                        unusual.put(project, count);
                    }
                });
        averages.replaceAll(
                (project, average) ->
                        average + WEIGHT * (counts.getOrDefault(project, 0) - average));
        counts.forEach(
                (project, count) -> {
                    if (averages.size() < MOST) {
                        averages.putIfAbsent(project, isFirst ? count : WEIGHT * count);
                    }
                });
        averages.values().removeIf(average -> average < FORGOTTEN);
        isFirst = false;
        return unusual;
    }
}
