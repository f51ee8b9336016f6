package dev.homeport.agent.watch.judge;

import static java.util.Objects.requireNonNull;

import dev.homeport.agent.watch.judge.Signal.Destroyed;
import dev.homeport.agent.watch.judge.Signal.Hint;
import dev.homeport.topology.ClusterId;
import dev.homeport.topology.Incident;
import dev.homeport.topology.IncidentId;
import dev.homeport.topology.IncidentKind;
import dev.homeport.topology.IncidentLimit;
import dev.homeport.topology.IncidentScope;
import dev.homeport.topology.ProjectId;
import dev.homeport.topology.TableName;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An incident to open, or what an open one has become: always the whole of it.
 *
 * @param id made of the cluster and the first event: whoever judges the same log gives the same
 * @param wholeCluster it could not be narrowed to projects
 * @param hints kinds of hints in it
 * @param happened the first event
 * @param active the last event
 * @param added events that this finding adds to what was known of the incident
 */
public record LossFinding(
        IncidentId id,
        Severity severity,
        Set<ProjectId> projects,
        boolean wholeCluster,
        List<String> tenants,
        List<TableName> tables,
        int tablesLost,
        long rowsLost,
        Optional<String> gtidBefore,
        Instant happened,
        Instant active,
        String actor,
        Set<Hint.Kind> hints,
        List<String> evidence,
        List<Destroyed> added) {
    private static final int MOST_TENANTS = 100;
    private static final int MOST_ACTORS_CHARS = 400;

    public LossFinding {
        requireNonNull(id, "id");
        requireNonNull(severity, "severity");
        requireNonNull(gtidBefore, "gtidBefore");
        requireNonNull(happened, "happened");
        requireNonNull(active, "active");
        requireNonNull(actor, "actor");
        projects = Collections.unmodifiableSet(new TreeSet<>(projects));
        tenants = List.copyOf(tenants.subList(0, Math.min(tenants.size(), MOST_TENANTS)));
        tables = List.copyOf(tables.subList(0, Math.min(tables.size(), IncidentScope.MOST_TABLES)));
        hints = Collections.unmodifiableSet(copy(hints));
        evidence =
                List.copyOf(evidence.subList(0, Math.min(evidence.size(), Incident.MOST_EVIDENCE)));
        added = List.copyOf(added);
    }

    private static Set<Hint.Kind> copy(Set<Hint.Kind> hints) {
        return hints.isEmpty() ? EnumSet.noneOf(Hint.Kind.class) : EnumSet.copyOf(hints);
    }

    /** Whether that project is in it. Nobody's tables belong to the whole cluster. */
    boolean concerns(Optional<ProjectId> project) {
        return project.map(projects::contains).orElse(wholeCluster);
    }

    /** Both in one, under the name of this one. */
    LossFinding and(LossFinding more) {
        boolean isEarlier = !more.happened.isBefore(happened);
        return new LossFinding(
                id,
                severity.compareTo(more.severity) >= 0 ? severity : more.severity,
                union(projects, more.projects),
                wholeCluster || more.wholeCluster,
                List.copyOf(union(tenants, more.tenants)),
                List.copyOf(union(tables, more.tables)),
                tablesLost + more.tablesLost,
                sum(rowsLost, more.rowsLost),
                isEarlier ? gtidBefore.or(more::gtidBefore) : more.gtidBefore.or(this::gtidBefore),
                isEarlier ? happened : more.happened,
                active.isAfter(more.active) ? active : more.active,
                actors(actor, more.actor),
                union(hints, more.hints),
                List.copyOf(union(evidence, more.evidence)),
                more.added);
    }

    private static <T> Set<T> union(java.util.Collection<T> first, java.util.Collection<T> second) {
        Set<T> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return all;
    }

    static long sum(long first, long second) {
        return first < 0 ? second : first + Math.max(0, second);
    }

    private static String actors(String first, String second) {
        if (first.contains(second) || first.length() + second.length() > MOST_ACTORS_CHARS) {
            return first;
        }
        return first.isEmpty() ? second : first + "; " + second;
    }

    /**
     * As it is published.
     *
     * @param onLoss what a loss limits on that cluster
     * @param opened when the record was made first
     */
    public Incident incident(ClusterId cluster, IncidentLimit onLoss, Instant opened) {
        return new Incident(
                id,
                IncidentKind.DATA_LOSS,
                cluster,
                new IncidentScope(projects, tenants, tables, wholeCluster),
                severity == Severity.LOSS ? onLoss : IncidentLimit.ALERT,
                opened,
                happened,
                gtidBefore,
                actor,
                tablesLost,
                rowsLost,
                evidence,
                Optional.empty());
    }
}
