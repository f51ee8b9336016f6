package dev.homeport.topology;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom an incident concerns. Bounded: of tenants and tables only the first are named; more than
 * {@link #MOST_PROJECTS} projects are the whole cluster.
 *
 * @param projects those whose tables or rows are gone
 * @param tenants as far as table names tell
 * @param tables the first of them, for people; {@link Incident#tablesLost} counts all
 * @param wholeCluster it could not be narrowed: every resident is concerned
 */
public record IncidentScope(
        Set<ProjectId> projects,
        List<String> tenants,
        List<TableName> tables,
        boolean wholeCluster) {
    /** Tables that are named at most. */
    public static final int MOST_TABLES = 200;

    /** Tenants that are named at most. */
    public static final int MOST_TENANTS = 200;

    /** Projects that are told from the rest of the cluster at most. */
    public static final int MOST_PROJECTS = 2000;

    public IncidentScope {
        wholeCluster |= projects.size() > MOST_PROJECTS;
        TreeSet<ProjectId> named = new TreeSet<>(projects);
        while (named.size() > MOST_PROJECTS) {
            named.pollLast();
        }
        projects = Collections.unmodifiableSet(named);
        tenants = List.copyOf(tenants.subList(0, Math.min(tenants.size(), MOST_TENANTS)));
        tables = List.copyOf(tables.subList(0, Math.min(tables.size(), MOST_TABLES)));
    }

    /** Whether a project that lives on the incident's cluster is concerned. */
    public boolean covers(ProjectId project) {
        return wholeCluster || projects.contains(project);
    }

    /** Whom either concerns. */
    public IncidentScope and(IncidentScope other) {
        return new IncidentScope(
                union(projects, other.projects).collect(Collectors.toSet()),
                union(tenants, other.tenants).toList(),
                union(tables, other.tables).toList(),
                wholeCluster || other.wholeCluster);
    }

    /** Whether nobody that the other concerns is left out. */
    public boolean isAtLeast(IncidentScope other) {
        return wholeCluster || (!other.wholeCluster && projects.containsAll(other.projects));
    }

    private static <T> Stream<T> union(Collection<T> first, Collection<T> second) {
        return Stream.concat(first.stream(), second.stream()).distinct();
    }
}
