package dev.homeport.agent.watch.judge;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.ProjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a judgement rests on besides what is new. Immutable.
 *
 * @param recent what was destroyed within the window, in the order of its times
 * @param hints within their window
 * @param open incidents that are open, as last judged
 * @param totals of projects
 */
public record WatchState(
        ClusterId cluster,
        List<Counted> recent,
        List<Hint> hints,
        SortedMap<IncidentId, LossFinding> open,
        ProjectTotals totals) {
    /** Of the events within the window; a burst beyond that has become an incident long before. */
    static final int MOST_RECENT = 20_000;

    private static final int MOST_HINTS = 2_000;

    /** What projects have. Gives the same answer as long as one judgement takes. */
    @FunctionalInterface
    public interface ProjectTotals {
        /** Of a project; empty stands for the tables that belong to nobody. */
        Totals of(Optional<ProjectId> project);
    }

    /**
     * An event with the incident that it is in.
     *
     * @param incident empty while it is in none
     */
    public record Counted(Destroyed what, Optional<IncidentId> incident) {
        public Counted {
            requireNonNull(what, "what");
            requireNonNull(incident, "incident");
        }
    }

    public WatchState {
        requireNonNull(cluster, "cluster");
        requireNonNull(totals, "totals");
        recent = List.copyOf(recent);
        hints = List.copyOf(hints);
        open = Collections.unmodifiableSortedMap(new TreeMap<>(open));
    }

    /** Nothing seen. */
    public static WatchState of(ClusterId cluster, ProjectTotals totals) {
        return new WatchState(cluster, List.of(), List.of(), Collections.emptySortedMap(), totals);
    }

    /** What is remembered after those signals gave those findings. */
    public WatchState after(
            List<? extends Signal> fresh,
            List<LossFinding> findings,
            WatchPolicy policy,
            Instant now) {
        IdentityHashMap<Destroyed, IncidentId> incidents = new IdentityHashMap<>();
        SortedMap<IncidentId, LossFinding> nowOpen = new TreeMap<>(open);
        for (LossFinding finding : findings) {
            nowOpen.put(finding.id(), finding);
            finding.added().forEach(event -> incidents.put(event, finding.id()));
        }
        return new WatchState(
                cluster,
                counted(fresh, incidents, policy),
                hinted(fresh, policy, now),
                nowOpen,
                totals);
    }

    private List<Counted> counted(
            List<? extends Signal> fresh,
            IdentityHashMap<Destroyed, IncidentId> incidents,
            WatchPolicy policy) {
        List<Counted> all = new ArrayList<>(recent);
        for (Signal signal : fresh) {
            if (signal instanceof Destroyed event) {
                all.add(new Counted(event, Optional.empty()));
            }
        }
        all.replaceAll(
                one ->
                        incidents.containsKey(one.what())
                                ? new Counted(one.what(), Optional.of(incidents.get(one.what())))
                                : one);
        all.sort(Comparator.comparing(one -> one.what().at()));
        // Each project's window ends with its own last event: what is read late is not new.
        Map<Optional<ProjectId>, Instant> last = new HashMap<>();
        all.forEach(one -> last.put(one.what().project(), one.what().at()));
        all.removeIf(
                one ->
                        !one.what()
                                .at()
                                .isAfter(last.get(one.what().project()).minus(policy.window())));
        return all.size() > MOST_RECENT ? all.subList(all.size() - MOST_RECENT, all.size()) : all;
    }

    private List<Hint> hinted(List<? extends Signal> fresh, WatchPolicy policy, Instant now) {
        List<Hint> all = new ArrayList<>(hints);
        for (Signal signal : fresh) {
            if (signal instanceof Hint hint) {
                // One of a kind for each project: the last.
                all.removeIf(
                        other ->
                                other.kind() == hint.kind()
                                        && other.project().equals(hint.project()));
                all.add(hint);
            }
        }
        all.removeIf(hint -> !hint.at().isAfter(now.minus(policy.hintWindow())));
        return all.size() > MOST_HINTS ? all.subList(all.size() - MOST_HINTS, all.size()) : all;
    }

    /** Without that incident and what is in it: nothing of it counts again. */
    public WatchState closed(IncidentId id) {
        SortedMap<IncidentId, LossFinding> others = new TreeMap<>(open);
        LossFinding gone = others.remove(id);
        List<Hint> left =
                gone == null
                        ? hints
                        : hints.stream()
                                .filter(
                                        hint ->
                                                !gone.hints().contains(hint.kind())
                                                        || !gone.concerns(hint.project()))
                                .toList();
        return new WatchState(
                cluster,
                recent.stream().filter(one -> !one.incident().equals(Optional.of(id))).toList(),
                left,
                others,
                totals);
    }
}
