package dev.homeport.topology;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * What the open incidents of one cluster limit, ready to be asked for every login.
 *
 * @param wholeCluster everybody who lives there is refused
 * @param acceptsProjects whether new projects may be placed there
 * @param projects those that are refused
 */
public record Containment(boolean wholeCluster, boolean acceptsProjects, Set<ProjectId> projects) {
    /** Where no open incident limits anything. */
    public static final Containment NONE = new Containment(false, true, Set.of());

    public Containment {
        // A HashSet: it is asked for one, thousands of times.
        projects = Collections.unmodifiableSet(new HashSet<>(projects));
    }

    /** What these limit; closed ones and those that only alert limit nothing. */
    public static Containment of(Collection<Incident> incidents) {
        boolean wholeCluster = false;
        boolean acceptsProjects = true;
        Set<ProjectId> projects = new HashSet<>();
        for (Incident incident : incidents) {
            if (incident.isOpen() && incident.limit() != IncidentLimit.ALERT) {
                acceptsProjects = false;
                wholeCluster |=
                        incident.limit() == IncidentLimit.OFFLINE
                                || incident.scope().wholeCluster();
                projects.addAll(incident.scope().projects());
            }
        }
        return acceptsProjects ? NONE : new Containment(wholeCluster, false, projects);
    }
}
